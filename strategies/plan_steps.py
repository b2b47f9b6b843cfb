"""Which segment, arm and steps an account has today, as SQL that every engine can run.

The conditions of a strategy stand in the queries as they were written.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from strategies.compiled import Arm, CompiledStrategy, Segment, Step, medium_of
from strategies.compliance.records import Contact
from strategies.compliance.rulebook import Hours
from strategies.experiments import arm_sql
from strategies.plan_verdicts import Kind

Reason = Literal["contact", "no_segment", "rests", "stopped", "not_due", "no_number", "no_zone", "denied"]
"""Why an account is contacted or not, as a key: the words are made when somebody reads them.

``contact``: it is. ``no_segment``: no segment's condition is true. ``rests``: its segment has no steps.
``stopped``: a stop condition holds. ``not_due``: no step is due today. ``no_number``: it has no telephone
number. ``no_zone``: the time zone is unknown. ``denied``: a rule denies it all day.
"""

STEP_WINDOW = "step-window"
"""The rule id of hours that a step of a strategy sets for itself."""


class Place(msgspec.Struct, frozen=True):
    """Where a step stands in its strategy."""

    segment: Segment
    arm: Arm
    step: Step


def places(strategy: CompiledStrategy) -> list[Place]:
    """Return every step in the strategy's order; its index here is its number in the plan."""
    return [Place(segment, arm, step) for segment in strategy.segments for arm in segment.arms for step in arm.steps]


def kind_of(strategy: CompiledStrategy, step: Step, campaign: str) -> Kind | None:
    """Return what the rules ask about a step; None when it contacts nobody."""
    if step.channel == "hand_over":
        return None
    channel, mode = medium_of(step.channel)
    contact = Contact(
        person="",
        account="",
        number="",
        campaign=campaign,
        zones=(),
        channel=channel,
        mode="robot" if step.mode == "robot_then_human" else mode,
        purpose=strategy.purpose,
    )
    if step.window is None:
        return Kind(contact)
    source = f"strategy {strategy.name}"
    says = "The strategy makes this step in these hours, by the clock where the person may be."
    window = Hours(id=STEP_WINDOW, pack=strategy.name, says=says, source=source, status="H", open=step.window)
    return Kind(contact, window)


def segment_sql(strategy: CompiledStrategy) -> str:
    """Return SQL for the index of the segment that takes an account; their number when none does."""
    cases = " ".join(f"WHEN ({segment.when}\n) THEN {index}" for index, segment in enumerate(strategy.segments))
    return f"CASE {cases} ELSE {len(strategy.segments)} END"


def arm_case_sql(strategy: CompiledStrategy) -> str:
    """Return SQL for the index of the arm in the column ``segment``."""
    cases = [
        f"WHEN {index} THEN {arm_sql(segment.experiment, [arm.share for arm in segment.arms], 'person_id')}"
        for index, segment in enumerate(strategy.segments)
        if len(segment.arms) > 1
    ]
    return f"CASE segment {' '.join(cases)} ELSE 0 END" if cases else "0"


def stopped_sql(strategy: CompiledStrategy) -> str:
    """Return SQL for the first stop condition that holds; empty when none does."""
    cases = " ".join(f"WHEN {_stops(stop.when)} THEN '{stop.reason}'" for stop in strategy.stops)
    return f"CASE {cases} ELSE '' END" if cases else "''"


def due_sql(strategy: CompiledStrategy) -> list[str]:
    """Return for every step SQL for whether it is due, given the columns ``segment`` and ``arm``."""
    numbers = [
        (segment_number, arm_number, step)
        for segment_number, segment in enumerate(strategy.segments)
        for arm_number, arm in enumerate(segment.arms)
        for step in arm.steps
    ]
    found = []
    for segment_number, arm_number, step in numbers:
        keeps = "".join(f" AND NOT {_stops(s.when)}" for s in strategy.stops if s.reason not in step.even_if)
        due = "" if step.due == "TRUE" else f" AND coalesce(({step.due}\n), FALSE)"
        found.append(f"(segment = {segment_number} AND arm = {arm_number}{due}{keeps})")
    return found


def _stops(when: str) -> str:
    return f"(({when}\n) IS DISTINCT FROM FALSE)"
