"""`paceline adapter list` and `paceline adapter test`."""

from __future__ import annotations

import asyncio
import json
import threading
from pathlib import Path

import pytest

from dialer.__main__ import main
from tests.conformance.telephony.event_socket import EventSocket
from tests.conformance.telephony.event_socket import number as fated
from tests.conformance.telephony.test_freeswitch import PASSWORD
from tests.conformance.telephony.test_freeswitch import telephony as freeswitch
from tools.rig.carrier import number
from tools.rig.rig import Rig


def run(*words: object) -> int:
    with pytest.raises(SystemExit) as stopped:
        main([*map(str, words)])
    return int(stopped.value.code or 0)


def test_the_adapters_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("adapter", "list") == 0
    said = capsys.readouterr().out
    assert "embedded" in said and "asterisk" in said and "freeswitch" in said
    assert "not yet verified" in " ".join(said.split())


def test_an_unknown_adapter_is_named(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert run("adapter", "test", "dahdi", "--config", tmp_path / "x.yaml") == 2
    assert "there is no adapter dahdi (write asterisk or freeswitch)" in capsys.readouterr().err


def test_a_fault_in_the_file_has_its_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "trial.yaml").write_text("telephony:\n  adapter: asterisk\ntrial:\n  numbers: {answers: '555'}\n")
    assert run("adapter", "test", "asterisk", "--config", tmp_path / "trial.yaml") == 2
    said = capsys.readouterr().err
    assert "trial.yaml:2:3: telephony.nodes is missing" in said
    assert "trial.yaml:4:22: trial.numbers.answers" in said


def test_a_freeswitch_is_tried(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    socket, loop = EventSocket(PASSWORD), asyncio.new_event_loop()
    far_end = threading.Thread(target=loop.run_forever)
    far_end.start()
    try:
        asyncio.run_coroutine_threadsafe(socket.start(), loop).result(10)
        trial = {
            "numbers": {"busy": fated("busy"), "no_room": fated("hangs_up")},
            "agent": "a01",
            "second_agent": "a02",
        }
        file = tmp_path / "trial.yaml"
        file.write_text(json.dumps({"telephony": freeswitch(socket.port, Path("calls")), "trial": trial}))
        assert run("adapter", "test", "freeswitch", "--config", file) == 1
    finally:
        asyncio.run_coroutine_threadsafe(socket.die(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        far_end.join()
        loop.close()
    said = " ".join(capsys.readouterr().out.split())
    assert "3 kept An engaged line" in said
    assert "6 broken A network without room ends the call as `congestion`. (the cause is normal)" in said
    assert PASSWORD not in said


@pytest.mark.rig
def test_a_telephone_system_is_tried(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    rig = Rig(tmp_path / "rig")
    try:
        rig.start()
        trial = {
            "numbers": {"busy": number("busy"), "no_room": number("talks_1_s")},
            "agent": "a01",
            "second_agent": "a02",
        }
        file = tmp_path / "trial.yaml"
        file.write_text(json.dumps({"telephony": rig.telephony(Path("calls")), "trial": trial}))
        assert run("adapter", "test", "asterisk", "--config", file) == 1
    finally:
        rig.stop()
    said = " ".join(capsys.readouterr().out.split())
    assert "3 kept An engaged line" in said
    assert "6 broken A network without room ends the call as `congestion`. (the cause is normal)" in said
    assert "7 not tried" in said and "no number that does this: rings" in said
