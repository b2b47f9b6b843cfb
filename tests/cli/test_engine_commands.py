"""`paceline status`, `pause` and `resume` against a control socket."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dialer.__main__ import main
from dialer.core.errors import PortError
from dialer.runtime.control import ControlSocket

STATUS = {
    "now_ns": 1_750_248_000 * 10**9,
    "draining": True,
    "telephony_up": False,
    "agents": {"ready": 3, "in_call": 2},
    "calls": 1234,
    "nodes": [
        {"name": "east", "state": "up", "since_ns": 1_750_233_600 * 10**9, "calls": 3, "lines": 1200},
        {"name": "west", "state": "draining", "since_ns": 1_750_247_995 * 10**9, "calls": 1, "lines": 200},
        {"name": "north", "state": "down", "since_ns": 1_750_244_400 * 10**9, "calls": 0, "lines": 200},
    ],
    "campaigns": {"cards": {"paused": True, "lines": 5, "waiting": 0, "idle": 3}},
    "contacts_per_agent_hour": 8.126,
    "occupancy_share": None,
    "abandon_share": 0.0123,
}


class Engine:
    """Answers as an engine would, and remembers what it was asked."""

    def __init__(self, path: Path) -> None:
        self.path, self.asked = path, []

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        self.asked.append(request)
        if request.get("campaign") == "unknown":
            raise PortError("there is no campaign unknown; there is cards", retryable=False)
        return STATUS


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = Engine(tmp_path / "s.sock")
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    control = ControlSocket(engine.path, engine.answer)
    asyncio.run_coroutine_threadsafe(control.start(), loop).result(10)
    yield engine
    asyncio.run_coroutine_threadsafe(control.stop(), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


def run(*words: object) -> int:
    with pytest.raises(SystemExit) as stopped:
        main([*map(str, words)])
    return int(stopped.value.code or 0)


def test_status_is_shown_in_words(engine: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("status", "--socket", engine.path, "--language", "en") == 0
    said = " ".join(capsys.readouterr().out.split())
    assert engine.asked == [{"do": "status"}]
    assert "2025-06-18 12:00:00 UTC" in said
    assert "In call 2, Waiting 3" in said
    assert "Calls in progress 1,234" in said
    assert "Contacts per agent-hour 8.13" in said
    assert "Occupancy –" in said
    assert "1.23%" in said
    assert "east up, 3 of 1,200 lines, since 2025-06-18 08:00:00 UTC" in said
    assert "west draining: it fails to dial and gets no new calls, 1 of 200 lines" in said
    assert "north down, 0 of 200 lines, since 2025-06-18 11:00:00 UTC" in said
    assert "cards paused, Lines in use 5" in said
    assert "Draining" in said
    assert "Telephony is down" in said


@pytest.mark.parametrize("what", ["pause", "resume"])
def test_a_campaign_is_paused_and_resumed(what: str, engine: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(what, "cards", "--socket", engine.path) == 0
    assert engine.asked == [{"do": what, "campaign": "cards"}]
    assert capsys.readouterr().out.startswith("cards: ")


def test_a_refusal_is_a_message(engine: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("pause", "unknown", "--socket", engine.path) == 1
    assert capsys.readouterr().err == "paceline: there is no campaign unknown; there is cards\n"


def test_no_engine_is_a_message(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("status", "--socket", tmp_path / "none.sock") == 1
    assert "no engine is running there" in capsys.readouterr().err
