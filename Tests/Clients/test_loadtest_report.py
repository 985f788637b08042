"""Runs that `loadtest --json` wrote, compared and shown: on the terminal, in a browser, on paper."""

import base64
import json
import os
import re
import subprocess
from pathlib import Path

import pytest
from selenium.webdriver.common.by import By

CHECKOUT = Path(__file__).resolve().parents[2]
BINARIES = Path(os.environ.get("WAYPOST", CHECKOUT / ".build/debug/waypost")).parent
LOADTEST = os.environ.get("LOADTEST", str(BINARIES / "loadtest"))


def loadtest(*arguments):
    return subprocess.run(
        [LOADTEST, *map(str, arguments)], capture_output=True, text=True, timeout=60
    )


def run(**changes):
    """A run of ten seconds with a warm-up, as the file of `--json`."""
    seconds = [
        {
            "second": second,
            "isMeasured": 2 <= second < 12,
            "connectionCount": 1000,
            "joinedCount": 2000,
            "sentCount": 500,
            "receivedCount": 20000,
            "receivedByteCount": 3000000,
            "writeCount": 40,
            "errorCount": 0,
            "breachCount": 0,
            "latencies": {
                measure: [900, 4000 + 10 * second, 9000, 12000]
                for measure in ("broadcast", "change")
                if 2 <= second < 12
            },
        }
        for second in range(-3, 14)
    ]
    used = [
        {"second": second, "cores": 0.5, "residentByteCount": 100 << 20}
        for second in range(-3, 14)
    ]
    latencies = [[900, 9000], [4000, 900], [9000, 90], [12000, 10]]
    return {
        "format": 1,
        "version": "1.0",
        "scenario": "trip-planning",
        "summary": "People plan trips.",
        "parameters": {"members": "1000"},
        "command": "loadtest trip-planning --set members=1000 --" + "long-option" * 20,
        "startedAt": "2026-11-21T10:00:00Z",
        "machine": {
            "processor": "A processor",
            "coreCount": 2,
            "memoryByteCount": 8 << 30,
            "kernel": "Linux 6.1",
            "loadAverages": "0.1 0.1 0.1",
        },
        "target": "waypost serve",
        "measuredSeconds": 10,
        "isComplete": True,
        "seconds": seconds,
        "latencies": {"broadcast": latencies, "change": latencies, "join": latencies},
        "errors": {},
        "breaches": {},
        "breachExamples": [],
        "generators": [
            {"generator": 0, "coreShare": 0.5, "coreShareMax": 0.6, "lagMicroseconds": 100}
        ],
        "resources": {"server": used, "postgres": used, "generator": used},
        "verdict": {
            "outcome": "held",
            "headline": "Every limit held.",
            "reasons": [],
            "findings": [
                {
                    "objective": "p99=50ms",
                    "measured": "4.00 ms",
                    "isHeld": True,
                    "isAboutTime": True,
                }
            ],
        },
        **changes,
    }


@pytest.fixture
def file(tmp_path):
    """Writes a run to a file of this name."""

    def write(name, **changes):
        path = tmp_path / name
        path.write_text(json.dumps(run(**changes)))
        return path

    return write


@pytest.mark.parametrize("command", [["report"], ["compare", "there.json"]])
@pytest.mark.parametrize("content", [None, "", "{}", '{"format": 99}', '{"format": 1}', "folder"])
def test_what_is_no_run_is_refused_by_name(tmp_path, file, command, content):
    there = file("there.json")
    path = tmp_path / "bad.json"
    if content == "folder":
        path.mkdir()
    elif content is not None:
        path.write_text(content)
    answer = loadtest(*[there if part == "there.json" else part for part in command], path)
    assert answer.returncode == 2
    assert str(path) in answer.stderr
    assert not answer.stdout


@pytest.mark.parametrize("limits", ["p99=50", "nothing=1", ""])
def test_limits_that_cannot_be_read_are_refused(file, limits):
    answer = loadtest("report", file("a.json"), "--slo", limits)
    assert answer.returncode == 2
    assert "--slo" in answer.stderr and "join.p99=1s" in answer.stderr


def test_a_report_without_a_place_is_refused(tmp_path, file):
    answer = loadtest("report", file("a.json"), "--html", tmp_path / "none" / "a.html")
    assert answer.returncode == 2
    assert "none/a.html could not be written" in answer.stderr


def test_a_run_is_held_to_other_limits(file):
    path = file("a.json")
    assert loadtest("report", path).returncode == 0
    answer = loadtest("report", path, "--slo", "errors=0,p99=3ms")
    assert answer.returncode == 1
    assert answer.stdout.startswith("NOT HELD: 1 of 2 limits did not hold.")


def test_runs_are_compared_with_ratios(file):
    before = file("before.json")
    slow = [[1800, 9000], [8000, 900], [9000, 90], [12000, 10]]
    latencies = {"broadcast": slow, "change": slow, "join": slow}
    answer = loadtest("compare", before, file("after.json", latencies=latencies))
    assert answer.returncode == 0
    rows = [re.split(r"\s{2,}", line.strip()) for line in answer.stdout.splitlines()]
    assert ["Broadcast p50", "0.90 ms", "1.80 ms", "2.00", "worse"] in rows


def test_runs_that_cannot_be_compared_say_so(file):
    answer = loadtest("compare", file("a.json"), file("b.json", parameters={"members": "5"}))
    assert answer.returncode == 1
    assert answer.stdout.startswith("NOT COMPARABLE")
    assert "Parameter members differs: 1000 and 5." in answer.stdout


@pytest.fixture
def page(file, tmp_path, browser):
    """Opens the report of a run."""

    def open_page(limits="p99=50ms", **changes):
        path = tmp_path / "run.html"
        loadtest("report", file("run.json", **changes), "--slo", limits, "--html", path)
        browser.get(path.as_uri())
        return browser

    return open_page


# What lies outside the page's width, and which of a chart's texts lie outside its figure.
OUTSIDE = """
const width = document.documentElement.clientWidth;
const wide = [...document.querySelectorAll('body *')]
    .filter(element => !element.closest('svg, .table'))
    .filter(element => element.getBoundingClientRect().right > width + 1);
const texts = [...document.querySelectorAll('svg text')].filter(text => {
    const box = text.getBoundingClientRect();
    const figure = text.closest('figure').getBoundingClientRect();
    return box.left < figure.left - 1 || box.right > figure.right + 1
        || box.top < figure.top || box.bottom > figure.bottom + 1;
});
return [...wide, ...texts].map(element => element.outerHTML.slice(0, 120));
"""

# Pairs of a chart's texts that cover each other.
COVERED = """
const covered = [];
for (const svg of document.querySelectorAll('svg')) {
    const texts = [...svg.querySelectorAll('text:not(.limit)')]
        .map(text => [text.textContent, text.getBBox()]);
    texts.forEach(([one, a], index) => texts.slice(index + 1).forEach(([other, b]) => {
        if (a.x < b.x + b.width && b.x < a.x + a.width
            && a.y + 2 < b.y + b.height - 2 && b.y + 2 < a.y + a.height - 2)
            covered.push(one + ' / ' + other);
    }));
}
return covered;
"""


@pytest.mark.parametrize("width", [360, 800, 1400])
def test_the_page_fits_and_needs_nothing_beside_itself(page, width):
    browser = page()
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False},
    )
    assert len(browser.find_elements(By.TAG_NAME, "svg")) >= 7
    assert browser.execute_script(OUTSIDE) == []
    assert browser.execute_script(COVERED) == []
    asked = browser.execute_script(
        "return performance.getEntriesByType('resource').map(entry => entry.name)"
    )
    assert [name for name in asked if not name.startswith("data:")] == []
    assert browser.get_log("browser") == []


@pytest.mark.parametrize(
    "changes, word, colour",
    [
        ({}, "Held", "(23, 105, 58)"),
        ({"breaches": {"gap": 3}}, "Breached", "(163, 22, 33)"),
        ({"generators": [
            {"generator": 0, "coreShare": 0.95, "coreShareMax": 1, "lagMicroseconds": 100}
        ]}, "Invalid", "(122, 82, 0)"),
    ],
)
def test_the_verdict_is_what_one_sees_first(page, changes, word, colour):
    verdict = page(**changes).find_element(By.CSS_SELECTOR, ".verdict .word")
    assert verdict.text.endswith(word)
    assert verdict.location["y"] < 250
    assert colour in verdict.value_of_css_property("color").replace("rgba(", "rgb(").replace(
        ", 1)", ")"
    )


def test_the_page_can_be_printed(page):
    browser = page()
    paper = base64.b64decode(browser.print_page())
    pages = len(re.findall(rb"/Type\s*/Page\b", paper))
    assert 2 <= pages <= 4
    # In the dark, too, paper stays white.
    browser.execute_cdp_cmd(
        "Emulation.setEmulatedMedia",
        {"media": "print", "features": [{"name": "prefers-color-scheme", "value": "dark"}]},
    )
    ground = browser.find_element(By.TAG_NAME, "body").value_of_css_property("background-color")
    assert "(255, 255, 255" in ground


# The contrast of each text with what lies behind it, least first.
CONTRAST = """
const channel = value => {
    const share = value / 255;
    return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
};
const light = colour => {
    const [red, green, blue] = colour.match(/[\\d.]+/g).map(Number).map(channel);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};
const ground = element => {
    for (let up = element; up; up = up.parentElement) {
        const colour = getComputedStyle(up).backgroundColor;
        if (!/, 0\\)$/.test(colour)) return colour;
    }
    return 'rgb(255, 255, 255)';
};
return [...document.querySelectorAll('body *')]
    .filter(element => [...element.childNodes].some(
        node => node.nodeType === Node.TEXT_NODE && node.data.trim() !== ''))
    .filter(element => element.tagName !== 'title')
    .map(element => {
        const style = getComputedStyle(element);
        const front = light(element.closest('svg') ? style.fill : style.color);
        const back = light(ground(element));
        const ratio = (Math.max(front, back) + 0.05) / (Math.min(front, back) + 0.05);
        return [Math.round(ratio * 100) / 100, element.textContent];
    })
    .filter(([ratio]) => ratio < 4.5);
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out(page, scheme):
    browser = page(errors={"close 1013": 3}, breaches={"gap": 1})
    browser.execute_cdp_cmd(
        "Emulation.setEmulatedMedia",
        {"features": [{"name": "prefers-color-scheme", "value": scheme}]},
    )
    assert browser.execute_script(CONTRAST) == []
