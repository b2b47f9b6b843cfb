"""Everything that a journal knows of one call, one account or one agent: what happened, when, and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from dialer.core import effects as f
from dialer.core import events as e
from dialer.insight.language import Language, say
from dialer.insight.rules import Sources
from dialer.journal.entry import Record, decode_effects, decode_event
from strategies.compliance.records import Reason
from strategies.compliance.rulebook import Rule


class Moment(NamedTuple):
    """One thing that happened.

    `what` names its text in `dialer.insight.texts.timeline`, `values` fill it in; those that are themselves words of
    the catalogue are given as `Word`. `because` are further texts that tell why.
    """

    seq: int
    t_ns: int
    what: str
    values: tuple[Any, ...] = ()
    because: tuple[tuple[str, tuple[Any, ...]], ...] = ()


class Word(NamedTuple):
    """A key of the catalogue, told in the reader's language."""

    key: str


class Cited(NamedTuple):
    """A rule's source, told in the reader's language where its pack has it."""

    rule: str
    source: str


class Instant(NamedTuple):
    """An instant, told by the reader's clock; None: never."""

    t_ns: int | None


class Timeline:
    """Collects the moments of one subject, whatever its id turns out to be: a call, an account or an agent.

    Parameters
    ----------
    subject : str
        A call as campaign/lead/attempt, or the id of an account or of an agent.
    """

    def __init__(self, subject: str) -> None:
        self.subject = subject
        self._of: dict[str, list[Moment]] = {"call": [], "account": [], "agent": []}
        self._leads: set[str] = set()
        self._persons: set[str] = set()
        self._agent_of: dict[str, str] = {}

    @property
    def kind(self) -> str | None:
        """What the subject is: ``call``, ``account`` or ``agent``; None when the journal knows none."""
        return next((kind for kind, moments in self._of.items() if moments), None)

    @property
    def moments(self) -> list[Moment]:
        """What happened, in the journal's order."""
        return self._of[self.kind] if self.kind else []

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
            if lead.account == self.subject:
                self._leads.add(f"{event.campaign}/{lead.id}")
                self._persons.add(lead.person)
                values = (event.campaign, lead.id, lead.segment, lead.priority, event.plan or "–")
                self._of["account"].append(Moment(seq, event.t_ns, "line_loaded", values))

    def _of_event(self, seq: int, event: e.AnyEvent) -> None:
        call = getattr(event, "call", None)
        if call is not None:
            told = _told_of_call(event)
            if told is not None:
                self._about_call(call, Moment(seq, event.t_ns, *told))
            return
        agent = getattr(event, "agent", None)
        if agent is not None:
            told = _told_of_agent(event)
            if told is not None:
                self._about_agent(agent, Moment(seq, event.t_ns, *told))
            return
        told = self._told_of_person(event)
        if told is not None:
            self._of["account"].append(Moment(seq, event.t_ns, *told))

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
                self._about_call(effect.call, Moment(seq, t_ns, "line_hang_up", (effect.call, _word(effect.reason))))
            case f.CloseAttempt():
                because = (("line_next", (Instant(effect.next_ns),)),) if effect.next_ns is not None else ()
                values = (effect.call, Word(effect.disposition))
                self._about_call(effect.call, Moment(seq, t_ns, "line_closed", values, because))
                self._agent_of.pop(effect.call, None)
            case f.Defer():
                if f"{effect.campaign}/{effect.lead}" in self._leads:
                    because = (*map(_denied, effect.reasons), ("line_again", (Instant(effect.until_ns),)))
                    lead = f"{effect.campaign}/{effect.lead}"
                    self._of["account"].append(Moment(seq, t_ns, "line_denied", (lead,), because))
            case f.OfferLead():
                self._about_agent(effect.agent, Moment(seq, t_ns, "line_offered", (effect.lead,), _why(effect.why)))
            case f.WithdrawOffer():
                self._about_agent(
                    effect.agent, Moment(seq, t_ns, "line_withdrawn", (effect.lead, _word(effect.reason)))
                )
            case f.SetAgentState():
                values = (Word(effect.state), _word(effect.reason))
                self._about_agent(effect.agent, Moment(seq, t_ns, "line_agent_state", values))
            case _:
                pass

    def _about_call(self, call: str, moment: Moment) -> None:
        if call == self.subject:
            self._of["call"].append(moment)
        if call.rpartition("/")[0] in self._leads:
            self._of["account"].append(moment)
        if self._agent_of.get(call) == self.subject:
            self._of["agent"].append(moment)

    def _about_agent(self, agent: str, moment: Moment) -> None:
        if agent == self.subject:
            self._of["agent"].append(moment)

    def _told_of_person(self, event: e.AnyEvent) -> tuple[str, tuple[Any, ...]] | None:
        match event:
            case e.SuppressionAdded():
                scope = {"person": self._persons, "account": {self.subject}}.get(event.scope, set())
                if event.key in scope:
                    return "line_suppressed", (Word(f"line_scope_{event.scope}"), event.source, event.channel or "–")
            case e.ContactReceived() if event.person in self._persons:
                return "line_received", (event.channel, Word(f"line_reach_{event.reach}"))
            case e.ConsentGiven() if event.person in self._persons:
                return "line_consented", (Word(f"line_topic_{event.topic}"), event.source, Instant(event.until_ns))
            case e.ConsentWithdrawn() if event.person in self._persons:
                return "line_withdrew", (Word(f"line_topic_{event.topic}"),)
            case _:
                pass
        return None


class Reader(NamedTuple):
    """Who a timeline is told to: the language, a `clock` that makes text of an instant, and the run's rules."""

    language: Language
    clock: Callable[[int], str]
    rules: tuple[Rule, ...] = ()


def lines(moments: Iterable[Moment], reader: Reader) -> Iterator[tuple[str, str, list[str]]]:
    """Yield time, text and reasons of each moment."""
    sources = Sources(reader.rules, reader.language)
    for moment in moments:
        yield (
            reader.clock(moment.t_ns),
            _say(reader, sources, moment.what, moment.values),
            [_say(reader, sources, what, values) for what, values in moment.because],
        )


def _say(reader: Reader, sources: Sources, what: str, values: tuple[Any, ...]) -> str:
    language, clock, _ = reader
    told = []
    for value in values:
        match value:
            case Word(key=key):
                told.append(say(language, key))
            case Cited(rule=rule, source=source):
                told.append(sources.of(rule, source))
            case Instant(t_ns=None):
                told.append(say(language, "line_never"))
            case Instant(t_ns=int(t_ns)):
                told.append(clock(t_ns))
            case _:
                told.append(value)
    return say(language, what, *told) if told else say(language, what)


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
        case e.MessageFinished():
            return "line_message_over", (event.call,)
        case e.CallEnded():
            return "line_ended", (event.call, Word(f"cause_{event.cause}"))
        case e.CallReported():
            return "line_reported", (event.call, Word(f"line_report_{event.state}"))
        case e.CallDispositioned() if event.promise_cents is not None:
            return "line_promised", (event.call, f"{event.promise_cents / 100:,.2f}")
        case e.CallDispositioned():
            return "line_dispositioned", (event.call, Word(event.disposition))
        case _:
            return None


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


def _word(reason: str) -> Word | str:
    """Return an engine's own reason as a word of the catalogue; what a person wrote stays as it is."""
    from dialer.insight.texts.timeline import TEXTS

    key = f"line_reason_{reason.replace(' ', '_')}"
    return Word(key) if key in TEXTS else reason
