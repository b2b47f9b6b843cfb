"""The look-ahead policy as a pacer's policy: calls by name, and what they teach."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np

from pacing import answers, gate, lookahead, memory, rings, trunk
from pacing.policy import Proposal
from pacing.records import Abandoned, Answered, Connected, Ended, Launched, Observation, PacingInput, Transferred

REVIEW_S = 0.5
"""Calls age while nothing happens: look again every half second."""

ENDED_BY = {"far end": trunk.NOBODY, "trunk": trunk.REFUSED, "us": trunk.OURS}
"""What an end that came before any answer means to the memory."""

MOST_AGENTS = 4096
"""Agents of one campaign that a decision has room for."""


class Flights:
    """Calls under way in a memory, by name.

    Attributes
    ----------
    memory : Memory
        What is known and learned of them.
    calls : list of str
        The call at each place of the memory.
    segments : dict
        By name, the number that the memory knows a segment by.
    """

    def __init__(self, held: memory.Memory) -> None:
        self.memory, self.calls = held, list[str]()
        self._places: dict[str, int] = {}
        self.segments: dict[str, int] = {}

    def launch(self, event: Launched) -> None:
        """Add a call."""
        segment = self._segment(event.segment)
        self._places[event.call] = memory.launched(
            self.memory, event.t_s, event.answer_share, segment, event.attempt, event.hour
        )
        self.calls.append(event.call)

    def land(self, call: str, t_s: float, how: int) -> bool:
        """Take a call out and learn from its end (see `pacing.trunk`); False when it was not here."""
        place = self._places.pop(call, None)
        if place is None:
            return False
        moved = memory.landed(self.memory, place, t_s, how)
        last = self.calls.pop()
        if moved >= 0:
            self.calls[place] = last
            self._places[last] = place
        return True

    def state(self) -> dict[str, Any]:
        """Return the memory and the calls."""
        return {
            "memory": [array.tolist() for array in self._arrays()],
            "calls": self.calls,
            "segments": list(self.segments),
        }

    def load(self, state: Mapping[str, Any]) -> None:
        """Take up what `state` returned."""
        for array, kept in zip(self._arrays(), state["memory"], strict=True):
            array[:] = np.array(kept)
        self.calls = list(state["calls"])
        self.segments = {segment: number for number, segment in enumerate(state["segments"])}
        self._places = {call: place for place, call in enumerate(self.calls)}

    def learned(self) -> dict[str, Any]:
        """Return what another day can begin with."""
        return memory.learned(self.memory) | {"segments": list(self.segments)}

    def begin(self, learned: Mapping[str, Any]) -> None:
        """Begin with what `learned` returned; `ValueError` when it is damaged."""
        segments = [str(segment) for segment in learned["segments"]]
        if len(segments) >= answers.SEGMENTS or len(set(segments)) < len(segments):
            raise ValueError(f"segments must be at most {answers.SEGMENTS - 1} different names")
        memory.begin(self.memory, learned)
        self.segments = {segment: number for number, segment in enumerate(segments)}

    def _arrays(self) -> list[np.ndarray]:
        return [array for kept in self.memory for array in (kept if isinstance(kept, answers.Answers) else (kept,))]

    def _segment(self, segment: str) -> int:
        """Return the number of a segment: the last one for all that come when the others are taken."""
        if not segment:
            return -1
        if segment not in self.segments and len(self.segments) < answers.SEGMENTS - 1:
            self.segments[segment] = len(self.segments)
        return self.segments.get(segment, answers.SEGMENTS - 1)


class LookAhead:
    """Dial ahead of the agents, as far as the abandon budget bears. See `pacing.lookahead` for the rule.

    Parameters
    ----------
    lines : int
        Most calls in flight at once.
    answer_share : float
        Chance of an answer before anything is known; each call brings its own with `Launched`.
    talk_s, wrap_s, ring_s : float
        Starting beliefs about mean talk, wrap and ring until an answer, in seconds; learned on line.
    answer_grace_s : float
        How long a person who answered may wait.

    Attributes
    ----------
    ring : Flights
        The calls that ring, and all that was learned.
    work, wraps : lookahead.Work, float64 array
        Room to work in, and an account of the wraps.

    Raises
    ------
    ValueError
        For a setting that is not positive (`wrap_s` and `answer_grace_s` may be 0).
    """

    name = "predictive"
    needs_agents = True

    def __init__(
        self,
        *,
        lines: int = 100,
        answer_share: float = 0.2,
        talk_s: float = 150.0,
        wrap_s: float = 30.0,
        ring_s: float = 12.0,
        answer_grace_s: float = 2.0,
    ) -> None:
        for name, value in (("lines", lines), ("answer_share", answer_share), ("talk_s", talk_s), ("ring_s", ring_s)):
            if not value > 0:
                raise ValueError(f"{name} must be positive, not {value}")
        if wrap_s < 0 or answer_grace_s < 0:
            raise ValueError("wrap_s and answer_grace_s must not be negative")
        live, dead = rings.guessed(ring_s)
        lines = int(lines)
        self.ring = Flights(
            memory.make(lines, answer_share=answer_share, talk_s=talk_s, wrap_s=wrap_s, live=live, dead=dead)
        )
        self.work = lookahead.make_work(lines, MOST_AGENTS)
        self.grace_s = answer_grace_s
        self._talking_since_s: dict[str, float] = {}
        self.wraps = memory.make_wraps()
        _warm_up()

    def observe(self, event: Observation) -> None:
        """Learn from one event."""
        match event:
            case Launched():
                self.ring.launch(event)
            case Answered():
                self.ring.land(event.call, event.t_s, trunk.PERSON if event.by_person else trunk.MACHINE)
            case Connected():
                self._talking_since_s[event.call] = event.t_s
            case Ended():
                self.ring.land(event.call, event.t_s, ENDED_BY[event.by])
                since_s = self._talking_since_s.pop(event.call, None)
                if since_s is not None:
                    memory.talked(self.ring.memory, event.t_s - since_s)
                    self.wraps[memory.TALKS_ENDED] += 1.0
            case Abandoned() | Transferred():
                pass

    def propose(self, floor: PacingInput, theta: float) -> Proposal:
        """Apply the rule."""
        memory.see_wrapping(self.ring.memory, self.wraps, floor.t_s, floor.wrapping)
        number, ringing = self.ring.memory.number, len(self.ring.calls)
        most = min(floor.lines_free, len(self.ring.memory.prior) - ringing)
        most = memory.most(self.ring.memory, floor.t_s, floor.idle - floor.waiting, most)
        planned = self._plan(floor, theta, most)
        share = answers.share_of(answers.log_odds(number[memory.SHARE_MEAN]) + planned.drift)
        terms = {
            "idle": floor.idle,
            "in_flight": ringing,
            "waiting": floor.waiting,
            "theta": round(theta, 5),
            "risk_of_next": round(planned.risk, 5),
            "answers_coming": round(planned.coming, 3),
            "answer_share": round(share, 4),
            "answer_share_sd": round(planned.drift_sd * share * (1 - share), 4),
            "talk_s": round(float(number[memory.TALK_S]), 1),
            "wrap_s": round(float(number[memory.WRAP_S]), 1),
            "trunk": int(self.ring.memory.watch[trunk.STATE]),
        }
        return Proposal(planned.launch, terms, REVIEW_S if ringing or floor.idle else None)

    def within(self, floor: PacingInput, launch: int, bears: int) -> int:
        """Count the calls in flight by their own chances, taken as high."""
        return int(
            gate.within(
                self.ring.memory,
                self.work,
                floor.t_s,
                lookahead.high_drift(self.ring.memory, floor.t_s, gate.CAUTION),
                bears - floor.waiting,
                launch,
                floor.talking_on,
                floor.wrapping_on,
                self.grace_s,
            )
        )

    def state(self) -> dict[str, Any]:
        """Return what was learned and the calls in flight."""
        wrapping_s, talks_ended, wrapping, seen_s = self.wraps.tolist()
        return self.ring.state() | {
            "talking_since_s": self._talking_since_s,
            "wrap": [wrapping_s, int(talks_ended), int(wrapping), seen_s],
        }

    def load(self, state: Mapping[str, Any]) -> None:
        """Take up what `state` returned."""
        self.ring.load(state)
        self._talking_since_s = dict(state["talking_since_s"])
        self.wraps[:] = state["wrap"]

    def learned(self) -> dict[str, Any]:
        """Return what was learned of rings, answers, talk and wrap."""
        return {"ring": self.ring.learned()}

    def begin(self, learned: Mapping[str, Any]) -> None:
        """Begin with what `learned` returned; `ValueError` when it is damaged."""
        self.ring.begin(learned["ring"])

    def _plan(self, floor: PacingInput, theta: float, most: int) -> lookahead.Planned:
        return lookahead.plan(
            self.ring.memory,
            theta,
            self.work,
            floor.t_s,
            floor.idle,
            floor.busy - floor.wrapping,
            floor.wrapping,
            floor.waiting,
            most,
            self.grace_s,
            *foreseen(floor),
        )


def foreseen(floor: PacingInput) -> tuple[np.ndarray, float]:
    """Return who leaves and when the floor closes, as the compiled rules want it."""
    leaving = np.array(floor.leaving, float) if floor.leaving else lookahead.NOBODY
    return leaving, lookahead.NEVER_S if floor.closes_in_s is None else floor.closes_in_s


@cache
def _warm_up() -> None:
    """Compile, or load what was compiled before, now rather than at the first call of a shift."""
    law = rings.exponential(10.0)
    scratch = memory.make(4, answer_share=0.2, talk_s=100.0, wrap_s=10.0, live=law, dead=law)
    work = lookahead.make_work(4, 4)
    memory.landed(scratch, memory.launched(scratch, 0.0, 0.2, 0, 1, 0), 1.0, trunk.PERSON)
    memory.talked(scratch, 100.0)
    memory.see_wrapping(scratch, memory.make_wraps(), 1.0, 0)
    most = memory.most(scratch, 2.0, 1, 4)
    planned = lookahead.plan(scratch, 0.03, work, 2.0, 1, 1, 0, 0, most, 2.0, lookahead.NOBODY, lookahead.NEVER_S)
    high = lookahead.high_drift(scratch, 2.0, gate.CAUTION)
    gate.within(scratch, work, 2.0, high, 0, max(1, planned.launch), 1, 0, 2.0)
