"""Why one account is contacted on a day or not: where the strategy put it, and every rule that had a say."""

from __future__ import annotations

import msgspec

from strategies.compliance.records import Verdict
from strategies.compliance.rulebook import ContactRule
from strategies.planning.gate import gate_for
from strategies.planning.planner import Plan, contacts_of, reached_sql
from strategies.planning.steps import DEBTOR, Reason, steps_of


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
    person, party : str
        Who is reached, and who that is: ``debtor``, ``guarantor`` or ``contact``.
    after, failed_attempts : int
        For another party: how many attempts at the person must have failed, and how many have.
    reason : str
        See `strategies.planning.steps.Reason`.
    rule : str
        The rule that denies longest, or the stop condition.
    verdict : Verdict | None
        The gate's, at the beginning of the plan's span, with every rule; None where it was not asked.
    rules : tuple of ContactRule
        The rules that it was asked about.
    """

    segment: str
    when: str
    arm: str
    step: str
    due: str
    channel: str
    person: str
    party: str
    after: int
    failed_attempts: int
    reason: Reason
    rule: str
    verdict: Verdict | None
    rules: tuple[ContactRule, ...] = ()


def why(plan: Plan, account: str) -> tuple[Told, ...]:
    """Return what `plan` has decided about `account`, the most urgent contact first; nothing when there is none."""
    basis = plan.basis
    rows = basis.database.execute(
        f"""
        SELECT plan.rowid, segment, arm, step, plan.kind, plan.person_id, party, failed, reason, rule
        FROM plan JOIN ({reached_sql(basis)}) USING (source_row, person_id) LEFT JOIN step USING (step)
        WHERE account_id = ? ORDER BY priority DESC, step, party, plan.person_id
        """,
        [account],
    ).fetchall()
    steps, segments = steps_of(basis.strategy), basis.strategy.segments
    told = []
    for row, segment_index, arm_index, step_index, kind_index, person, party, failed, reason, rule in rows:
        segment = segments[segment_index] if segment_index < len(segments) else None
        step = None if step_index is None else steps[step_index].step
        other = basis.strategy.parties[party - 1] if party else None
        verdict, rules = None, ()
        if kind_index is not None:
            kind = basis.kinds[kind_index]
            contacts = contacts_of(basis, kind, f"plan.rowid = {row}")
            rules = tuple(kind.rules(basis.rules))
            gate = gate_for(basis.database, rules, contacts.values(), basis.start_ns)
            verdict = gate.check(contacts[row], basis.start_ns)
        told.append(
            Told(
                segment=segment.name if segment else "",
                when=segment.when if segment else "",
                arm=segment.arms[arm_index].name if segment else "",
                step=step.id if step else "",
                due=step.due if step else "",
                channel=step.channel if step else "",
                person=person,
                party=other.party if other else DEBTOR,
                after=other.after_failed_attempts if other else 0,
                failed_attempts=failed,
                reason=reason,
                rule=rule,
                verdict=verdict,
                rules=rules,
            )
        )
    return tuple(told)
