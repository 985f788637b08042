"""docs/TOPICS.md, followed step by step: every snippet of it runs here, in its order."""

import json
import os
import re
import signal
import socket
import subprocess
import time
from pathlib import Path

from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

CHECKOUT = Path(__file__).resolve().parents[2]
WAYPOST = Path(os.environ.get("WAYPOST", str(CHECKOUT / ".build/debug/waypost"))).resolve()
GUIDE = (CHECKOUT / "docs" / "TOPICS.md").read_text()
SNIPPETS = re.findall(r"^```(\w*)\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def is_open(port):
    with socket.socket() as connection:
        return connection.connect_ex(("127.0.0.1", port)) == 0


class Reader:
    """Somebody who does what the guide says, in a folder and a database of their own."""

    def __init__(self, gateway, folder, browser):
        self.folder, self.browser = folder, browser
        self.port, self.admin_port = free_port(), free_port()
        self.node = None
        gateway.sql("create database guide")
        self.admin = f"{gateway.dsn} dbname=guide"
        (folder / "bin").mkdir()
        (folder / "bin" / "waypost").symlink_to(WAYPOST)
        self.environment = {
            **os.environ,
            "PATH": f"{folder / 'bin'}:{os.environ['PATH']}",
            "ADMIN": self.admin,
            "WAYPOST_DATABASE_DSN": f"{self.admin} user=waypost",
            "WAYPOST_ADMIN_PORT": str(self.admin_port),
        }

    def follow(self, kind, text):
        for shown, taken in [
            ("4000/", f"{self.port}/"), ("port: 4000", f"port: {self.port}"),
            ("9464/", f"{self.admin_port}/"),
        ]:
            text = text.replace(shown, taken)
        getattr(self, kind)(text)

    def sql(self, text):
        subprocess.run(
            ["psql", self.admin, "-v", "ON_ERROR_STOP=1", "-q"],
            input=text, check=True, text=True, timeout=60,
        )

    def yaml(self, text):
        self.write(text, re.match(r"# (\S+)\n", text).group(1))

    def html(self, text):
        self.write(text, re.match(r"<!-- (\S+) -->\n", text).group(1))

    def write(self, text, name):
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)

    def sh(self, text):
        if text.rstrip().endswith("&"):
            return self.serve(text.rstrip().rstrip("&"))
        ended = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", text], cwd=self.folder, env=self.environment,
            capture_output=True, text=True, timeout=120,
        )
        assert ended.returncode == 0, f"{text}\n{ended.stdout}\n{ended.stderr}"
        self.said = ended.stdout + ended.stderr

    def serve(self, text):
        self.node = subprocess.Popen(
            ["bash", "-c", f"exec {text}"], cwd=self.folder, env=self.environment,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + 60
        while not is_open(self.port):
            assert self.node.poll() is None and time.monotonic() < deadline, "it does not serve"
            time.sleep(0.1)

    def open_page(self, person):
        token = (self.folder / f"{person}.token").read_text().strip()
        self.browser.get("about:blank")
        self.browser.get(f"file://{self.folder}/note.html#{token}")

    def wait_for_page(self, text):
        WebDriverWait(self.browser, 30).until(
            lambda page: page.find_element(By.ID, "body").text == text
        )

    def end(self):
        if self.node:
            self.node.send_signal(signal.SIGTERM)
            self.node.wait(60)


def test_every_snippet_of_the_guide_runs(gateway, tmp_path, browser):
    assert {kind for kind, _ in SNIPPETS} == {"sh", "sql", "yaml", "html"}
    reader = Reader(gateway, tmp_path, browser)
    (tmp_path / "topics").mkdir()
    try:
        for kind, text in SNIPPETS:
            if "update public.notes" in text:
                reader.open_page("ben")
                reader.wait_for_page("ok")
            reader.follow(kind, text)
            if text.startswith("! waypost topics check"):
                assert re.search(r"topics/notes\.yaml:\d+: error: .*note_idd", reader.said)
            if "update public.notes" in text:
                reader.wait_for_page("Milk and honey")
            if text.startswith("! waypost topics explain"):
                assert re.search(r"topics/notes\.yaml:\d+", reader.said), reader.said
            if text.startswith("delete from public.note_readers"):
                reader.open_page("ben")
                reader.wait_for_page("error")
    finally:
        reader.end()
        gateway.sql("drop database guide with (force)")


def test_the_reference_has_every_key_of_the_schema():
    schema = json.loads((CHECKOUT / "topics" / "schema.json").read_text())
    reference = GUIDE.split("## Reference")[1]

    def keys(node):
        if isinstance(node, dict):
            if isinstance(node.get("properties"), dict):
                yield from node["properties"]
            for value in node.values():
                yield from keys(value)
        elif isinstance(node, list):
            for value in node:
                yield from keys(value)

    for key in set(keys(schema)):
        assert re.search(rf"[`.…{{ ]{key}[`:. ]", reference), key
