"""Runs the load tool as a person would, for the tests of this folder."""

import json
import os
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from conftest import CHECKOUT

BINARIES = Path(os.environ.get("WAYPOST", CHECKOUT / ".build/debug/waypost")).parent
LOADTEST = os.environ.get("LOADTEST", str(BINARIES / "loadtest"))


@dataclass
class Run:
    """A run that has ended: its exit code, what it said, and what `--json` wrote."""

    code: int
    words: str
    figures: dict

    @property
    def breaches(self) -> dict:
        return {kind: count for kind, count in self.figures["breaches"].items() if count}

    @property
    def received(self) -> int:
        return sum(second["receivedCount"] for second in self.figures["seconds"])

    @property
    def writes(self) -> int:
        return sum(second["writeCount"] for second in self.figures["seconds"])


def loadtest(scenario, *arguments, environment=None, timeout=300, **parameters):
    """Runs a scenario with these parameters to its end."""
    settings = [
        part for name, value in parameters.items() for part in ("--set", f"{name}={value}")
    ]
    with tempfile.TemporaryDirectory(prefix="waypost-loadtest-") as folder:
        figures = Path(folder, "run.json")
        process = subprocess.run(
            [LOADTEST, scenario, "--json", str(figures), *settings, *arguments],
            capture_output=True, text=True, timeout=timeout, cwd=CHECKOUT,
            env={**os.environ, **(environment or {})},
        )
        words = process.stdout + process.stderr
        assert figures.exists(), f"exit code {process.returncode}: {words}"
        return Run(process.returncode, words, json.loads(figures.read_text()))
