"""Starts `waypost dev` for the tests of this folder: a private PostgreSQL and a gateway."""

import json
import os
import signal
import subprocess
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

CHECKOUT = Path(__file__).resolve().parents[2]


@dataclass
class Gateway:
    """A running gateway and what it printed when it was ready."""

    url: str
    dsn: str
    people: dict
    trips: list

    @property
    def realtime_url(self) -> str:
        return self.url.replace("http", "ws", 1) + "/realtime/v1"

    def token(self, name: str) -> str:
        return self.people[name]["token"]

    def sql(self, statement: str) -> str:
        """Runs SQL by psql, as a person would, and answers what it printed."""
        return subprocess.run(
            ["psql", self.dsn, "-v", "ON_ERROR_STOP=1", "-Atqc", statement],
            check=True, capture_output=True, text=True, timeout=30,
        ).stdout.strip()


@pytest.fixture(scope="session")
def gateway():
    """The gateway that most tests share."""
    with running_gateway() as gateway:
        yield gateway


@contextmanager
def running_gateway(**settings):
    """Runs a gateway with some settings, such as `token_jwks_url`, and ends it."""
    flags = [
        part
        for name, value in settings.items()
        for part in ("--set", f"{name.replace('_', '.', 1)}={value}")
    ]
    binary = os.environ.get("WAYPOST", str(CHECKOUT / ".build/debug/waypost"))
    with tempfile.TemporaryDirectory(prefix="waypost-clients-") as folder:
        os.chmod(folder, 0o755)
        process = subprocess.Popen(
            [binary, "dev", "--json", "--port", "0", "--folder", folder,
             "--topics", str(CHECKOUT / "topics"), *flags],
            stdout=subprocess.PIPE, text=True,
            # A busy machine is slow to come back; no test waits for the period's end.
            env={**os.environ, "WAYPOST_PRESENCE_GRACE_SECONDS": "60"},
        )
        try:
            line = process.stdout.readline()
            assert line, f"waypost dev ended with {process.wait(30)} before it was ready"
            ready = json.loads(line)
            yield Gateway(
                url=ready["url"],
                dsn=ready["dsn"],
                people={person["name"]: person for person in ready["people"]},
                trips=ready["trips"],
            )
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(60) == 0


@pytest.fixture
def browser():
    """Debian's Chromium, driven by its own driver."""
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for argument in ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]:
        options.add_argument(argument)
    browser = webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)
    yield browser
    browser.quit()
