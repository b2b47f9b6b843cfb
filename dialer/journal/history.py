"""From a journal's entries to the rows of a history: attempts, leads, agents' states, and what people said.

A row is a mapping by the columns of `dialer.ports.history`; instants are whole nanoseconds, as in the
journal. What an entry does not tell is not in the row.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from dialer.core.effects import AnyEffect, CloseAttempt, PlaceCall, PlayMessage, SetAgentState
from dialer.core.events import (
    AnyEvent,
    CallAnswered,
    CallDispositioned,
    CallEnded,
    ConsentGiven,
    ConsentWithdrawn,
    ContactReceived,
    ContactsRemembered,
    LeadsAdded,
    MessageFinished,
    SuppressionAdded,
)
from dialer.core.lead import Lead
from dialer.core.settings import RunSettings
from strategies.compliance.records import PastContact

Row = dict[str, Any]

_PARTIES = {"contact": "emergency contact"}
_CHANNELS = {"voice": "call"}
STATES = {"ready": "idle", "in_call": "talking"}
"""By the kernel's word for a state of an agent that of a history, where they differ."""


class HistoryRows:
    """An incremental fold over a journal's entries.

    Parameters
    ----------
    settings : RunSettings
        Those of the journal's manifest: they say how each campaign was dialled.
    """

    def __init__(self, settings: RunSettings) -> None:
        self._campaigns = {campaign.id: campaign for campaign in settings.campaigns}
        self._leads: dict[tuple[str, str], Lead] = {}
        self._calls: dict[str, Row] = {}
        self._harbour: set[str] = set()
        self._states: dict[str, Row] = {}
        # By agent, the latest call; its row waits until the agent has finished the work after it.
        self._last: dict[str, str] = {}
        self._waiting: dict[str, Row] = {}

    def take(self, event: AnyEvent, effects: Sequence[AnyEffect]) -> Iterator[tuple[str, Row]]:
        """Fold in one entry; yield the rows that are complete by now, each after the name of its table."""
        t_ns = event.t_ns
        match event:
            case LeadsAdded():
                yield from self._loaded(event)
            case CallAnswered(call=call, by=by) if call in self._calls:
                self._calls[call] |= {"answered_by": by, "told_at": t_ns}
            case CallEnded(call=call, cause=cause) if call in self._calls:
                self._calls[call]["cause"] = cause
            case CallDispositioned(call=call, callback_ns=callback_ns) if call in self._calls:
                self._calls[call]["callback_at"] = callback_ns
            case MessageFinished(call=call) if call in self._harbour and call in self._calls:
                self._calls[call]["message_at"] = t_ns
            case SuppressionAdded(scope=scope, key=key, source=source, channel=channel, since_ns=since_ns):
                said_ns = t_ns if since_ns is None else since_ns
                yield "suppressions", _suppression(scope, key, said_ns, source, channel)
            case ContactReceived(person=person, account=account, channel=channel, reach=reach):
                yield (
                    "inbound",
                    {"person": person, "at": t_ns, "channel": channel, "account": account, "reach": reach},
                )
            case ContactsRemembered(contacts=contacts):
                yield from map(_remembered, contacts)
            case ConsentGiven() | ConsentWithdrawn():
                yield "consents", _consent(event)
            case _:
                pass
        for effect in effects:
            match effect:
                case PlaceCall():
                    self._calls[effect.call] = {
                        "endpoint": effect.number,
                        "ring_timeout_s": effect.ring_timeout_s,
                    }
                case PlayMessage(call=call, purpose="safe_harbour"):
                    self._harbour.add(call)
                case SetAgentState():
                    yield from self._agent_moves(effect, t_ns)
                case CloseAttempt():
                    yield from self._attempt_over(effect, t_ns)
                case _:
                    pass

    def finish(self) -> Iterator[tuple[str, Row]]:
        """Yield the rows of what was not over when the journal ended; a call without an end is none."""
        for row in self._waiting.values():
            yield "attempts", row
        for row in self._states.values():
            yield "agents", row

    def _loaded(self, event: LeadsAdded) -> Iterator[tuple[str, Row]]:
        for lead in event.leads:
            if (event.campaign, lead.id) in self._leads:
                continue
            self._leads[event.campaign, lead.id] = lead
            yield (
                "leads",
                {
                    "campaign": event.campaign,
                    "lead": lead.id,
                    "loaded_at": event.t_ns,
                    "person": lead.person,
                    "account": lead.account,
                    "segment": lead.segment,
                    "priority": lead.priority,
                    "endpoints": lead.endpoints,
                    "zones": lead.zones,
                    "places": lead.places,
                    "answer_share": lead.answer_share,
                },
            )

    def _agent_moves(self, effect: SetAgentState, t_ns: int) -> Iterator[tuple[str, Row]]:
        before = self._states.get(effect.agent)
        state = STATES.get(effect.state, effect.state)
        if before is not None:
            if before["state"] == state:
                return
            yield "agents", before | {"to_at": t_ns}
            row = self._waiting.pop(self._last.get(effect.agent, ""), None)
            if row is not None:
                yield "attempts", row | {"ready_at": t_ns} if before["state"] == "wrap" else row
        reason = {"reason": effect.reason} if state == "paused" and effect.reason else {}
        self._states[effect.agent] = {"agent": effect.agent, "state": state, "from_at": t_ns} | reason

    def _attempt_over(self, effect: CloseAttempt, t_ns: int) -> Iterator[tuple[str, Row]]:
        self._harbour.discard(effect.call)
        campaign = self._campaigns[effect.campaign]
        lead = self._leads.get((effect.campaign, effect.lead))
        row = {
            "attempt": effect.call,
            "campaign": effect.campaign,
            "channel": "call",
            "lead": effect.lead,
            "person": effect.person,
            "account": effect.account,
            "party": _PARTIES.get(effect.party, effect.party),
            "about": (lead.about or None) if lead else None,
            "segment": effect.segment,
            "strategy": campaign.strategy or None,
            "mode": campaign.mode,
            "attempt_number": effect.attempt,
            "zones": lead.zones if lead else None,
            "places": lead.places if lead else None,
            "placed_at": effect.placed_ns,
            "ringing_at": effect.ringing_ns,
            "answered_at": effect.answered_ns,
            "transfer_at": effect.transfer_ns,
            "bridged_at": effect.bridged_ns,
            "ended_at": effect.ended_ns,
            "agent": effect.agent,
            "disposition": effect.disposition,
            "promise_cents": effect.promise_cents,
            "promise_due": effect.promise_due,
            "recording": effect.recording,
            "closed_at": t_ns,
        } | self._calls.pop(effect.call, {})
        if effect.disposition == "do_not_call":
            yield "suppressions", _suppression("person", effect.person, t_ns, "asked an agent", "")
        agent = self._states.get(effect.agent or "", {})
        if effect.agent and agent.get("state") in ("talking", "wrap"):
            self._last[effect.agent] = effect.call
            self._waiting[effect.call] = row
        else:
            yield "attempts", row


def _suppression(scope: str, key: str, t_ns: int, source: str, channel: str) -> Row:
    return {"scope": scope, "key": key, "since_at": t_ns, "source": source, "channel": channel}


def _remembered(past: PastContact) -> tuple[str, Row]:
    contact = past.contact
    channel = _CHANNELS.get(contact.channel, contact.channel)
    if past.inbound:
        about = {"person": contact.person, "account": contact.account or None}
        return "inbound", about | {"at": past.begun_ns, "channel": channel, "reach": past.reach}
    row = {
        "begun_at": past.begun_ns,
        "person": contact.person,
        "account": contact.account,
        "endpoint": contact.number,
        "campaign": contact.campaign,
        "channel": channel,
        "mode": contact.mode,
        "purpose": contact.purpose,
        "party": _PARTIES.get(contact.party, contact.party),
        "ended_at": past.ended_ns,
        "reach": past.reach,
    }
    return "earlier", {name: None if value == "" else value for name, value in row.items()}


def _consent(event: ConsentGiven | ConsentWithdrawn) -> Row:
    given = {"person": event.person, "topic": event.topic, "at": event.t_ns, "channel": event.channel}
    match event:
        case ConsentGiven():
            more = {"until_at": event.until_ns, "account": event.account, "source": event.source}
            said = {} if event.given_ns is None else {"at": event.given_ns}
            return given | said | {"given": True} | more
        case ConsentWithdrawn():
            return given | {"given": False}
