"""The end of an attempt: settle the counters, decide about the next attempt, write the row."""

from __future__ import annotations

from dialer.core import leasing, parties
from dialer.core.call import DISPOSITIONS, Call
from dialer.core.effects import CloseAttempt
from dialer.core.lead import Lead, LeadStatus
from dialer.core.settings import CampaignSettings
from dialer.core.state import Floor
from dialer.core.units import ns
from pacing import Ended, EndedBy

USELESS_NUMBER = ("not_in_service", "wrong_number")
"""After these the number is not dialled again for this lead."""


def end_line(floor: Floor, call: Call, by: EndedBy) -> None:
    """The call is over, ended by somebody: its line is free. The attempt may still wait for a disposition."""
    floor.move_call(call, "ended")
    call.ended_ns = floor.now_ns
    call.expect_ns = None
    floor.observe(call.campaign, Ended(floor.now_s, call.id, by))


def close(floor: Floor, call: Call, disposition: str) -> None:
    """Write an attempt off with its disposition; the call is forgotten."""
    campaign, book = floor.campaigns[call.campaign], floor.books[call.campaign]
    lead = book.lead(call.lead)
    if call.ended_ns is None:
        end_line(floor, call, "us")
    del floor.state.calls[call.id]
    del floor.state.persons[lead.person]
    floor.state.reconciling.pop(call.id, None)
    floor.gate.settle(call.id, DISPOSITIONS[disposition], floor.now_ns)
    if disposition == "do_not_call" and call.bridged_ns is not None:
        floor.gate.suppress("person", lead.person, "asked an agent")
    parties.tried(floor, lead, disposition)
    status = book.status(lead.id)
    status.last = disposition
    status.tally[disposition] = status.tally.get(disposition, 0) + 1
    next_ns = _next_attempt(floor, campaign, call, lead, status, disposition)
    if next_ns is None:
        book.move(lead.id, "close")
        leasing.done(floor, lead)
    else:
        status.callback = disposition == "callback"
        book.defer(lead.id, "retry", next_ns)
        floor.wake_by(f"due/{campaign.id}", next_ns)
    floor.out.append(
        CloseAttempt(
            call=call.id,
            campaign=call.campaign,
            lead=call.lead,
            person=lead.person,
            account=lead.account,
            segment=lead.segment,
            attempt=call.attempt,
            disposition=disposition,
            agent=call.agent if call.bridged_ns is not None else None,
            placed_ns=call.placed_ns,
            ringing_ns=call.ringing_ns,
            answered_ns=call.answered_ns,
            transfer_ns=call.transfer_ns,
            bridged_ns=call.bridged_ns,
            ended_ns=call.ended_ns,
            promise_cents=call.promise_cents,
            next_ns=next_ns,
            party=lead.party,
            recording=call.recording,
            promise_due=call.promise_due,
        )
    )


def _next_attempt(
    floor: Floor, campaign: CampaignSettings, call: Call, lead: Lead, status: LeadStatus, disposition: str
) -> int | None:
    """Return when the lead is due again, None when it is done; moves on to the next useful number."""
    if disposition in USELESS_NUMBER:
        status.dead = (*status.dead, status.endpoint)
    useful = [number for number in range(len(lead.endpoints)) if number not in status.dead]
    redial = campaign.redial_of(lead.step).get(disposition)
    if redial is None or not useful or not floor.books[campaign.id].is_current(lead.id):
        return None
    if status.attempts >= campaign.max_attempts or status.tally[disposition] > redial.limit:
        return None
    if disposition != "callback":
        later = [number for number in useful if number > status.endpoint]
        status.endpoint = later[0] if later else useful[0]
    elif call.callback_ns is not None:
        return max(call.callback_ns, floor.now_ns)
    return floor.now_ns + ns(redial.delay_s)
