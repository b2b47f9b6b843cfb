"""A robot that follows a call flow: texts, keys, silence, promises, no more calls, and the way to an agent."""

from __future__ import annotations

import msgspec
import pytest

from dialer.core import effects as f
from dialer.core import events as e
from dialer.core.kernel import Kernel
from strategies.flow.compile import compile_flow, flows
from strategies.flow.records import Flow, Prompt, Step
from tests.unit.core.floors import HandFloor, lead

PROMISE = compile_flow(flows()["promise-by-keypad"])
VOICE = compile_flow(flows()["intent-by-voice"])
CALL = "c/l0/1"


class Robot(HandFloor):
    """A floor whose robot has picked up the first lead's call, and says its first text."""

    def __init__(self, mode: str = "robot_then_human", agents: int = 1, flow: Flow = PROMISE) -> None:
        super().__init__(leads=0, mode=mode, flow=flow.identity, zone="Asia/Shanghai")
        self.flow = flow
        self.settings = msgspec.structs.replace(self.settings, flows={flow.identity: flow})
        self.kernel = Kernel(self.settings)
        self.do(e.LeadsAdded, campaign="c", leads=(lead(0),))
        for agent in ("ann", "bob")[:agents]:
            self.ready(agent)
        self.do(e.CallRinging, call=CALL).do(e.CallAnswered, call=CALL, by="person")

    def heard(self) -> Robot:
        self.do(e.MessageFinished, call=CALL)
        return self

    def press(self, keys: str) -> Robot:
        for key in keys:
            self.do(e.KeyPressed, call=CALL, key=key)
        return self

    def mean(self, intent: str, state: str | None = None) -> Robot:
        """Somebody says words with an intent to the text of `state`, or to the last one."""
        last = self.all(f.PlayMessage)[-1].message
        message = Prompt(self.flow.identity, state, "zh").message if state else last
        self.do(e.IntentHeard, call=CALL, message=message, intent=intent)
        return self

    def silence(self) -> Robot:
        self.fire(f"key/{CALL}")
        return self

    def says(self) -> tuple[str, str]:
        """Return the state and the language of the text that was begun last."""
        last = self.all(f.PlayMessage)[-1]
        assert last.purpose == "flow"
        prompt = Prompt.of(last.message)
        assert prompt.flow == self.flow.identity
        return prompt.state, prompt.language

    def row(self) -> f.CloseAttempt:
        self.do(e.CallEnded, call=CALL, cause="normal")
        (row,) = self.got(f.CloseAttempt)
        return row


def test_a_promise_by_keypad() -> None:
    robot = Robot()
    assert robot.says() == ("greeting", "zh")
    robot.press("8")
    assert robot.got(f.StopMessage) == [f.StopMessage(CALL)]
    assert robot.says() == ("greeting", "en")
    robot.heard().press("1")
    assert robot.says() == ("amount", "en") and robot.got(f.StopMessage) == []
    robot.press("25*300#").heard().press("14#").heard().press("1")
    assert robot.says() == ("promised", "en")
    assert robot.heard().got(f.HangUp) == [f.HangUp(CALL, "the robot has said goodbye")]
    row = robot.row()
    assert (row.disposition, row.promise_cents, row.agent) == ("promise", 30_000, None)
    assert row.promise_due is not None and row.promise_due.endswith("15")  # the floors begin on 1 January 1970


def test_a_number_that_is_long_enough_needs_no_hash_and_one_out_of_bounds_is_asked_for_again() -> None:
    robot = Robot().press("1").press("000000")
    assert robot.says() == ("amount", "zh") and robot.kernel.view.calls[CALL].talk.missed == 1
    assert robot.press("123456").says() == ("days", "zh")
    robot.press("31")
    assert robot.says() == ("days", "zh")
    assert robot.press("3").heard().silence().says() == ("confirm", "zh")


def test_silence_is_an_answer_and_in_the_end_the_robot_says_goodbye() -> None:
    robot = Robot().heard()
    assert robot.silence().says() == ("greeting", "zh")
    assert robot.heard().silence().says() == ("goodbye", "zh")
    assert robot.heard().got(f.HangUp)
    assert robot.row().disposition == "robot_done"


def test_who_wants_no_more_calls_gets_none_even_without_hearing_the_goodbye() -> None:
    robot = Robot().press("9")
    assert not robot.kernel.is_news(e.SuppressionAdded(robot.kernel.now_ns, "person", "p0", "test"))
    assert robot.row().disposition == "do_not_call"


@pytest.mark.parametrize("agents", [0, 1])
def test_key_0_leads_to_an_agent_or_to_the_message_for_the_abandoned(agents: int) -> None:
    robot = Robot()
    if not agents:
        robot.do(e.AgentLoggedOut, agent="ann")
    robot.press("0")
    assert robot.says() == ("agent", "zh") and robot.got(f.Bridge) == []
    robot.heard()
    if agents:
        assert robot.got(f.Bridge) == [f.Bridge(CALL, "ann")]
        robot.do(e.CallBridged, call=CALL, agent="ann").do(e.CallEnded, call=CALL, cause="normal")
        robot.do(e.CallDispositioned, call=CALL, disposition="contact")
        (row,) = robot.got(f.CloseAttempt)
        assert (row.disposition, row.agent) == ("contact", "ann")
        assert row.transfer_ns is not None
    else:
        robot.fire(f"grace/{CALL}")
        assert [message.purpose for message in robot.got(f.PlayMessage)] == ["safe_harbour"]


def test_keys_that_nobody_asked_for_and_late_timers_change_nothing() -> None:
    robot = Robot().press("9")
    before = robot.kernel.snapshot()
    robot.do(e.KeyPressed, at_s=robot.t_s, call=CALL, key="1")
    robot.do(e.TimerFired, at_s=robot.t_s, timer=f"key/{CALL}", due_ns=robot.kernel.now_ns)
    assert robot.out == () and robot.kernel.snapshot() == before


def test_a_snapshot_keeps_the_place_in_the_flow() -> None:
    robot = Robot().press("8").press("1").press("12")
    robot.kernel = Kernel.restore(robot.settings, robot.kernel.snapshot(), robot.leads_added)
    assert robot.press("#").says() == ("days", "en")


def test_who_hangs_up_early_has_heard_no_robot_out() -> None:
    assert Robot().row().disposition == "early_hangup"


def test_words_are_answers_like_keys_and_stop_the_text() -> None:
    robot = Robot(flow=VOICE)
    assert robot.says() == ("greeting", "zh")
    robot.mean("yes")
    assert robot.got(f.StopMessage) == [f.StopMessage(CALL)]
    assert robot.says() == ("paying", "zh") and robot.kernel.view.calls[CALL].talk.party == "person"
    robot.heard().mean("will_pay")
    assert robot.says() == ("thanks", "zh") and robot.got(f.StopMessage) == []
    assert robot.heard().got(f.HangUp)
    row = robot.row()
    assert row.disposition == "contact"


def test_words_that_mean_nothing_take_the_way_of_silence() -> None:
    robot = Robot(flow=VOICE).heard().mean("")
    assert robot.says() == ("greeting", "zh") and robot.kernel.view.calls[CALL].talk.missed == 1
    robot.heard().mean("will_pay")  # known, but no answer to this question
    assert robot.says() == ("goodbye", "zh")
    assert robot.kernel.view.calls[CALL].talk.steps == (
        Step("greeting", "zh", "?"),
        Step("greeting", "zh", "?"),
    )


def test_an_answer_that_comes_too_late_changes_nothing() -> None:
    robot = Robot(flow=VOICE).press("1")
    before = robot.kernel.snapshot()
    robot.do(e.IntentHeard, at_s=robot.t_s, call=CALL, message=Prompt(VOICE.identity, "greeting", "zh").message,
             intent="agent")  # fmt: skip
    robot.do(e.IntentHeard, at_s=robot.t_s, call=CALL, message="a/b/c", intent="agent")
    assert robot.out == () and robot.kernel.snapshot() == before


def test_no_more_calls_by_word() -> None:
    robot = Robot(flow=VOICE).mean("no_more_calls")
    assert not robot.kernel.is_news(e.SuppressionAdded(robot.kernel.now_ns, "person", "p0", "test"))
    assert robot.row().disposition == "do_not_call"


def test_what_somebody_disputes_is_recorded_until_a_key_or_for_a_while() -> None:
    for ends in ("#", ""):
        robot = Robot(flow=VOICE).press("1").heard().mean("dispute")
        assert robot.says() == ("disputed", "zh") and robot.got(f.RecordPerson) == []
        robot.press("5")
        assert robot.out == ()
        robot.heard()
        assert robot.got(f.RecordPerson) == [f.RecordPerson(CALL, 30.0)]
        robot.do(e.CallRecorded, call=CALL, recording="a reference").press("5")
        assert robot.out == ()
        robot = robot.press("#") if ends else robot.silence()
        assert robot.says() == ("noted", "zh")
        assert robot.heard().got(f.HangUp)
        row = robot.row()
        assert (row.disposition, row.recording) == ("dispute", "a reference")
