"""Everything that a journal knows of one call, one account or one agent: what happened, when, and why."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dialer.core import effects as f
from dialer.core import events as e
from dialer.insight.timeline.moments import (
    Cited,
    Instant,
    Kind,
    Moment,
    Timeline,
    Word,
    amount,
    channel_of,
    word_of,
)
from dialer.journal.entry import Record, decode_effects, decode_event
from strategies.compliance.records import Reason


def read_journal(subject: str, records: Iterable[Record]) -> Timeline | None:
    """Return all that a journal knows of a subject, whatever its id turns out to be; None when it knows none.

    Parameters
    ----------
    subject : str
        A call as campaign/lead/attempt, or the id of an account or of an agent.
    records : iterable of Record
        The journal's, in order.
    """
    collector = _Collector(subject)
    collector.read(records)
    return next((Timeline(subject, kind, moments) for kind, moments in collector.found.items() if moments), None)


class _Collector:
    """Collects the moments of whatever has the subject's id."""

    def __init__(self, subject: str) -> None:
        self.found: dict[Kind, list[Moment]] = {"call": [], "account": [], "agent": []}
        self._subject = subject
        self._leads: set[str] = set()
        self._persons: set[str] = set()
        self._numbers: set[str] = set()
        self._agent_of: dict[str, str] = {}

    def read(self, records: Iterable[Record]) -> None:
        """Take in the records of a journal, in order."""
        for record in records:
            event, effects = decode_event(record), decode_effects(record)
            if isinstance(event, e.LeadsAdded):
                self._loaded(record.seq, event)
                continue
            self._of_event(record.seq, event)
            pace = {effect.campaign: effect for effect in effects if isinstance(effect, f.Pace)}
            for effect in effects:
                self._of_effect(record, effect, pace)

    def _loaded(self, seq: int, event: e.LeadsAdded) -> None:
        for lead in event.leads:
            if lead.account == self._subject:
                self._leads.add(f"{event.campaign}/{lead.id}")
                self._persons.add(lead.person)
                self._numbers.update(lead.endpoints)
                values = (event.campaign, lead.id, lead.segment, lead.priority)
                plan = (("line_with_plan", (event.plan,)),) if event.plan else ()
                self.found["account"].append(Moment(seq, event.t_ns, "line_loaded", values, plan))

    def _of_event(self, seq: int, event: e.AnyEvent) -> None:
        call = getattr(event, "call", None)
        if call is not None:
            told = _told_of_call(event)
            if told is not None:
                self._about_call(call, Moment(seq, event.t_ns, *told, _agreed(event)))
            return
        agent = getattr(event, "agent", None)
        if agent is not None:
            told = _told_of_agent(event)
            if told is not None:
                self._about_agent(agent, Moment(seq, event.t_ns, *told))
            return
        told = self._told_of_person(event)
        if told is not None:
            self.found["account"].append(Moment(seq, event.t_ns, *told))

    def _of_effect(self, record: Record, effect: f.AnyEffect, pace: dict[str, f.Pace]) -> None:
        seq, t_ns = record.seq, record.t_ns
        match effect:
            case f.PlaceCall():
                if effect.agent is not None:
                    self._agent_of[effect.call] = effect.agent
                own = pace.get(effect.campaign)
                because = _why(effect.why) + ((_paced(own),) if own else ())
                self._about_call(effect.call, Moment(seq, t_ns, "line_placed", (effect.call, effect.number), because))
            case f.Bridge(call=call, agent=agent):
                self._agent_of[call] = agent
                self._about_call(call, Moment(seq, t_ns, "line_bridge", (call, agent)))
            case f.PlayMessage():
                what = f"line_message_{effect.purpose}"
                self._about_call(effect.call, Moment(seq, t_ns, what, (effect.call, effect.message)))
            case f.HangUp():
                self._about_call(effect.call, Moment(seq, t_ns, "line_hang_up", (effect.call, word_of(effect.reason))))
            case f.CloseAttempt():
                because = (("line_next", (Instant(effect.next_ns),)),) if effect.next_ns is not None else ()
                values = (effect.call, Word(effect.disposition))
                self._about_call(effect.call, Moment(seq, t_ns, "line_closed", values, because))
                self._agent_of.pop(effect.call, None)
            case f.Defer():
                if f"{effect.campaign}/{effect.lead}" in self._leads:
                    because = (*map(_denied, effect.reasons), ("line_again", (Instant(effect.until_ns),)))
                    lead = f"{effect.campaign}/{effect.lead}"
                    self.found["account"].append(Moment(seq, t_ns, "line_denied", (lead,), because))
            case f.OfferLead():
                self._about_agent(effect.agent, Moment(seq, t_ns, "line_offered", (effect.lead,), _why(effect.why)))
            case f.WithdrawOffer():
                self._about_agent(
                    effect.agent, Moment(seq, t_ns, "line_withdrawn", (effect.lead, word_of(effect.reason)))
                )
            case f.SetAgentState():
                values = (Word(effect.state), word_of(effect.reason))
                self._about_agent(effect.agent, Moment(seq, t_ns, "line_agent_state", values))
            case _:
                pass

    def _about_call(self, call: str, moment: Moment) -> None:
        if call == self._subject:
            self.found["call"].append(moment)
        if call.rpartition("/")[0] in self._leads:
            self.found["account"].append(moment)
        if self._agent_of.get(call) == self._subject:
            self.found["agent"].append(moment)

    def _about_agent(self, agent: str, moment: Moment) -> None:
        if agent == self._subject:
            self.found["agent"].append(moment)

    def _told_of_person(self, event: e.AnyEvent) -> tuple[str, tuple[Any, ...]] | None:
        """Return what a person said about the account, or about none in particular."""
        match event:
            case e.SuppressionAdded():
                keys = {"person": self._persons, "account": {self._subject}, "number": self._numbers}[event.scope]
                if event.key in keys:
                    channel = channel_of(event.channel) if event.channel else "–"
                    return "line_suppressed", (Word(f"line_scope_{event.scope}"), event.source, channel)
            case e.ContactReceived() if event.person in self._persons and event.account in ("", self._subject):
                return "line_received", (channel_of(event.channel), Word(f"line_reach_{event.reach}"))
            case e.ConsentGiven() if event.person in self._persons and event.account in ("", self._subject):
                return "line_consented", (Word(f"line_topic_{event.topic}"), event.source, Instant(event.until_ns))
            case e.ConsentWithdrawn() if event.person in self._persons:
                return "line_withdrew", (Word(f"line_topic_{event.topic}"),)
            case _:
                pass
        return None


def _told_of_call(event: Any) -> tuple[str, tuple[Any, ...]] | None:
    match event:
        case e.CallRinging():
            return "line_ringing", (event.call,)
        case e.CallAnswered():
            return f"line_answered_{event.by}", (event.call,)
        case e.TransferRequested():
            return "line_transfer", (event.call,)
        case e.CallBridged():
            return "line_bridged", (event.call, event.agent)
        case e.CallRecorded():
            return "line_recorded", (event.call, event.recording)
        case e.HandOverRequested():
            return "line_hand_over", (event.call, event.to)
        case e.MessageFinished():
            return "line_message_over", (event.call,)
        case e.CallEnded():
            return "line_ended", (event.call, Word(f"cause_{event.cause}"))
        case e.CallReported():
            return "line_reported", (event.call, Word(f"line_report_{event.state}"))
        case e.CallDispositioned() if event.promise_cents is not None:
            return "line_promised", (event.call, amount(event.promise_cents))
        case e.CallDispositioned():
            return "line_dispositioned", (event.call, Word(event.disposition))
        case _:
            return None


def _agreed(event: e.AnyEvent) -> tuple[tuple[str, tuple[Any, ...]], ...]:
    """Return for when something was agreed in a conversation."""
    match event:
        case e.CallDispositioned(promise_cents=int(), promise_due=str(due)):
            return (("line_with_due", (due,)),)
        case e.CallDispositioned(callback_ns=int(callback_ns)):
            return (("line_with_callback", (Instant(callback_ns),)),)
        case _:
            return ()


def _told_of_agent(event: Any) -> tuple[str, tuple[Any, ...]] | None:
    match event:
        case e.AgentLoggedIn():
            return "line_logged_in", (", ".join(event.campaigns),)
        case e.AgentLoggedOut():
            return "line_logged_out", ()
        case e.AgentPauseRequested():
            return "line_pause", (event.reason or "–",)
        case e.AgentLeaveAnnounced():
            return "line_leave", (Instant(event.at_ns),)
        case e.OfferAccepted():
            return "line_accepted", (event.lead,)
        case e.OfferSkipped():
            return "line_skipped", (event.lead, event.reason or "–")
        case _:
            return None


def _why(why: f.Why) -> tuple[tuple[str, tuple[Any, ...]], ...]:
    chosen = ("line_because", (why.segment, why.priority, why.attempt))
    after = (("line_after", (Word(why.after),)),) if why.after else ()
    warned = (("line_warned", (", ".join(why.warned),)),) if why.warned else ()
    return (chosen, *after, ("line_allowed", (why.rules,)), *warned)


def _paced(pace: f.Pace) -> tuple[str, tuple[Any, ...]]:
    return "line_paced", (pace.policy, pace.launch, Word(f"clamp_{pace.clamp}"))


def _denied(reason: Reason) -> tuple[str, tuple[Any, ...]]:
    return "line_rule", (reason.rule, Word(f"detail_{reason.detail}"), Cited(reason.rule, reason.source))
