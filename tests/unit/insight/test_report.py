"""The report: complete, self-contained, in two languages."""

from __future__ import annotations

import re
from importlib.util import find_spec
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest

from dialer.core.call import DISPOSITIONS
from dialer.core.errors import PacelineError
from dialer.insight import report
from dialer.insight.charts import Charts
from dialer.insight.language import say
from dialer.insight.pyramid.levels import of_totals
from dialer.insight.report import ReportInfo, render
from dialer.insight.tally import STATES, Tally
from tests.unit.insight.plausible import plausible_shift

NEW_YORK = ZoneInfo("America/New_York")


@pytest.fixture(scope="module")
def tally() -> Tally:
    tally = Tally()
    for event, effects in plausible_shift(agents=8, hours=4):
        tally.take(event, effects)
    return tally


@pytest.fixture(scope="module")
def html(tally: Tally) -> str:
    return render(tally, of_totals(tally.totals()), ReportInfo("cards <M1>", NEW_YORK, 0.03, remark="Simulated."))


def test_the_report_asks_for_nothing_from_outside(html: str) -> None:
    assert "<script" not in html
    assert not re.findall(r'(?:src|href)\s*=\s*["\']?(?!#|["\']?data:text/csv;)', html)
    assert not re.findall(r"url\((?![\"']?#)|@import", html)


def test_the_report_shows_the_figures_of_the_tally(html: str, tally: Tally) -> None:
    total = tally.totals()
    words = re.sub(r"<[^>]+>", " ", html)
    assert "cards &lt;M1&gt;" in html
    assert "2025-06-18 08:00" in words
    for value in (
        f"{total.placed:,}",
        f"{total.abandon_share:.2%}",
        f"{total.abandon_share_of_placed:.2%}",
        "Simulated.",
    ):
        assert value in words
    for rule in tally.denials:
        assert rule in words
    for disposition in tally.dispositions:
        assert say("en", disposition) in words


def test_every_drawing_is_sound_xml(html: str) -> None:
    drawings = re.findall(r"<svg.*?</svg>", html, flags=re.DOTALL)
    assert len(drawings) == 6
    for drawing in drawings:
        assert len(list(ElementTree.fromstring(drawing).iter())) > 10


def test_the_chinese_report_is_chinese(tally: Tally) -> None:
    html = render(tally, of_totals(tally.totals()), ReportInfo("cards", NEW_YORK, 0.03, language="zh"))
    assert '<html lang="zh">' in html
    for key in ("pyramid", "abandon_share", "by_state", "no_answer", "unknown"):
        assert say("zh", key) in html
        assert say("en", key) not in html


def test_a_run_in_which_nothing_happened_has_a_report() -> None:
    tally = Tally()
    entries = plausible_shift(agents=1, hours=0.2)
    tally.take(*entries[0])
    html = render(tally, of_totals(tally.totals()), ReportInfo("cards", NEW_YORK, 0.03))
    assert say("en", "none_denied") in html


@pytest.mark.parametrize("name", [*DISPOSITIONS, *STATES])
def test_every_outcome_and_state_has_words_in_both_languages(name: str) -> None:
    assert say("en", name)[0].isupper()
    assert not say("zh", name).isascii()


def test_contacts_by_hour_lose_nobody(tally: Tally) -> None:
    chart = Charts(tally, NEW_YORK, 0.03, "en").contacts().to_dict()
    rows = chart["data"]["values"]
    assert sum(row["n"] for row in rows) == tally.totals().contacts
    assert rows[0]["hour"] == "08:00"


def test_missing_libraries_are_named_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "find_spec", lambda name: None if name == "altair" else find_spec(name))
    with pytest.raises(PacelineError, match=r"needs altair: .*extra 'report'"):
        report.require_plots()
