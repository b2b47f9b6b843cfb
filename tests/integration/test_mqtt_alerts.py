"""What transcripts hold becomes alerts at a real broker while they come in, and a team lead sees them."""

from __future__ import annotations

import asyncio
import json
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import aiomqtt
import pytest
from jsonschema import Draft202012Validator, FormatChecker

from adapters.presence.mqtt import alerts
from adapters.presence.mqtt.document import asyncapi
from dialer.__main__ import main
from tests.mqtt.desktops import broker_in
from tests.mqtt.floor import paceline
from tests.mqtt.mosquitto import Mosquitto

GREETING = "Good morning, this is Anna from Blue Bank. Is this Mr Miller, on +442079460000?"
ALERTS = "paceline/alert/+"
PATIENCE_S = 60.0


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Mosquitto]:
    broker = broker_in(tmp_path / "broker")
    yield broker
    broker.kill()


def said(attempt: str, *texts: str, agent: str = "a01") -> str:
    turns = [
        {"speaker": "agent", "text": text, "from_s": 10.0 * at, "to_s": 10.0 * at + 5}
        for at, text in enumerate((GREETING, *texts))
    ]
    return json.dumps({"attempt": attempt, "agent": agent, "party": "debtor", "turns": turns}) + "\n"


def address(broker: Mosquitto) -> tuple[str, ...]:
    return "--broker", f"mqtt://127.0.0.1:{broker.port}"


def scan(source: Path | str, broker: Mosquitto, *more: object) -> tuple[str, ...]:
    """Return the words of a scan."""
    return "quality", "scan", str(source), "--alert", *address(broker), "--language", "en", *map(str, more)


def scanned(source: Path, broker: Mosquitto, *more: object) -> None:
    """Scan a file that holds violations to its end."""
    with pytest.raises(SystemExit) as stopped:
        main([*scan(source, broker, *more)])
    assert stopped.value.code == 1


def until(there: Callable[[], object], what: Callable[[], object]) -> None:
    deadline_s = time.monotonic() + PATIENCE_S
    while not there():
        assert time.monotonic() < deadline_s, what()
        time.sleep(0.02)


class Lead:
    """`paceline quality watch` as a process of its own."""

    def __init__(self, broker: Mosquitto, place: Path, *more: object) -> None:
        self._output = place / "lead.txt"
        with self._output.open("a") as screen:
            words = ("quality", "watch", "lead-1", *address(broker), *more)
            self._process = paceline(*words, stdout=screen, stderr=screen)

    @property
    def text(self) -> str:
        return self._output.read_text()

    def reads(self, text: str, times: int = 1) -> None:
        until(lambda: self.text.count(text) >= times, lambda: f"{text}: {self.text}")

    def go(self) -> None:
        self._process.kill()
        self._process.wait()


def test_an_alert_is_there_while_transcripts_still_come(broker: Mosquitto, tmp_path: Path) -> None:
    (tmp_path / "teams.csv").write_text("agent,team\na01,north\na02,south\n")
    lead = Lead(broker, tmp_path, "--team", "north", "--language", "en")
    lead.reads("alerts appear here")
    words = scan("/dev/stdin", broker, "--teams", tmp_path / "teams.csv")
    scanning = paceline(*words, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert scanning.stdin is not None
        scanning.stdin.write(said("cards/k7@2026-11-22/1", "You idiot.", agent="a02"))
        scanning.stdin.write(said("cards/k8@2026-11-22/1", "Fine.", "We will come to your house, Mr Miller."))
        scanning.stdin.flush()
        lead.reads("a01 (north): threat, in call cards/k8@2026-11-22/1, at 20 s – “we will come to your house”")
        assert scanning.poll() is None, "the transcripts had not ended"
        told, _ = scanning.communicate(timeout=PATIENCE_S)
        assert scanning.returncode == 1
        assert "Calls with a violation" in told
    finally:
        scanning.kill()
        lead.go()
    assert "k7" not in lead.text, "another team's"
    assert not [secret for secret in ("Miller", "+44", "Traceback", "\x1b") if secret in lead.text]


def test_what_was_found_before_raises_no_alert_again(broker: Mosquitto, tmp_path: Path) -> None:
    file, found = tmp_path / "t.jsonl", tmp_path / "found"
    lead = Lead(broker, tmp_path, "--language", "zh")
    try:
        lead.reads("等待告警")
        for number in range(3):
            with file.open("a") as transcripts:
                transcripts.write(said(f"cards/k{number}@2026-11-22/1", "You idiot."))
            # The first two scans remember nothing: the lead is told twice and shown once.
            more = ("-o", found) if number else ()
            scanned(file, broker, *more)
            lead.reads(f"a01：辱骂，通话 cards/k{number}@2026-11-22/1，第 10 秒——“idiot”")
        assert lead.text.count("辱骂") == 3
    finally:
        lead.go()
    with_alerts = asyncio.run(heard(broker, lambda: scanned(file, broker, "-o", found)))
    assert with_alerts == [], "all of it is known"
    forgotten = asyncio.run(heard(broker, lambda: scanned(file, broker)))
    assert len(forgotten) == 3


def test_a_clean_call_raises_no_alert_but_one_that_is_clean_no_more_does(broker: Mosquitto, tmp_path: Path) -> None:
    file, more = tmp_path / "t.jsonl", ("-o", tmp_path / "found")
    call = "cards/k1@2026-11-22/1"
    file.write_text(said(call, "Good bye."))

    def clean() -> None:
        with pytest.raises(SystemExit) as stopped:
            main([*scan(file, broker, *more)])
        assert not stopped.value.code

    assert asyncio.run(heard(broker, clean)) == []
    file.write_text(said(call, "You idiot."))
    ((_, alert),) = asyncio.run(heard(broker, lambda: scanned(file, broker, *more)))
    assert (alert["call"], alert["violation"]) == (call, "insult")


def test_a_broker_that_is_killed_loses_no_alert(broker: Mosquitto, tmp_path: Path) -> None:
    (tmp_path / "t.jsonl").write_text(said("cards/k1@2026-11-22/1", "You idiot."))
    broker.kill()
    scanning = paceline(*scan(tmp_path / "t.jsonl", broker), stdout=subprocess.PIPE)
    time.sleep(0.5)
    broker.start()
    lead = Lead(broker, tmp_path, "--language", "en")
    try:
        scanning.communicate(timeout=PATIENCE_S)
        assert scanning.returncode == 1, "found, and told once the broker was there"
        lead.reads("alerts appear here")
        broker.kill()
        lead.reads("the broker is lost")
        broker.start()
        lead.reads("alerts appear here", 2)
        scanned(tmp_path / "t.jsonl", broker)
        lead.reads("cards/k1@2026-11-22/1")
    finally:
        lead.go()


def test_alerts_are_as_documented_and_hold_no_number(
    broker: Mosquitto, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "t.jsonl").write_text(
        said("cards/k1@2026-11-22/1", "You idiot, Mr Miller of +442079460000.")
        + said("+442079460001", "You idiot.")
        + said("0044 2079 460001", "You idiot.")
        + said("cards/k3@2026-11-22/1", "You idiot.", agent="442079460002")
        + said("cards/k4@2026-11-22/1", "You idiot.", agent="a/#")
    )
    raised = asyncio.run(heard(broker, lambda: scanned(tmp_path / "t.jsonl", broker)))
    told = capsys.readouterr().out
    assert "4 raised no alert: the id of the call, the agent or the team may be a telephone number." in told
    assert "2079" not in told
    ((topic, alert),) = raised
    assert topic == "paceline/alert/a01"
    assert {key: alert[key] for key in ("call", "violation", "phrase", "from_s")} == {
        "call": "cards/k1@2026-11-22/1", "violation": "insult", "phrase": "idiot", "from_s": 10.0,
    }  # fmt: skip
    schema = {"$ref": "#/components/schemas/Alert", "components": asyncapi()["components"]}
    judge = Draft202012Validator(schema, format_checker=FormatChecker())
    assert judge.is_valid(alert)
    for call in ("+442079460001", "0044 2079 460001", "x/+442079460001"):
        assert not judge.is_valid(alert | {"call": call})


def test_a_broker_that_is_not_there_is_an_error_and_nothing_counts_as_told(
    broker: Mosquitto, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(alerts, "TAKEN_WITHIN_S", 0.2)
    broker.kill()
    (tmp_path / "t.jsonl").write_text(said("cards/k1@2026-11-22/1", "You idiot."))
    scanned(tmp_path / "t.jsonl", broker, "-o", tmp_path / "out")
    assert "the broker did not take every alert; scan again" in capsys.readouterr().err
    assert not (tmp_path / "out").exists(), "the next scan raises them"


async def heard(broker: Mosquitto, work: Callable[[], object]) -> list[tuple[str, dict[str, Any]]]:
    """Return the topics and messages of all alerts that are raised while `work` goes on."""
    got: list[tuple[str, dict[str, Any]]] = []
    async with aiomqtt.Client("127.0.0.1", broker.port) as client:
        await client.subscribe([(ALERTS, 1), ("end", 1)])
        await asyncio.to_thread(work)
        await client.publish("end", b"", qos=1)
        async for message in client.messages:
            if str(message.topic) == "end":
                return got
            assert (message.qos, message.retain) == (1, False)
            got.append((str(message.topic), json.loads(message.payload)))
    raise AssertionError("the broker went")
