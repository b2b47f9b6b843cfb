"""Whom to call about an account: the person who owes comes first.

Leads of other parties (guarantor, emergency contact) wait until so many attempts at the person have failed as
their strategy asks for: those before the plan, and those of the run. What is a failure is one definition for
this and for the rules (`strategies.compliance.misses.FAILED`). Whoever may have been the person ends the
count: it begins again from nothing.
"""

from __future__ import annotations

from dialer.core.call import DISPOSITIONS
from dialer.core.events import LeadsAdded
from dialer.core.lead import Lead
from dialer.core.state import Floor, Missed
from strategies.compliance.misses import FAILED
from strategies.compliance.records import Detail, Reason

PERSON_FIRST = "person-first"
"""The rule id of a lead that waits for the person to be tried."""

_WAITS: tuple[Detail, ...] = ("person_first", "still_reachable")
"""Denials that another failed attempt at the person may end."""


def added(floor: Floor, event: LeadsAdded) -> None:
    """Begin to count for the accounts that have other parties."""
    missed = floor.state.missed
    for lead in event.leads:
        if lead.about and (lead.account not in missed or missed[lead.account].plan != event.plan):
            missed[lead.account] = Missed(event.plan, lead.failed_attempts)


def planned_anew(floor: Floor, plan: str) -> None:
    """Forget the counts of other plans: the new one knows what has happened by then."""
    floor.state.missed = {account: one for account, one in floor.state.missed.items() if one.plan == plan}


def failed(floor: Floor, lead: Lead) -> int:
    """Return how many attempts at the person have failed, where `lead` is another party's; 0 for the person."""
    one = floor.state.missed.get(lead.account) if lead.about else None
    return one.failed if one else 0


def too_early(floor: Floor, lead: Lead) -> Reason | None:
    """Return why this party is not called yet; None when the person was missed often enough."""
    if not lead.about or failed(floor, lead) >= lead.after:
        return None
    return Reason(PERSON_FIRST, "strategy", "person_first", None)


def waits(floor: Floor, campaign: str, lead: Lead, reasons: tuple[Reason, ...]) -> bool:
    """Tell whether a denied lead waits for the person to be missed, and note it if so."""
    one = floor.state.missed.get(lead.account) if lead.about else None
    endless = [reason for reason in reasons if reason.until_ns is None]
    if one is None or not endless or any(reason.detail not in _WAITS for reason in endless):
        return False
    one.held.append((campaign, lead.id))
    return True


def tried(floor: Floor, lead: Lead, disposition: str) -> None:
    """An attempt is over. One at the person may open the way to others, or close it."""
    one = floor.state.missed.get(lead.account)
    reach = DISPOSITIONS[disposition]
    if one is None or lead.about or reach == "none":
        return
    if reach not in FAILED:
        one.failed = 0
        return
    one.failed += 1
    held, one.held = one.held, []
    for campaign, other in held:
        book = floor.books[campaign]
        if one.failed < book.lead(other).after:
            one.held.append((campaign, other))
        else:
            book.release(other)
            floor.wake_by(f"due/{campaign}", floor.now_ns)


def reached(floor: Floor, account: str) -> None:
    """Somebody got in touch about an account: the person can be reached."""
    if (one := floor.state.missed.get(account)) is not None:
        one.failed = 0
