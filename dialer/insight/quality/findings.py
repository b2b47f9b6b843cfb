"""What is wrong in a call: what the agent said, and what the agent should have said and did not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dialer.insight.quality.marks import Mark
from dialer.insight.quality.phrases import Hit, PhrasePack
from dialer.insight.quality.transcripts import Transcript, Turn
from dialer.ports.history import CLEAN

VIOLATIONS = (
    "insult", "threat", "impersonation", "third_party_disclosure", "missing_identification", "missing_identity_check",
)  # fmt: skip
"""Every violation that is looked for."""

OPENING_TURNS = 4
"""Within so many turns of the agent it must be clear who is calling. A house rule."""


def marks_of(call: Transcript, packs: Sequence[PhrasePack]) -> Iterator[Mark]:
    """Yield a mark for what is wrong in a call, each kind once a turn, or one for a clean call.

    Who is not known to be the debtor is a third party until an identity check was made. What was not said is looked
    for only in calls in which the agent spoke.
    """
    found = False
    for mark in _violations(call, packs):
        found = True
        yield mark
    if not found:
        yield Mark(call.attempt, CLEAN, call.agent)


def _violations(call: Transcript, packs: Sequence[PhrasePack]) -> Iterator[Mark]:
    identified = checked = False
    turns = [turn for turn in call.turns if turn.speaker == "agent" and turn.text.strip()]
    told_unchecked: Turn | None = None
    for number, turn in enumerate(turns):
        hits = [hit for pack in packs for hit in pack.find(turn.text)]
        kinds = {hit.what for hit in hits}
        identified |= "identification" in kinds and number < OPENING_TURNS
        checked |= "identity_check" in kinds and _before_debt(hits)
        for kind in VIOLATIONS[:3]:
            if kind in kinds:
                yield _violation(call, kind, turn, hits, kind)
        if "debt" in kinds:
            if call.party == "third_party":
                yield _violation(call, "third_party_disclosure", turn, hits, "debt")
            elif not checked and told_unchecked is None:
                told_unchecked = turn
                yield _violation(call, "missing_identity_check", turn, hits, "debt")
    if turns and not identified:
        yield Mark(call.attempt, "missing_identification", call.agent)


def _before_debt(hits: Sequence[Hit]) -> bool:
    """Return whether the check stands before the first word about the debt, if there is one in the same turn."""
    order = [hit.what for hit in hits if hit.what in ("identity_check", "debt")]
    return order[0] == "identity_check"


def _violation(call: Transcript, kind: str, turn: Turn, hits: Sequence[Hit], what: str) -> Mark:
    phrase = next(hit.phrase for hit in hits if hit.what == what)
    return Mark(call.attempt, kind, call.agent, turn.from_s, turn.to_s - turn.from_s, phrase)
