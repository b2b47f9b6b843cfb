"""A pacing decision in words that a floor manager can read."""

from __future__ import annotations

from collections.abc import Sequence

from dialer.core.effects import AnyEffect, Pace, PlaceCall
from dialer.insight.figures import Figure, number, percent
from dialer.insight.language import Language, say
from pacing import EVERYBODY

_SHARES = ("theta", "risk_of_next", "answer_share", "answer_share_sd", "transfer_share", "abandoned_unseen")
_SECONDS = ("talk_s", "wrap_s")


def pacing_of(effects: Sequence[AnyEffect]) -> Pace | None:
    """Return the pacing decision of an entry, None when it has none."""
    return next((effect for effect in effects if isinstance(effect, Pace)), None)


def explain_pacing(effects: Sequence[AnyEffect], language: Language) -> list[Figure]:
    """Return what was decided, from which numbers, which limit bound, and the calls that came of it.

    Campaigns that share agents decide at the same entries: one after the other, in the order of the rows.

    Parameters
    ----------
    effects
        The effects of one entry that has a pacing decision.

    Raises
    ------
    ValueError
        When there is no decision among `effects`.
    """
    if pacing_of(effects) is None:
        raise ValueError("these effects hold no pacing decision")
    return [row for pace in effects if isinstance(pace, Pace) for row in _rows(pace, effects, language)]


def _rows(pace: Pace, effects: Sequence[AnyEffect], language: Language) -> list[Figure]:
    rows = [
        Figure(say(language, "pacing_policy"), f"{pace.policy} · {pace.campaign}", ""),
        Figure(say(language, "pacing_launch"), number(pace.launch), say(language, f"clamp_{pace.clamp}")),
    ]
    if pace.ledger:
        whose = say(language, "everybody") if pace.ledger == EVERYBODY else pace.ledger
        rows.append(Figure(say(language, "pacing_ledger"), whose, ""))
    for name, value in pace.terms.items():
        if name in _SHARES:
            text = percent(value, 2)
        elif name in _SECONDS:
            text = f"{number(value, 1)} s"
        elif name == "trunk":
            text = say(language, f"trunk_{value:.0f}")
        else:
            text = number(value, 0 if float(value).is_integer() else 2)
        rows.append(Figure(say(language, f"term_{name}"), text, ""))
    for placed in effects:
        if isinstance(placed, PlaceCall) and placed.campaign == pace.campaign:
            why = placed.why
            after = say(language, "pacing_after", say(language, why.after)) if why.after else ""
            text = say(language, "pacing_lead", why.segment, why.priority, why.attempt, why.rules)
            if why.party != "debtor":
                party = say(language, "pacing_party", say(language, f"party_{why.party}"), why.failed_attempts)
                text = f"{party}; {text}"
            rows.append(Figure(placed.call, text, after))
    return rows
