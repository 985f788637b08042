"""`loadtest` as somebody uses it: what it refuses, what it leaves behind, what its exit codes say."""

import json
import os
import resource
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from conftest import running_gateway

CHECKOUT = Path(__file__).parents[2]
WAYPOST = os.environ.get("WAYPOST", str(CHECKOUT / ".build/debug/waypost"))
LOADTEST = str(Path(WAYPOST).with_name("loadtest"))
SECRET = "waypost-development-secret-known-to-everybody"


def quick(members=10, duration="3s"):
    """Few people, for a moment."""
    settings = [f"members={members}", f"duration={duration}", "warmup=1s"]
    return [part for setting in settings for part in ("--set", setting)]


def loadtest(*arguments, secret=None, dsn=None, timeout=120, **options):
    """Runs the command to its end."""
    return subprocess.run(
        [LOADTEST, *map(str, arguments)], capture_output=True, text=True, timeout=timeout,
        cwd=CHECKOUT, env=environment(secret, dsn), **options,
    )


def environment(secret=None, dsn=None, **more):
    """Ours, without what would tell the command of another server."""
    names = ["LOADTEST_TOKEN_SECRET", "LOADTEST_DSN", "LOADTEST_API_KEY"]
    own = {name: value for name, value in os.environ.items() if name not in names}
    given = {"LOADTEST_TOKEN_SECRET": secret, "LOADTEST_DSN": dsn, **more}
    return own | {name: value for name, value in given.items() if value is not None}


@contextmanager
def begun(*arguments, until="measuring", **options):
    """A run that has come so far; it is killed where the test has not ended it."""
    process = subprocess.Popen(
        [LOADTEST, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, cwd=CHECKOUT, **options,
    )
    try:
        lines = []
        while not lines or until not in lines[-1]:
            line = process.stderr.readline()
            assert line, f"it ended with {process.wait(30)}: {''.join(lines)}"
            lines.append(line)
        yield process
    finally:
        process.kill()
        process.communicate()


def children(process_id):
    """The processes that a process has started, with their command lines."""
    found = {}
    for entry in Path("/proc").iterdir():
        try:
            stat = (entry / "stat").read_text().rpartition(")")[2].split()
            if stat[1] == str(process_id):
                found[int(entry.name)] = (entry / "cmdline").read_text().split("\0")
        except (OSError, IndexError, ValueError):
            continue
    return found


@pytest.fixture
def temporary_folder():
    """Where an own server has its files: as short as sockets need it, and open to PostgreSQL."""
    folder = Path(tempfile.mkdtemp(prefix="lt-", dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.mark.parametrize(
    "arguments, words",
    [
        (["trip-planing"], "did you mean `trip-planning`?"),
        (["/nowhere/a.yaml"], "there is no file /nowhere/a.yaml"),
        ([], "Missing expected argument '<scenario>'"),
        (["echo", "--set", "membrs=3"], "did you mean `members`?"),
        (["echo", "--set", "members"], "--set name=value"),
        (["echo", "--set", "members=3", "--set", "members=4"], "given twice"),
        (["echo", "--set", "members=many"], "members"),
        (["echo", "--bogus"], "Unknown option '--bogus'"),
        (["echo", "--slo", "p99=soon"], "p99=soon"),
        (["echo", "--generators", "0"], "--generators 0"),
        (["echo", "--generator-cores", "99"], "such as 0,1"),
        (["echo", "--serializer", "3"], "there are 1 and 2"),
        (["echo", "--sources", "0"], "--sources 0"),
        (["echo", "--json", "/nowhere/a.json"], "no file can be written there"),
        (["echo", "--html", "/tmp"], "this is a folder"),
        (["echo", "--waypost", "/nowhere/waypost"], "there is no gateway at /nowhere/waypost"),
        (["echo", "--topics", "/nowhere"], "--topics"),
        (["echo", "--scenarios", "/nowhere"], "no scenario"),
        (["echo", "--gateway", "no.such_key=1"], "no.such_key"),
        (["echo", "--dsn", "host=x"], "give --url too"),
        (["echo", "--url", "gateway:4000"], "http://127.0.0.1:4000"),
        (["echo", "--url", "http://127.0.0.1:1"], "LOADTEST_TOKEN_SECRET"),
        (["echo", "--url", "http://127.0.0.1:1", "--token-secret", "short"], "32"),
        (["echo", "--url", "http://127.0.0.1:1", "--token-secret", SECRET], "nobody answers"),
        (["echo", "--url", "http://127.0.0.1:1", "--waypost", "x"], "leave it or --url out"),
        (["echo", "--url", "http://127.0.0.1:1", "--server-process", "0"], "no such process"),
        (["echo", "--url", "http://127.0.0.1:1", "--token-secret", SECRET, "--ca", "/nowhere/ca"],
         "cannot be read"),
        (["from-the-database", "--url", "http://127.0.0.1:1", "--token-secret", SECRET],
         "LOADTEST_DSN"),
        (["show", "eco"], "did you mean `echo`?"),
    ],
)
def test_what_cannot_be_used_ends_with_2_and_words(arguments, words):
    ended = loadtest(*arguments)
    assert ended.returncode == 2, ended
    assert words in ended.stderr
    assert ended.stdout == ""


def test_a_wrong_scenario_file_is_told_by_line(tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text("summary: Mine.\ntimming: { duration: 3s }\npopulations: {}\n")
    ended = loadtest(file)
    assert ended.returncode == 2
    assert "mine.yaml:2" in ended.stderr and "did you mean `timing`?" in ended.stderr


def test_too_few_descriptors_are_told_before_anything_starts():
    def limit():
        resource.setrlimit(resource.RLIMIT_NOFILE, (512, 512))

    ended = loadtest("echo", "--set", "members=1000", preexec_fn=limit)
    assert ended.returncode == 2
    assert "ulimit -n" in ended.stderr and "starting" not in ended.stderr


def test_scenarios_are_listed_and_shown():
    listed = loadtest("list")
    assert listed.returncode == 0
    names = {path.stem for path in (CHECKOUT / "loadtest/scenarios").glob("*.yaml")}
    assert {line.split()[0] for line in listed.stdout.splitlines()} == names
    shown = loadtest("show", "trip-planning", "--set", "members=40")
    assert shown.returncode == 0
    assert "members=40" in shown.stdout and "trip:{group}" in shown.stdout


def test_help_has_examples():
    for arguments in [["--help"], ["run", "--help"], ["list", "--help"], ["show", "--help"]]:
        ended = loadtest(*arguments)
        assert ended.returncode == 0
        assert "loadtest " in ended.stdout and "Examples:" in ended.stdout


def test_a_run_of_its_own_server_leaves_results_and_nothing_else(temporary_folder, tmp_path):
    json_file, html_file = tmp_path / "a.json", tmp_path / "a.html"
    ended = subprocess.run(
        [LOADTEST, "echo", *quick(), "--json", json_file, "--html", html_file,
         "--slo", "errors=0,breaches=0", "--generators", "2"],
        capture_output=True, text=True, timeout=120, cwd=CHECKOUT,
        env=environment(TMPDIR=str(temporary_folder)),
    )
    assert ended.returncode == 0, ended
    figures = json.loads(json_file.read_text())
    assert figures["isComplete"] is True
    assert figures["parameters"]["members"] == "10"
    assert max(second["joinedCount"] for second in figures["seconds"]) == 10
    # Ten people, one message a second each, which come back to them.
    sent = sum(second["sentCount"] for second in figures["seconds"])
    received = sum(second["receivedCount"] for second in figures["seconds"])
    assert sent == received >= 30
    assert {"server", "postgres", "generator"} <= figures["resources"].keys()
    assert len([g for g in figures["generators"] if g["generator"] >= 0]) == 2
    assert "<svg" in html_file.read_text()
    # The shells that tidy up have done it by then, or do it within a moment.
    deadline = time.monotonic() + 20
    while any(temporary_folder.iterdir()) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert list(temporary_folder.iterdir()) == []


def test_ctrl_c_shows_what_was_measured_so_far(temporary_folder, tmp_path):
    file = tmp_path / "a.json"
    arguments = ["echo", *quick(duration="10m"), "--json", file]
    with begun(*arguments, env=environment(TMPDIR=str(temporary_folder))) as process:
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "before its end" in output and "Broadcast" in output
    figures = json.loads(file.read_text())
    assert figures["isComplete"] is False
    assert sum(second["receivedCount"] for second in figures["seconds"]) > 0


@pytest.fixture(scope="module")
def gateway():
    with running_gateway() as gateway:
        yield gateway


def test_refused_tokens_are_told(gateway):
    ended = loadtest("echo", *quick(), "--url", gateway.url, secret="x" * 40)
    assert ended.returncode == 2, ended
    assert "refuses the token" in ended.stderr


@pytest.mark.parametrize("serializer", ["1", "2"])
def test_a_server_that_runs_already_is_measured(gateway, serializer, tmp_path):
    file = tmp_path / "a.json"
    ended = loadtest(
        "trip-planning", "--url", gateway.url, *quick(members=8), "--set", "edits=5",
        "--serializer", serializer, "--json", file, "--sources", "2", "--slo", "errors=0",
        secret=SECRET, dsn=gateway.dsn,
    )
    assert ended.returncode == 0, ended
    figures = json.loads(file.read_text())
    assert figures["target"] == gateway.url
    assert SECRET not in file.read_text() and gateway.dsn not in file.read_text()
    assert sum(count for _, count in figures["latencies"]["change"]) > 0
    # Its people are gone again.
    assert gateway.sql("select count(*) from auth.users where id::text like '10ad0000-%'") == "0"


def test_a_limit_that_does_not_hold_ends_with_1(gateway):
    ended = loadtest(
        "echo", "--url", gateway.url, *quick(), "--slo", "received>=1000000", secret=SECRET
    )
    assert ended.returncode == 1, ended
    assert "received>=1000000" in ended.stdout


def test_a_generator_that_dies_ends_the_run_with_1(gateway):
    arguments = ["echo", "--url", gateway.url, *quick(duration="10m")]
    with begun(*arguments, env=environment(secret=SECRET)) as process:
        generators = [
            number for number, line in children(process.pid).items() if "generator" in line
        ]
        assert len(generators) >= 1
        os.kill(generators[0], signal.SIGKILL)
        output, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "ended by itself" in output


def test_generators_end_with_the_command_however_it_ends(gateway):
    arguments = ["echo", "--url", gateway.url, *quick(duration="10m")]
    with begun(*arguments, env=environment(secret=SECRET)) as process:
        generators = list(children(process.pid))
        process.kill()
        deadline = time.monotonic() + 20
        while any(Path(f"/proc/{number}").exists() for number in generators):
            assert time.monotonic() < deadline, generators
            time.sleep(0.1)


def test_an_encrypted_server_is_measured(tmp_path):
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
         "-nodes", "-keyout", key, "-out", certificate, "-days", "1", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"],
        check=True, capture_output=True, timeout=60,
    )
    settings = {"listen_tls_certificate": str(certificate), "listen_tls_key": str(key)}
    with running_gateway(**settings) as gateway:
        url = gateway.url.replace("http://", "https://")
        ended = loadtest(
            "echo", "--url", url, "--ca", certificate, *quick(), "--slo", "errors=0", secret=SECRET
        )
        assert ended.returncode == 0, ended
        # Without the certificate it is somebody else.
        ended = loadtest("echo", "--url", url, *quick(), secret=SECRET)
        assert ended.returncode == 2, ended
        assert "self-signed" in ended.stderr


def test_a_gateway_that_dies_ends_the_run_with_1_and_its_last_words(temporary_folder):
    arguments = ["echo", *quick(duration="10m")]
    with begun(*arguments, env=environment(TMPDIR=str(temporary_folder))) as process:
        gateway = int(next(temporary_folder.glob("*.log.pid")).read_text())
        os.kill(gateway, signal.SIGKILL)
        output, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "the gateway ended by itself" in output and "Listening" in output
