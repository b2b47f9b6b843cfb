"""`paceline record`: what a person said goes to a running engine, into its journal and through its gate."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from adapters.journal.sqlite import SqliteJournal
from dialer import app
from dialer.__main__ import main
from dialer.cli import record
from dialer.config import read_config
from dialer.core.errors import PortError
from dialer.core.events import AnyEvent, ConsentGiven, ConsentWithdrawn, ContactReceived, LeadsAdded, SuppressionAdded
from dialer.core.kernel import Kernel
from dialer.journal.entry import decode_event
from dialer.journal.replay import replay
from dialer.runtime.control import ask

CONFIG = """\
paceline: 1
strategy: cards-demo
portfolio: {file: people.csv, suppressed: asked.csv, consent: agreed.csv}
campaigns: [{name: floor}]
metrics_port: null
control_socket: c.sock
journal: j.journal
"""
PEOPLE = """\
account_id,person_id,phones,days_past_due,balance,historical_repayment_rate,card_last_four,birth_date
a1,p1,+12125550101,15,1000,0.9,1234,1980-01-02
a2,p2,+12125550102,45,1000,0.9,1234,1980-01-02
"""
FILES = {
    "run.yaml": CONFIG,
    "people.csv": PEOPLE,
    "asked.csv": "scope,key,source\nperson,p2,letter\n",
    "agreed.csv": "person_id,topic,given,source\np1,robot,2026-11-01,tape\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def while_running(folder: Path, *requests: dict[str, Any]) -> list[dict[str, Any] | str]:
    """Return what a running engine answers to each request; then it drains."""
    socket = folder / "c.sock"

    async def answers() -> list[dict[str, Any] | str]:
        config, strategy = read_config(folder / "run.yaml")
        running = asyncio.ensure_future(app.run(config, strategy, "test"))
        while not socket.exists() and not running.done():  # noqa: ASYNC110 - a file tells nobody that it is there
            await asyncio.sleep(0.01)
        found = [await _answer(ask(socket, request)) for request in requests]
        await ask(socket, {"do": "drain"})
        await running
        return found

    return asyncio.run(answers())


async def _answer(asked: Coroutine[Any, Any, dict[str, Any]]) -> dict[str, Any] | str:
    try:
        return await asked
    except PortError as error:
        return str(error)


def journal(folder: Path, *kinds: type[AnyEvent]) -> list[AnyEvent]:
    """Return the events of some kinds, after proving that the journal replays."""
    with closing(SqliteJournal.open(folder / "j.journal")) as log:
        assert replay(log, Kernel).divergence is None
        events = [decode_event(record) for record in log.read()]
    return [event for event in events if isinstance(event, kinds)]


def note(what: str, **facts: Any) -> dict[str, Any]:
    return {"do": "record", "record": what, "source": "call 7", **facts}


def test_what_is_said_stands_in_the_journal_with_who_said_it(folder: Path) -> None:
    found = while_running(
        folder,
        note("do_not_contact", scope="number", key="+12125550101", channel="voice"),
        note("consent", person="p1", topic="hours", until_ns=5),
        note("withdrawal", person="p1", topic="robot"),
        note("contact", person="p9", account="a1", channel="sms", reach="message"),
    )
    assert found == [{"done": "record", "known": known} for known in (True, True, True, False)]
    events = journal(folder, SuppressionAdded, ConsentGiven, ConsentWithdrawn, ContactReceived)
    told = [(type(event).__name__, event.source) for event in events]
    assert told == [
        ("ConsentGiven", "tape"),
        ("SuppressionAdded", "letter"),
        ("SuppressionAdded", "call 7"),
        ("ConsentGiven", "call 7"),
        ("ConsentWithdrawn", "call 7"),
        ("ContactReceived", "call 7"),
    ]
    assert isinstance(events[2], SuppressionAdded)
    assert (events[2].key, events[2].channel) == ("p1/0", "voice")
    assert "2125550101" not in "".join(map(str, events))


def test_files_come_before_the_leads_and_are_told_once(folder: Path) -> None:
    while_running(folder, note("withdrawal", person="p1", topic="robot"))
    while_running(folder)  # the same journal goes on: the list says nothing new, the withdrawal stands
    kinds = [type(event).__name__ for event in journal(folder, SuppressionAdded, ConsentGiven, LeadsAdded)]
    assert kinds[:3] == ["ConsentGiven", "SuppressionAdded", "LeadsAdded"]
    assert kinds.count("SuppressionAdded") == kinds.count("ConsentGiven") == 1


@pytest.mark.parametrize(
    ("request_", "says"),
    [
        (note("do_not_contact", scope="family", key="p1"), "this cannot be recorded: Invalid enum value 'family'"),
        (note("do_not_contact", scope="person", key="p 1"), "this cannot be recorded"),
        (note("consent", person="p1", topic="hours") | {"source": ""}, "this cannot be recorded"),
        (note("do_not_contact", scope="number", key="+12125559999"), "nobody in this run has that number"),
        (note("rumour"), "this cannot be recorded: Invalid value 'rumour'"),
    ],
)
def test_what_cannot_be_understood_is_refused(folder: Path, request_: dict[str, Any], says: str) -> None:
    (answer,) = while_running(folder, request_)
    assert isinstance(answer, str)
    assert answer.startswith(says)
    assert "2125559999" not in answer


@pytest.mark.parametrize(
    ("words", "request_"),
    [
        (
            ("do-not-contact", "person", "p1", "--source", "letter", "--channel", "sms"),
            {"record": "do_not_contact", "scope": "person", "key": "p1", "source": "letter", "channel": "sms"},
        ),
        (
            ("consent", "p1", "hours", "--source", "tape", "--until", "1970-01-02 00:00"),
            {
                "record": "consent", "person": "p1", "topic": "hours", "source": "tape", "account": "", "channel": "",
                "until_ns": 86_400 * 10**9,
            },
        ),
        (
            ("withdrawal", "p1", "hours", "--source", "call"),
            {"record": "withdrawal", "person": "p1", "topic": "hours", "source": "call", "channel": ""},
        ),
        (
            ("contact", "p1", "a1", "--source", "ann", "--channel", "voice", "--reach", "conversation"),
            {
                "record": "contact", "person": "p1", "account": "a1", "source": "ann", "channel": "voice",
                "reach": "conversation",
            },
        ),
    ],
)  # fmt: skip
def test_the_commands_say_what_they_are_told(
    words: tuple[str, ...],
    request_: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    async def answer(_: Path, request: dict[str, Any]) -> dict[str, Any]:
        asked.append(request)
        return {"done": "record", "known": False}

    asked: list[dict[str, Any]] = []
    monkeypatch.setattr(record, "ask", answer)
    with pytest.raises(SystemExit):
        main(["record", *words])
    assert asked == [{"do": "record"} | request_]
    assert "nobody in this run has that id" in capsys.readouterr().out


def test_an_instant_that_is_none_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["record", "consent", "p1", "hours", "--source", "tape", "--until", "soon"])
    assert "--until soon is no instant" in capsys.readouterr().err
