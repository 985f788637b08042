"""`topics/schema.json` takes the topic files that `waypost topics` takes, and refuses what it refuses."""

import json
import os
import subprocess
from pathlib import Path

import jsonschema
import pytest
import yaml

CHECKOUT = Path(__file__).parents[2]
WAYPOST = os.environ.get("WAYPOST", str(CHECKOUT / ".build/debug/waypost"))
SCHEMA = json.loads((CHECKOUT / "topics" / "schema.json").read_text())
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
WHOLE = """
topic: day:{trip_id}:{day}
summary: A day.
parameters: { trip_id: uuid, day: { type: text, pattern: "[0-9]{1,3}" } }
members:
  roles: [authenticated, guide]
  read: public.reads(trip_id, day)
  write: "false"
  presence: { read: a(), write: b() }
  class: kind()
  depends_on:
    - { table: guides, member: user_id, columns: [role] }
    - { table: trips, key: [id, "day -> days.id -> name"] }
changes:
  - table: items
    key: { day: day, trip_id: trip_id }
    events: [INSERT, DELETE]
    columns: { viewer: { except: [budget] }, editor: all, me: { only: [id] } }
    when: is_final
broadcast: { events: [cursor], max_bytes: 16384, rate: 30/s }
presence: { enabled: false, grace: 1500ms }
retention: 24h
limits: { channels: 5000 }
"""


def set_at(document, path, value):
    """The document with one value put in, or taken out where the value is None."""
    place = document
    for key in path[:-1]:
        place = place[key]
    if value is None:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return document


def waypost_takes(folder, document):
    """Whether the command reads the file."""
    (folder / "a.yaml").write_text(yaml.safe_dump(document, sort_keys=False))
    command = [WAYPOST, "topics", "list", "--folder", folder]
    return subprocess.run(command, capture_output=True, timeout=60).returncode == 0


def test_the_schema_is_one():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("path", sorted((CHECKOUT / "topics").glob("*.yaml")), ids=lambda p: p.name)
def test_files_that_ship_are_valid(path):
    VALIDATOR.validate(yaml.safe_load(path.read_text()))


def test_a_file_with_every_key_is_taken_by_both(tmp_path):
    document = yaml.safe_load(WHOLE)
    VALIDATOR.validate(document)
    assert waypost_takes(tmp_path, document)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (["topic"], None),
        (["topic"], "day"),
        (["topic"], "day:{Trip}:{day}"),
        (["topic"], "9day:{trip_id}:{day}"),
        (["parameters"], None),
        (["parameters"], {}),
        (["parameters", "trip_id"], "int"),
        (["parameters", "day"], {"pattern": "x"}),
        (["members"], None),
        (["members", "read"], None),
        (["members", "read"], ""),
        (["members", "roles"], []),
        (["members", "roles"], ["a", "a"]),
        (["members", "colour"], "red"),
        (["members", "presence", "see"], "a()"),
        (["members", "depends_on", 0, "table"], None),
        (["members", "depends_on", 0, "member"], None),
        (["changes"], []),
        (["changes", 0, "table"], None),
        (["changes", 0, "key"], None),
        (["changes", 0, "events"], ["UPSERT"]),
        (["changes", 0, "columns"], "some"),
        (["changes", 0, "columns"], {"only": []}),
        (["changes", 0, "columns"], {"only": ["a"], "except": ["b"]}),
        (["changes", 0, "columns", "viewer"], {"all": ["a"]}),
        (["broadcast"], "any"),
        (["broadcast", "events"], []),
        (["broadcast", "max_bytes"], 0),
        (["broadcast", "rate"], "30/m"),
        (["presence", "enabled"], "maybe"),
        (["presence", "grace"], "soon"),
        (["retention"], "5"),
        (["limits", "channels"], 0),
        (["limits", "members"], 1),
        (["colour"], "red"),
    ],
)
def test_what_is_wrong_is_refused_by_both(tmp_path, path, value):
    document = set_at(yaml.safe_load(WHOLE), path, value)
    assert not VALIDATOR.is_valid(document)
    assert not waypost_takes(tmp_path, document)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (["broadcast"], "none"),
        (["members", "write"], False),
        (["changes", 0, "columns"], "all"),
        (["changes", 0, "columns"], {"only": ["a"]}),
        (["parameters", "trip_id"], {"type": "bigint"}),
        (["members", "depends_on", 0, "columns"], []),
        (["summary"], None),
        (["presence"], None),
        (["limits"], {}),
    ],
)
def test_what_is_right_is_taken_by_both(tmp_path, path, value):
    document = set_at(yaml.safe_load(WHOLE), path, value)
    VALIDATOR.validate(document)
    assert waypost_takes(tmp_path, document)
