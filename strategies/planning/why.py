"""Why one account is contacted on a day or not: where the strategy put it, and every rule that had a say."""

from __future__ import annotations

import msgspec

from strategies.compliance.records import Verdict
from strategies.planning.gate import gate_for
from strategies.planning.planner import Plan, contacts_of
from strategies.planning.steps import Reason, steps_of


class Told(msgspec.Struct, frozen=True):
    """What a plan has decided about one contact of an account, or about an account without any.

    Attributes
    ----------
    segment, when : str
        The segment with its condition; empty when none took the account.
    arm : str
        The side of the segment's experiment; empty when there is none.
    step, due, channel : str
        The step with its condition, and by what; empty when none is due.
    reason : str
        See `strategies.planning.steps.Reason`.
    rule : str
        The rule that denies longest, or the stop condition.
    verdict : Verdict | None
        The gate's, at the beginning of the plan's span, with every rule; None where it was not asked.
    """

    segment: str
    when: str
    arm: str
    step: str
    due: str
    channel: str
    reason: Reason
    rule: str
    verdict: Verdict | None


def why(plan: Plan, account: str) -> tuple[Told, ...]:
    """Return what `plan` has decided about `account`, the most urgent contact first; nothing when there is none."""
    basis = plan.basis
    rows = basis.database.execute(
        "SELECT plan.rowid, segment, arm, step, plan.kind, reason, rule FROM plan LEFT JOIN step USING (step) "
        "WHERE account_id = ? ORDER BY priority DESC, step",
        [account],
    ).fetchall()
    steps, segments = steps_of(basis.strategy), basis.strategy.segments
    told = []
    for row, segment_index, arm_index, step_index, kind_index, reason, rule in rows:
        segment = segments[segment_index] if segment_index < len(segments) else None
        step = None if step_index is None else steps[step_index].step
        verdict = None
        if kind_index is not None:
            kind = basis.kinds[kind_index]
            contacts = contacts_of(basis, kind, f"plan.rowid = {row}")
            gate = gate_for(basis.database, kind.rules(basis.rules), contacts.values(), basis.start_ns)
            verdict = gate.check(contacts[row], basis.start_ns)
        told.append(
            Told(
                segment=segment.name if segment else "",
                when=segment.when if segment else "",
                arm=segment.arms[arm_index].name if segment else "",
                step=step.id if step else "",
                due=step.due if step else "",
                channel=step.channel if step else "",
                reason=reason,
                rule=rule,
                verdict=verdict,
            )
        )
    return tuple(told)
