"""`paceline timeline --history`: a journal's export tells what the journal tells; what is no history is said."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from datetime import date, time
from pathlib import Path
from typing import Any

import duckdb
import pytest

from adapters.journal.sqlite import SqliteJournal
from dialer.__main__ import main
from dialer.cli.histories import found_in
from dialer.core.effects import AnyEffect, CloseAttempt
from dialer.core.lead import Lead
from dialer.core.settings import CampaignSettings, RunSettings
from dialer.insight.timeline.history import timeline_of
from dialer.insight.timeline.journal import read_journal
from dialer.insight.timeline.moments import Moment, Timeline
from dialer.journal.entry import decode_effects
from simulator.world.settings import FloorSettings, WorldSettings
from strategies.compliance.packs import load_packs
from tests.chinese import english_in
from tests.cli.floors import write_journal

DAY = date(2026, 6, 17)
WORLD = WorldSettings(seed=3, floor=FloorSettings(agents=4, shift_start=time(9), shift_end=time(11), breaks=()))
RUN = RunSettings((CampaignSettings("cards", "predictive", shift_s=7_200.0),), load_packs(["house"]))
BOTH = {
    "line_placed", "line_ringing", "line_answered_person", "line_answered_machine", "line_answered_unknown",
    "line_bridged", "line_message_over", "line_ended", "line_promised", "line_closed", "line_agent_state",
}  # fmt: skip
"""What a journal and a history tell alike, each with its instant and values."""

NAMES = {"paceline", "history", "nobody", "nowhere", "shift", "journal", "attempts", "agent", "since", "June"}
"""Words that no language changes: of commands, files, and what somebody wrote."""


def run(*words: object) -> int:
    with pytest.raises(SystemExit) as ended:
        main([str(word) for word in words])
    return int(ended.value.code or 0)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the journal of a shift and with its export, by day."""
    folder = tmp_path_factory.mktemp("timeline")
    leads = [("cards", Lead(f"l{n}", f"p{n}", f"a{n}", "M1", 7, (f"p{n}/0",), ("Europe/London",))) for n in range(150)]
    write_journal(folder / "shift.journal", RUN, WORLD, leads, DAY)
    assert run("history", "import", folder / "shift.journal", "--by-day", "-o", folder / "history") == 0
    return folder


@pytest.fixture(scope="module")
def closed(home: Path) -> list[CloseAttempt]:
    store = SqliteJournal.reader(home / "shift.journal")
    effects: list[AnyEffect] = [effect for record in store.read() for effect in decode_effects(record)]
    store.close()
    return [effect for effect in effects if isinstance(effect, CloseAttempt)]


def by_both(home: Path, subject: str) -> tuple[Timeline, Timeline]:
    store = SqliteJournal.reader(home / "shift.journal")
    journal = read_journal(subject, store.read())
    store.close()
    found = found_in(home / "history", subject)
    assert journal is not None and found is not None
    return journal, timeline_of(found, "UTC")


def facts(moments: Iterable[Moment]) -> list[tuple[int, str, Any]]:
    """Return what both tell, to the microsecond; of an agent's states only those that differ from the one before."""
    told, state = [], None
    for moment in moments:
        if moment.what == "line_agent_state":
            if moment.values[0] == state:
                continue
            state = moment.values[0]
        if moment.what in BOTH:
            values = moment.values[:1] if moment.what == "line_agent_state" else moment.values
            told.append((moment.t_ns // 1_000, moment.what, values))
    return sorted(told, key=str)


def test_calls_ends_dispositions_and_promises_are_those_of_the_journal(home: Path, closed: list[CloseAttempt]) -> None:
    promised = next(one for one in closed if one.disposition == "promise")
    again = next(one.account for one in closed if one.attempt == 2)
    agent = promised.agent or ""
    machine = next(one.call for one in closed if one.disposition == "machine")
    seen = set[str]()
    for subject in (promised.call, promised.account, again, machine, closed[-1].account, agent):
        journal, history = by_both(home, subject)
        assert history.kind == journal.kind
        assert facts(history.moments) == facts(journal.moments) != []
        seen |= {what for _, what, _ in facts(history.moments)}
    assert seen >= BOTH - {"line_answered_unknown", "line_message_over"}


def test_every_account_of_the_shift_is_told_alike(home: Path, closed: list[CloseAttempt]) -> None:
    for account in sorted({one.account for one in closed})[:30]:
        journal, history = by_both(home, account)
        assert facts(history.moments) == facts(journal.moments)


def test_days_are_chosen_by_the_reader_s_clock(
    home: Path, closed: list[CloseAttempt], capsys: pytest.CaptureFixture[str]
) -> None:
    """The shift is from 9 to 11 UTC: midnight of Honolulu is in the midst of it."""
    agent = next(one.agent for one in closed if one.agent)
    for log in (("--history", home / "history"), ("--journal", home / "shift.journal")):
        words = ("timeline", agent, *log, "--zone", "Pacific/Honolulu", "--language", "en")
        assert run(*words) == 0
        all_days = capsys.readouterr().out
        told = []
        for day in ("2026-06-16", "2026-06-17"):
            assert run(*words, "--since", day, "--until", day) == 0
            own = [line for line in capsys.readouterr().out.splitlines() if line.startswith("2026")]
            assert own and all(line.startswith(day) for line in own)
            told += own
        assert told == [line for line in all_days.splitlines() if line.startswith("2026")]


def test_a_history_is_told_on_the_terminal_and_as_a_page(
    home: Path, closed: list[CloseAttempt], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    account, page = closed[0].account, tmp_path / "account.html"
    words = ("timeline", account, "--history", home / "history", "--zone", "Asia/Shanghai", "--html", page)
    assert run(*words, "--language", "en") == 0
    said = capsys.readouterr().out
    assert f"Account {account} · Asia/Shanghai" in said and "Dialled: call" in said and "Not known" in said
    assert run(*words, "--language", "zh") == 0
    said = capsys.readouterr().out
    assert "呼出：" in said and "情况未知" in said and "line_" not in said
    html = page.read_text()
    assert '<html lang="zh">' in html and "数据表" in html and "情况未知" in html and "src=" not in html


def cut(folder: Path) -> None:
    file = next((folder / "attempts").rglob("*.parquet"))
    file.write_bytes(file.read_bytes()[:-100])


def overwrite(folder: Path) -> None:
    file = next((folder / "attempts").rglob("*.parquet"))
    whole = bytearray(file.read_bytes())
    whole[40:4000] = bytes(3960)
    file.write_bytes(bytes(whole))


def misspell(folder: Path) -> None:
    with duckdb.connect() as database:
        database.execute(
            f"COPY (SELECT 'a1' AS account, 'no day' AS paid_at, 5 AS cents) TO '{folder}/payments.parquet'"
        )


def empty(folder: Path) -> None:
    shutil.rmtree(folder / "attempts")


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (empty, "needs the table attempts"),
        (cut, "cannot be read"),
        (overwrite, "cannot be read"),
        (misspell, "a value is not of its column's type"),
    ],
)
def test_a_history_that_cannot_be_read_is_told_as_such(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], spoil: Any, says: str
) -> None:
    folder = shutil.copytree(home / "history", tmp_path / "history")
    spoil(folder)
    assert run("timeline", "a1", "--history", folder, "--language", "en") == 2
    told = capsys.readouterr().err
    assert says in told and "Traceback" not in told and "no day" not in told


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("nobody", "--history", "history"), 1, "history knows no call, account or agent nobody"),
        (("a1",), 2, "no log is named"),
        (("a1", "--history", "history", "--journal", "shift.journal"), 2, "two logs are named"),
        (("a1", "--history", "nowhere"), 2, "nowhere: there is no such folder"),
        (("a1", "--history", "shift.journal"), 2, "shift.journal: there is no such folder"),
        (("a1", "--history", "history", "--zone", "Mars"), 2, "there is no time zone Mars"),
        (("a1", "--history", "history", "--since", "June"), 2, "June is no day"),
        (("a1", "--history", "history", "--since", "2026-06-18", "--until", "2026-06-17"), 2, "comes after the last"),
        (("agent-1", "--history", "history", "--until", "2026-06-01"), 1, "tells nothing of agent-1 in these days"),
    ],
)
def test_what_cannot_be_told_is_said_in_both_languages(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: Any, code: int, says: str
) -> None:
    monkeypatch.chdir(home)
    assert run("timeline", *words, "--language", "en") == code
    assert says in capsys.readouterr().err
    assert run("timeline", *words, "--language", "zh") == code
    told = capsys.readouterr().err
    assert set(english_in(told)) <= NAMES, told
