"""The telephone network: the life of a call from dialling to hanging up.

The carrier keeps the contract of `dialer.ports.telephony`. A call is in one of these states, and only
the script of its present state may move it on, so simultaneous wakes cannot race:

placed, ringing (also while detection listens), answered (nobody on our side yet), bridging, bridged,
message (a recording plays or a robot talks), heard (that is over), asking (the robot was asked for an
agent), closing (we hung up). A call that is over is forgotten, its id is not.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import assert_never

from dialer.core.effects import Bridge, HandOver, HangUp, PlaceCall, PlayMessage, RecordPerson, StopMessage
from dialer.core.events import (
    CallAnswered,
    CallBridged,
    CallEnded,
    CallRecorded,
    CallReported,
    CallRinging,
    IntentHeard,
    KeyPressed,
    MessageFinished,
    TransferRequested,
)
from dialer.core.rng import uniform
from dialer.core.units import ns
from dialer.ports.intents import Intents
from dialer.ports.telephony import Report
from simulator.world.laws import quantile
from simulator.world.people import Fate, People
from simulator.world.responding import Answer, Respondent
from simulator.world.settings import WorldSettings
from simulator.world.timeline import Script, Timeline

_ANSWERED = ("answered", "bridging", "bridged", "message", "heard", "asking")

OUTSIDE_S = 4.0
"""How long somebody outside takes to pick up a call that is handed over (house value, 2026-11)."""


@dataclass(slots=True)
class Line:
    """A call that is up; `agent` is whom it is or was bridged to, `turn` counts the messages."""

    placement: PlaceCall
    placed_ns: int
    fate: Fate
    state: str = "placed"
    agent: str = ""
    turn: int = 0


class Carrier:
    """Carries calls to `people`, and says what becomes of them once it is open.

    Attributes
    ----------
    lines : dict of str to Line
        The calls that are up, by id.
    known : set of str
        Every call that was ever placed, by id.
    last_talk : dict of str to PlaceCall
        By agent, the call that the agent was bridged to last.
    """

    def __init__(
        self, settings: WorldSettings, people: People, timeline: Timeline, respondent: Respondent, intents: Intents
    ) -> None:
        self._respondent, self._intents = respondent, intents
        self._people, self._timeline, self._seed = people, timeline, settings.seed
        self._set_up_s, self._message_s = quantile(settings.carrier.set_up), quantile(settings.carrier.message)
        self._detection_s = quantile(settings.carrier.detection) if settings.carrier.detection else None
        self._taken_for_machine_share = settings.carrier.taken_for_machine_share
        self._voicemail_ns = ns(settings.carrier.voicemail_limit_s)
        self.lines: dict[str, Line] = {}
        self.known: set[str] = set()
        self.last_talk: dict[str, PlaceCall] = {}

    def open(self, report: Report) -> None:
        """Tell `report` from now on."""
        self._report = report

    def apply(self, effect: PlaceCall | Bridge | HandOver | PlayMessage | StopMessage | RecordPerson | HangUp) -> None:
        """Carry out one effect."""
        match effect:
            case PlaceCall():
                if effect.call not in self.known:
                    self._timeline.begin(self._dialling(self._admit(effect, self._timeline.now_ns())))
            case Bridge(call=call, agent=agent):
                if (line := self._in_state(call, "answered", "asking")) is not None:
                    line.state, line.agent = "bridging", agent
                    self._timeline.begin(self._talking(line))
            case HandOver(call=call):
                if (line := self._in_state(call, "bridged")) is not None:
                    self._timeline.begin(self._handing_over(line))
            case PlayMessage(call=call):
                if (line := self._in_state(call, "answered", "bridging", "bridged", "heard", "asking")) is not None:
                    line.state = "message"
                    line.turn += 1
                    if effect.purpose == "flow":
                        self._timeline.begin(self._in_flow(line, effect.message))
                    else:
                        robot = effect.purpose == "robot_then_human"
                        self._timeline.begin(self._with_robot(line) if robot else self._playing(line))
            case StopMessage(call=call):
                if (line := self._in_state(call, "message")) is not None:
                    line.state = "answered"
            case RecordPerson(call=call):
                if (line := self._in_state(call, "answered")) is not None:
                    line.turn += 1
                    self._timeline.begin(self._on_tape(line, effect.limit_s))
            case HangUp(call=call):
                line = self.lines.get(call)
                if line is not None and line.state != "closing":
                    cause = "normal" if line.state in _ANSWERED else "cancelled"
                    line.state = "closing"
                    self._timeline.begin(self._closing(line, cause))
            case _:
                assert_never(effect)

    def resume(self, placement: PlaceCall, placed_ns: int) -> bool:
        """Take over a call that was placed before a restart; return whether it is still up.

        Its draws are keyed, so they are the same as before. An answered person stays on the line for
        their patience, counted from now: whoever spoke to them is gone.
        """
        line = self._admit(placement, placed_ns)
        rings_ns = self._rings_ns(line)
        picks_ns, now_ns = rings_ns + line.fate.ring_ns, self._timeline.now_ns()
        if now_ns < rings_ns:
            self._timeline.begin(self._dialling(line))
        elif now_ns < picks_ns:
            line.state = "ringing"
            self._timeline.begin(self._ringing(line, picks_ns))
        elif line.fate.end in ("person", "machine"):
            line.state = "answered"
            self._timeline.begin(self._alone(line))
        else:
            del self.lines[placement.call]
        return placement.call in self.lines

    def which_exist(self, calls: Iterable[str]) -> None:
        """Report each of `calls`, and every other call that is up."""
        for call in dict.fromkeys((*calls, *self.lines)):
            self._report(self._state_of(call))

    def _state_of(self, call: str) -> CallReported:
        now_ns, line = self._timeline.now_ns(), self.lines.get(call)
        if line is None:
            return CallReported(now_ns, call, "gone")
        if line.state == "bridged":
            return CallReported(now_ns, call, "bridged", line.agent)
        return CallReported(now_ns, call, "answered" if line.state in _ANSWERED else "ringing")

    def _admit(self, placement: PlaceCall, placed_ns: int) -> Line:
        line = Line(placement, placed_ns, self._people.fate(placement, placed_ns))
        self.known.add(placement.call)
        self.lines[placement.call] = line
        return line

    def _in_state(self, call: str, *states: str) -> Line | None:
        line = self.lines.get(call)
        return line if line is not None and line.state in states else None

    def _rings_ns(self, line: Line) -> int:
        call = line.placement
        return line.placed_ns + ns(self._set_up_s(uniform(self._seed, "set_up", call.lead, call.attempt)))

    def _dialling(self, line: Line) -> Script:
        rings_ns = self._rings_ns(line)
        yield rings_ns
        if line.state != "placed":
            return
        if line.fate.ring_ns < 0:
            self._end(line, line.fate.end)
            return
        line.state = "ringing"
        self._report(CallRinging(self._timeline.now_ns(), line.placement.call))
        yield from self._ringing(line, rings_ns + line.fate.ring_ns)

    def _ringing(self, line: Line, picks_ns: int) -> Script:
        yield picks_ns
        if line.state != "ringing":
            return
        by = line.fate.end
        if by not in ("person", "machine"):
            self._end(line, by)
            return
        picked_up_ns = None
        if self._detection_s is not None:
            key = (line.placement.lead, line.placement.attempt)
            picked_up_ns = self._timeline.now_ns()
            yield picked_up_ns + ns(self._detection_s(uniform(self._seed, "detection", *key)))
            if line.state != "ringing":
                return
            if uniform(self._seed, "detected", *key) < self._taken_for_machine_share:
                by = "machine"
        line.state = "answered"
        self._report(CallAnswered(self._timeline.now_ns(), line.placement.call, by, picked_up_ns))
        yield from self._alone(line)

    def _alone(self, line: Line) -> Script:
        """Somebody picked up, and nobody speaks to them."""
        state, turn = line.state, line.turn
        patience_ns = self._people.patience_ns(line.placement) if line.fate.end == "person" else self._voicemail_ns
        if patience_ns is None:
            return
        yield self._timeline.now_ns() + patience_ns
        if line.state == state and line.turn == turn:
            self._end(line, "normal")

    def _talking(self, line: Line) -> Script:
        call, agent = line.placement, line.agent
        yield self._timeline.now_ns()
        if line.state != "bridging":
            return
        line.state = "bridged"
        self.last_talk[agent] = call
        self._report(CallBridged(self._timeline.now_ns(), call.call, agent))
        yield self._timeline.now_ns() + self._people.talk_ns(call, agent)
        if line.state == "bridged":
            self._end(line, "normal")

    def _playing(self, line: Line) -> Script:
        call = line.placement
        turn, length_s = line.turn, self._message_s(uniform(self._seed, "message", call.lead, call.attempt))
        yield self._timeline.now_ns() + ns(length_s)
        if line.state != "message" or line.turn != turn:
            return
        line.state = "heard"
        self._report(MessageFinished(self._timeline.now_ns(), call.call))
        yield from self._alone(line)

    def _with_robot(self, line: Line) -> Script:
        call = line.placement
        yield self._timeline.now_ns() + self._people.robot_ns(call)
        if line.state != "message":
            return
        asks = self._people.asks_for_agent(call)
        line.state = "asking" if asks else "heard"
        said = TransferRequested if asks else MessageFinished
        self._report(said(self._timeline.now_ns(), call.call))
        yield from self._alone(line)

    def _in_flow(self, line: Line, message: str) -> Script:
        """A text of a flow, and the keys or words that answer it; one during the text comes in place of its end."""
        call, turn, began_ns = line.placement, line.turn, self._timeline.now_ns()
        length_ns = ns(self._message_s(uniform(self._seed, "text", call.lead, call.attempt, turn)))
        answers = self._respondent.answers(call, message, turn, length_ns)
        if not answers or answers[0].after_ns >= length_ns:
            answers = [Answer(length_ns), *answers]
        for answer in answers:
            yield began_ns + answer.after_ns
            if line.turn != turn or line.state not in ("message", "answered"):
                return
            if answer.key:
                self._report(KeyPressed(self._timeline.now_ns(), call.call, answer.key))
            elif answer.words:
                self._intents.classify(message, answer.words, partial(self._meant, call.call, message))
            else:
                line.state = "answered"
                self._report(MessageFinished(self._timeline.now_ns(), call.call))
        yield from self._alone(line)

    def _on_tape(self, line: Line, limit_s: float) -> Script:
        """Somebody speaks for a while and says by a key that they have done."""
        call, turn = line.placement, line.turn
        yield self._timeline.now_ns()
        if line.turn != turn or line.state != "answered":
            return
        self._report(CallRecorded(self._timeline.now_ns(), call.call, call.call))
        spoken = uniform(self._seed, "on_tape", call.lead, call.attempt, turn)
        yield self._timeline.now_ns() + ns(1.2 * limit_s * spoken)
        if line.turn == turn and line.state == "answered":
            self._report(KeyPressed(self._timeline.now_ns(), call.call, "#"))
            yield from self._alone(line)

    def _meant(self, call: str, message: str, intent: str) -> None:
        if call in self.lines:
            self._report(IntentHeard(self._timeline.now_ns(), call, message, intent))

    def _handing_over(self, line: Line) -> Script:
        """Somebody outside picks up, whoever it is."""
        yield self._timeline.now_ns() + ns(OUTSIDE_S)
        if line.state == "bridged":
            self._end(line, "handed_over")

    def _closing(self, line: Line, cause: str) -> Script:
        yield self._timeline.now_ns()
        self._end(line, cause)

    def _end(self, line: Line, cause: str) -> None:
        del self.lines[line.placement.call]
        line.state = "over"
        self._report(CallEnded(self._timeline.now_ns(), line.placement.call, cause))
