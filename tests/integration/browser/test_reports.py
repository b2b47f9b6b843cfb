"""Every report in a real browser, in both languages, on a wide screen and a narrow one.

A floor with many agents is drawn, for whom plots have the least room.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from dialer.__main__ import main
from tests.integration.browser.chromium import lacking, look

pytestmark = pytest.mark.timeout(1800)
"""The first comparison after a change compiles the fast path for minutes."""

AGENTS = 24
TARGETS = Path(__file__).parents[3] / "examples/pyramid_targets.yaml"
RUN = f"""\
paceline: 1
strategy: cards-demo
portfolio: {{file: accounts.csv}}
campaigns: [{{name: cards, lines: 60}}]
day: 2026-06-17
world:
  floor: {{agents: {AGENTS}, zone: America/New_York, shift_start: "10:00", shift_end: "11:40", breaks: []}}
"""
SPACE = """\
run: run.yaml
aims: {contacts_per_agent_hour: most, cost_per_contact: least}
limits: {abandon_share: {at_most: 0.5}}
search: {campaigns.cards.lines: {from: 1, to: 60, whole: true}}
"""
TRANSCRIPT = (
    '{"attempt": "c1", "agent": "a1", "party": "debtor", '
    '"turns": [{"speaker": "agent", "text": "This is Anna. Is this Mr M, you idiot?"}]}\n'
)


def run(*words: object) -> int:
    with pytest.raises(SystemExit) as ended:
        main([str(word) for word in words])
    return int(ended.value.code or 0)


@pytest.fixture(scope="module", autouse=True)
def browser() -> None:
    if message := lacking():
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(message)


@pytest.fixture(scope="module")
def floor(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a configuration, and the journal and history of a run of it."""
    folder = tmp_path_factory.mktemp("floor")
    accounts = "".join(
        f"a{i},p{i},+1212555{i:04d},America/New_York,{1 + i % 80},{1000 + i}.00,0.5,1234,1980-01-02\n"
        for i in range(3000)
    )
    head = "account_id,person_id,phones,zones,days_past_due,balance,historical_repayment_rate,card_last_four,birth_date"
    (folder / "accounts.csv").write_text(f"{head}\n{accounts}")
    (folder / "run.yaml").write_text(RUN)
    (folder / "few.yaml").write_text(RUN.replace("lines: 60", "lines: 12"))
    (folder / "space.yaml").write_text(SPACE)
    (folder / "calls.jsonl").write_text(TRANSCRIPT)
    assert run("simulate", folder / "run.yaml", "--journal", folder / "run.journal") == 0
    assert run("history", "import", folder / "run.journal", "-o", folder / "history") == 0
    return folder


def shift(floor: Path, out: Path, language: str) -> Path:
    run("simulate", floor / "run.yaml", "-o", out, "--language", language)
    return out / "report.html"


def compare(floor: Path, out: Path, language: str) -> Path:
    run("compare", floor / "few.yaml", floor / "run.yaml", "--most", 6, "--jobs", 1, "-o", out, "--language", language)
    return out / "report.html"


def tune(floor: Path, out: Path, language: str) -> Path:
    trials = ("--trials", 6, "--replications", 2, "--jobs", 1)
    run("tune", floor / "space.yaml", "-o", out, *trials, "--language", language)
    return out / "frontier.html"


def months(floor: Path, out: Path, language: str) -> Path:
    days = ("--days", 62, "--on", "2026-06-01")
    run("simulate", "cards-demo", "--portfolio", floor / "accounts.csv", *days, "-o", out, "--language", language)
    return out / "report.html"


def calibrate(floor: Path, out: Path, language: str) -> Path:
    page = out / "fit.html"
    run("calibrate", floor / "history", "-o", out / "world.yaml", "--report", page, "--language", language)
    return page


def pyramid(floor: Path, out: Path, language: str) -> Path:
    page = out / "pyramid.html"
    run("pyramid", floor / "run.journal", "--targets", TARGETS, "--html", page, "--language", language)
    return page


def outcomes(floor: Path, out: Path, language: str) -> Path:
    page = out / "outcomes.html"
    run("outcomes", floor / "run.journal", "--html", page, "--language", language)
    return page


def audit(floor: Path, out: Path, language: str) -> Path:
    page = out / "audit.html"
    packs = ("--packs", "house", "us-reg-f", "us-tcpa-tsr", "gb", "in")
    run("audit", floor / "run.journal", *packs, "--html", page, "--language", language)
    return page


def timeline(floor: Path, out: Path, language: str) -> Path:
    page = out / "timeline.html"
    run("timeline", "a01", "--journal", floor / "run.journal", "--html", page, "--language", language)
    return page


def timeline_of_history(floor: Path, out: Path, language: str) -> Path:
    page = out / "timeline.html"
    run("timeline", "a01", "--history", floor / "history", "--html", page, "--language", language)
    return page


def quality(floor: Path, out: Path, language: str) -> Path:
    run("quality", "scan", floor / "calls.jsonl", "-o", out, "--language", language)
    return out / "report.html"


REPORTS = (shift, compare, tune, months, calibrate, pyramid, outcomes, audit, timeline, timeline_of_history, quality)
WITHOUT_PLOTS = (outcomes, timeline, timeline_of_history)
"""What has no plot for one day without payments."""


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.__name__)
def test_a_report_can_be_read(
    report: Callable[[Path, Path, str], Path], language: str, floor: Path, tmp_path: Path
) -> None:
    page = report(floor, tmp_path, language).read_text(encoding="utf-8")
    for width in (1200, 500):
        found = look(page, width, tmp_path)
        assert not (found.wide or found.outside or found.overlapping or found.asked), (width, found)
        assert bool(found.texts) == (report not in WITHOUT_PLOTS)


BROKEN = """<!doctype html><body><div style="width: 1900px">wide</div>
<svg width="200" height="40"><text x="5" y="20">one text</text><text x="20" y="22">another</text></svg>
<svg width="60" height="40"><text x="30" y="20">it leaves the frame</text></svg>
<img src="missing.png"></body>"""


def test_what_is_wrong_is_found(tmp_path: Path) -> None:
    found = look(BROKEN, 1200, tmp_path)
    assert any("wide" in text for text in found.wide)
    assert found.outside == ["text: it leaves the frame"]
    assert found.overlapping == ["text: one text | text: another"]
    assert found.asked == ["missing.png"]
    assert found.texts == 3
