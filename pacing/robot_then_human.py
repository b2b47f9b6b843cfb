"""Robot-then-human dialling: a robot answers everyone, and whoever asks for an agent must get one in time."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from pacing import answers, gate, lookahead, memory, rings, transfer, trunk
from pacing.policy import Proposal
from pacing.predictive import MOST_AGENTS, Flights, LookAhead, foreseen
from pacing.records import Answered, Ended, Launched, Observation, PacingInput, Transferred


class RobotThenHuman(LookAhead):
    """Dial ahead of the agents, as far as the abandon budget bears. See `pacing.transfer` for the rule.

    Parameters
    ----------
    transfer_share : float
        Share of the persons who answer that ask for an agent, at first; learned on line.
    robot_s : float
        Starting belief about how long the robot talks, in seconds; learned on line.
    **settings
        As `pacing.predictive.LookAhead`.

    Attributes
    ----------
    robot : Flights
        The calls that talk with the robot.
    ahead : transfer.Ahead
        The rule's tables.

    Raises
    ------
    ValueError
        For a share that is not between 0 and 1, a time that is not positive, and as `LookAhead`.
    """

    name = "robot_then_human"

    def __init__(
        self, *, lines: int = 100, transfer_share: float = 0.3, robot_s: float = 40.0, **settings: float
    ) -> None:
        super().__init__(lines=lines, **settings)
        if not 0 < transfer_share < 1:
            raise ValueError(f"transfer_share must be between 0 and 1, not {transfer_share}")
        if not robot_s > 0:
            raise ValueError(f"robot_s must be positive, not {robot_s}")
        law = rings.exponential(robot_s)
        self.transfer_share = transfer_share
        self.robot = Flights(
            memory.make(
                int(lines), answer_share=transfer_share, talk_s=1.0, wrap_s=0.0, live=law, dead=law, watched=False
            )
        )
        # A call is either at the ring or at the robot, and new ones ring.
        self.work = lookahead.make_work(2 * int(lines), MOST_AGENTS)
        self.ahead = transfer.make_ahead()
        _warm_up()

    def observe(self, event: Observation) -> None:
        """Learn from one event. An answered call begins again, as one that may be transferred."""
        match event:
            case Answered() if event.by_person:
                if self.ring.land(event.call, event.t_s, trunk.PERSON):
                    self.robot.launch(Launched(event.t_s, event.call, self.transfer_share))
            case Transferred():
                self.robot.land(event.call, event.t_s, trunk.PERSON)
            case Ended():
                self.robot.land(event.call, event.t_s, trunk.NOBODY)
                super().observe(event)
            case _:
                super().observe(event)

    def propose(self, floor: PacingInput, theta: float) -> Proposal:
        """Apply the rule."""
        proposal = super().propose(floor, theta)
        number = self.robot.memory.number
        share = answers.share_of(answers.log_odds(self.transfer_share) + number[memory.DRIFT])
        terms = dict(proposal.terms)
        terms |= {
            "transfers_coming": terms.pop("answers_coming"),
            "with_robot": len(self.robot.calls),
            "transfer_share": round(share, 4),
        }
        return proposal._replace(terms=terms)

    def within(self, floor: PacingInput, launch: int, bears: int) -> int:
        """Count the calls in flight by their own chances, taken as high."""
        return int(
            transfer.within(
                self.ring.memory,
                self.robot.memory,
                self.ahead,
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
        return super().state() | {"robot": self.robot.state()}

    def load(self, state: Mapping[str, Any]) -> None:
        """Take up what `state` returned."""
        super().load(state)
        self.robot.load(state["robot"])

    def learned(self) -> dict[str, Any]:
        """Return what was learned, of the robot's talks too."""
        return super().learned() | {"robot": self.robot.learned()}

    def begin(self, learned: Mapping[str, Any]) -> None:
        """Begin with what `learned` returned; `ValueError` when it is damaged."""
        super().begin(learned)
        self.robot.begin(learned["robot"])

    def _plan(self, floor: PacingInput, theta: float, most: int) -> lookahead.Planned:
        transfer.look(self.ahead, self.ring.memory.live, self.robot.memory.live)
        return transfer.plan(
            self.ring.memory,
            self.robot.memory,
            self.ahead,
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


@cache
def _warm_up() -> None:
    """Compile, or load what was compiled before, now rather than at the first call of a shift."""
    law = rings.exponential(10.0)
    ring, robot = (memory.make(4, answer_share=0.2, talk_s=100.0, wrap_s=10.0, live=law, dead=law) for _ in range(2))
    ahead, work = transfer.make_ahead(), lookahead.make_work(8, 4)
    transfer.look(ahead, law, law)
    planned = transfer.plan(
        ring, robot, ahead, 0.03, work, 2.0, 1, 1, 0, 0, 4, 2.0, lookahead.NOBODY, lookahead.NEVER_S
    )
    high = lookahead.high_drift(ring, 2.0, gate.CAUTION)
    transfer.within(ring, robot, ahead, work, 2.0, high, 0, max(1, planned.launch), 1, 0, 2.0)
