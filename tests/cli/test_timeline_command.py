"""`paceline timeline` on a journal of a predictive floor: a call, an account, an agent."""

from __future__ import annotations

import re
from datetime import date, time
from pathlib import Path

import pytest

from adapters.journal.sqlite import SqliteJournal
from dialer.__main__ import main
from dialer.core.effects import AnyEffect, CloseAttempt
from dialer.core.lead import Lead
from dialer.core.settings import CampaignSettings, RunSettings
from dialer.insight.language import say
from dialer.insight.texts.timeline import TEXTS
from dialer.insight.timeline.journal import read_journal
from dialer.journal.entry import decode_effects
from simulator.world.settings import FloorSettings, WorldSettings
from strategies.compliance.packs import load_packs
from tests.cli.floors import write_journal

DAY = date(2026, 6, 17)
WORLD = WorldSettings(seed=3, floor=FloorSettings(agents=4, shift_start=time(9), shift_end=time(12), breaks=()))
RUN = RunSettings((CampaignSettings("cards", "predictive", shift_s=10_800.0),), load_packs(["house"]))


@pytest.fixture(scope="module")
def journal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("timeline") / "shift.journal"
    leads = [("cards", Lead(f"l{n}", f"p{n}", f"a{n}", "M1", 7, (f"p{n}/0",), ("Europe/London",))) for n in range(150)]
    write_journal(file, RUN, WORLD, leads, DAY)
    return file


@pytest.fixture(scope="module")
def closed(journal: Path) -> list[CloseAttempt]:
    store = SqliteJournal.reader(journal)
    effects: list[AnyEffect] = [effect for record in store.read() for effect in decode_effects(record)]
    store.close()
    return [effect for effect in effects if isinstance(effect, CloseAttempt)]


def run(*words: object) -> int:
    with pytest.raises(SystemExit) as ended:
        main([str(word) for word in words])
    return int(ended.value.code or 0)


def test_a_conversation_from_the_dialling_to_the_next_attempt(
    journal: Path, closed: list[CloseAttempt], capsys: pytest.CaptureFixture[str]
) -> None:
    call = next(one for one in closed if one.agent and one.disposition == "promise")
    assert run("timeline", call.call, "--journal", journal, "--language", "en") == 0
    said = capsys.readouterr().out
    steps = ("Dialled", "rings", "a person answered", f"agent {call.agent} was chosen", "hear each other", "is over",
             "promise to pay", "is written off as: Promise to pay")  # fmt: skip
    places = [said.index(step) for step in steps]
    assert places == sorted(places)
    assert "chosen from segment M1, priority 7" in said and "allowed by all" in said and "pacing by predictive" in said


def test_an_account_has_every_attempt_and_every_denial(
    journal: Path, closed: list[CloseAttempt], capsys: pytest.CaptureFixture[str]
) -> None:
    account = next(one.account for one in closed if one.attempt == 2)
    assert run("timeline", account, "--journal", journal, "--zone", "Asia/Shanghai", "--language", "zh") == 0
    said = capsys.readouterr().out
    own = [one for one in closed if one.account == account]
    assert said.count("呼出：") == len(own)
    assert "载入活动 cards" in said and "Asia/Shanghai" in said
    assert not re.search(r"line_\w+|cause_\w+", said)


def test_an_agent_s_day_has_every_state_and_every_call(journal: Path, closed: list[CloseAttempt]) -> None:
    agent = next(one.agent for one in closed if one.agent)
    store = SqliteJournal.reader(journal)
    timeline = read_journal(agent or "", store.read())
    store.close()
    assert timeline is not None and timeline.kind == "agent"
    whats = [moment.what for moment in timeline.moments]
    assert whats[0] == "line_logged_in" and whats[-1] in ("line_logged_out", "line_agent_state")
    talked = [one for one in closed if one.agent == agent]
    assert whats.count("line_closed") == len(talked)
    assert [moment.t_ns for moment in timeline.moments] == sorted(moment.t_ns for moment in timeline.moments)


def test_the_report_is_one_file_in_chinese_too(journal: Path, closed: list[CloseAttempt], tmp_path: Path) -> None:
    file = tmp_path / "call.html"
    assert run("timeline", closed[0].call, "--journal", journal, "--language", "zh", "--html", file) == 0
    html = file.read_text()
    assert '<html lang="zh">' in html and "呼出" in html and "src=" not in html


def test_what_is_not_there_is_said(journal: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("timeline", "nobody", "--journal", journal) == 1
    assert "knows no call, account or agent nobody" in capsys.readouterr().err


@pytest.mark.parametrize("key", TEXTS)
def test_every_text_is_in_both_languages(key: str) -> None:
    english, chinese = say("en", key), say("zh", key)
    assert (english and not chinese.isascii()) or english == chinese
    assert sorted(re.findall(r"{\d}", english)) == sorted(re.findall(r"{\d}", chinese))
