"""The load tool's checks, proven on a gateway that is broken on purpose by a proxy before it."""

import broken_proxy
import pytest
from loadtest import loadtest

# What `waypost dev` signs with, and everybody knows.
SECRET = "waypost-development-secret-known-to-everybody"


def run_through(gateway, fault):
    """Sixteen people plan four trips while every message of theirs goes through a proxy."""
    port = int(gateway.url.rsplit(":", 1)[1])
    with broken_proxy.broken_proxy(port, fault) as proxy:
        return loadtest(
            "trip-planning", "--url", proxy.url, "--generators", "1", "--unpinned",
            environment={"LOADTEST_TOKEN_SECRET": SECRET, "LOADTEST_DSN": gateway.dsn},
            members=16, cursors=1, edits=8, chats=4, lost=0, warmup="1s", duration="5s",
            drain="3s",
        )


def test_a_proxy_that_breaks_nothing_makes_no_breach(gateway):
    run = run_through(gateway, broken_proxy.Fault())
    assert run.breaches == {}
    assert run.figures["errors"] == {}
    assert run.received > 100
    assert run.writes > 20
    assert run.code == 0, run.words


@pytest.mark.parametrize("of_writers", [False, True], ids=["of a session", "of a writer"])
@pytest.mark.parametrize(
    ("fault", "breaches"),
    [
        (broken_proxy.Drops, {"gap"}),
        (broken_proxy.DropsTheRest, {"missing"}),
        (broken_proxy.Doubles, {"duplicate"}),
        (broken_proxy.Swaps, {"disorder"}),
        (broken_proxy.Misroutes, {"wrong_audience"}),
        (broken_proxy.Alters, {"corrupted", "gap"}),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else " and ".join(sorted(value)),
)
def test_a_broken_message_fails_the_run_by_its_breach(gateway, fault, breaches, of_writers):
    fault = fault(of_writers=of_writers)
    run = run_through(gateway, fault)
    assert fault.count > 0, "the proxy found nothing to break"
    assert set(run.breaches) == breaches, run.words
    if breaches != {"missing"}:
        assert set(run.breaches.values()) == {1}, run.words
    assert run.code == 1
