"""Between messages and the kernel's events and effects: what the adapter remembers of every desk. No I/O.

Who is there is asked and never remembered by a broker: the engine says that it is up, and every desktop answers.
So a message that was kept too long can bring nobody back who has left.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, NamedTuple, assert_never

import msgspec

from adapters.presence.mqtt import messages as m
from adapters.presence.mqtt import topics
from adapters.presence.mqtt.parse import Heard, Refusal
from adapters.presence.mqtt.screens import screen_of
from adapters.presence.mqtt.topics import Topic
from dialer.core import events as e
from dialer.core.effects import OfferLead, SetAgentState, SetLease, ShowScreen, WithdrawOffer
from dialer.core.units import NS_PER_S
from dialer.ports.leads import AccountBook
from dialer.ports.presence import DeskEffect, ScreenPops

ACTS_REMEMBERED = 128
"""Ids of acts that are known again, by agent: more than a desktop sends before a broker's redelivery."""

MOST_DESKS = 10_000
"""Agents who can be there; as many as a simulated floor can have."""

FARTHEST_NS = 366 * 24 * 3600 * NS_PER_S
"""A callback or a leave farther from now than this is a slip of the finger."""

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


class Say(NamedTuple):
    """A message to publish."""

    topic: Topic
    who: str
    message: Any


class Desk(msgspec.Struct):
    """What is known of one agent's desktop.

    Attributes
    ----------
    here : bool
        Whether the engine was told that the agent is logged in.
    session, via : str
        As the desktop said.
    closed : str
        The session that was logged out last; whatever it still says came late.
    lost : bool
        Whether it is gone without a word while the agent talks.
    heard : bool
        Whether it has spoken since the broker was lost last.
    shown, since_ns : SetAgentState | None, int
        What it shows, or would if it were there, and since when.
    offer : OfferLead | None
        The lead on its screen.
    screen : ShowScreen | None
        The screen of its call script, with the blanks.
    leases : dict
        By account, what the agent holds.
    acts : dict
        Ids of the acts taken, oldest first.
    """

    here: bool = False
    session: str = ""
    via: str = ""
    closed: str = ""
    lost: bool = False
    heard: bool = True
    shown: SetAgentState | None = None
    since_ns: int = 0
    offer: OfferLead | None = None
    screen: ShowScreen | None = None
    leases: dict[str, SetLease] = {}
    acts: dict[str, None] = {}

    @property
    def in_call(self) -> bool:
        """Whether the agent talks with somebody."""
        return self.shown is not None and self.shown.state == "in_call"


class Desks:
    """All desks. Methods return what follows: events for the engine, messages to publish."""

    def __init__(self, pops: ScreenPops, accounts: AccountBook) -> None:
        self._pops, self._accounts = pops, accounts
        self._desks: dict[str, Desk] = {}

    # From the desktops -----------------------------------------------------------------------------

    def take(self, heard: Heard, now_ns: int) -> Iterator[e.AnyEvent | Say | Refusal]:
        """Take one message."""
        message = heard.message
        match message:
            case m.AcdLost():
                for agent, desk in self._desks.items():
                    if desk.via == heard.who:
                        yield from self._lose(agent, desk, now_ns)
            case m.Here():
                yield from self._arrive(heard.who, message, now_ns)
            case m.Gone():
                desk = self._desks.get(heard.who)
                if desk is not None and desk.here and desk.session == message.session:
                    desk.closed = message.session
                    yield _leave(heard.who, desk, now_ns)
            case m.Lost():
                desk = self._desks.get(heard.who)
                if desk is not None and desk.session == message.session:
                    yield from self._lose(heard.who, desk, now_ns)
            case m.Ready() | m.Pause() | m.Leave() | m.Accept() | m.Skip() | m.Result() | m.Transfer() | m.Answer():
                yield from self._act(heard.who, message, now_ns)
            case m.Claim() | m.Renew() | m.Return():
                yield from self._act(heard.who, message, now_ns)
            case _:
                raise TypeError(f"no desktop says {type(message).__name__}")

    def link_lost(self) -> None:
        """The broker is gone: every desktop has to speak again before it is believed to be there."""
        for desk in self._desks.values():
            desk.heard = False

    def still_silent(self, now_ns: int) -> Iterator[e.AnyEvent]:
        """Give up the desktops that have not spoken since the broker was lost."""
        for agent, desk in self._desks.items():
            if not desk.heard:
                yield from self._lose(agent, desk, now_ns)

    def _arrive(self, agent: str, message: m.Here, now_ns: int) -> Iterator[e.AnyEvent | Say | Refusal]:
        desk = self._desk(agent)
        if desk is None:
            yield Refusal("too many desktops", f"there are {MOST_DESKS} desktops already", agent)
            return
        if message.session == desk.closed:
            return
        desk.session, desk.via, desk.heard, desk.lost = message.session, message.via or "", True, False
        if desk.here:
            yield from self._present(desk)
            return
        desk.here = True
        yield from map(_lease, desk.leases.values())
        yield e.AgentLoggedIn(now_ns, agent, message.campaigns, message.language, message.skills)
        if message.ready:
            yield e.AgentReady(now_ns, agent)

    def _lose(self, agent: str, desk: Desk, now_ns: int) -> Iterator[e.AnyEvent]:
        if desk.here and desk.in_call:
            desk.lost = True
        elif desk.here:
            yield _leave(agent, desk, now_ns)

    def _act(self, agent: str, act: m.AnyAct, now_ns: int) -> Iterator[e.AnyEvent | Refusal]:
        desk = self._desk(agent)
        if desk is None or act.id in desk.acts:
            return
        # A result is about a call: it is worth having from a desktop that has yet to say that it is there.
        if isinstance(act, m.Result | m.Transfer | m.Answer):
            pop = self._pops.of_call(act.call)
            if pop is None or pop.agent != agent:
                yield Refusal("not their call", "this is no open call of yours", agent, act.id)
                return
        elif not desk.here:
            yield Refusal("not logged in", "log in first: say that you are here", agent, act.id)
            return
        if any(abs(t_ns - now_ns) > FARTHEST_NS for t_ns in _instants(act)):
            yield Refusal("not this year", "this is more than a year away", agent, act.id)
            return
        desk.acts[act.id] = None
        if len(desk.acts) > ACTS_REMEMBERED:
            del desk.acts[next(iter(desk.acts))]
        yield _event(agent, act, now_ns)

    def _desk(self, agent: str) -> Desk | None:
        """Return an agent's desk, a new one if need be; None when there are too many."""
        if agent not in self._desks and len(self._desks) < MOST_DESKS:
            self._desks[agent] = Desk()
        return self._desks.get(agent)

    # To the desktops -------------------------------------------------------------------------------

    def show(self, effect: DeskEffect, now_ns: int) -> Iterator[e.AnyEvent | Say | Refusal]:
        """Take one effect."""
        agent, desk = effect.agent, self._desks.get(effect.agent)
        if desk is None:
            return
        match effect:
            case SetAgentState():
                desk.shown, desk.since_ns = effect, now_ns
                if effect.state != "reserved":
                    desk.offer = None
                if desk.screen is not None and not _is_about(effect, desk.screen.call):
                    desk.screen = None
                yield _standing(effect, now_ns)
                if desk.in_call:
                    yield from self._pop(effect)
                elif desk.lost:
                    yield _leave(agent, desk, now_ns)
            case OfferLead():
                desk.offer = effect
                yield from self._offer(effect)
            case WithdrawOffer():
                if desk.offer is not None and desk.offer.lead == effect.lead:
                    desk.offer = None
                yield Say(topics.WITHDRAWN, agent, m.Withdrawn(effect.lead, effect.reason))
            case ShowScreen():
                desk.screen = effect
                yield self._screen(effect)
            case SetLease():
                if effect.until_ns is None:
                    desk.leases.pop(effect.account, None)
                else:
                    desk.leases[effect.account] = effect
                yield _lease(effect)
            case _:
                assert_never(effect)

    def everything(self) -> Iterator[Say | Refusal]:
        """Say again what every desktop should show."""
        for desk in self._desks.values():
            yield from self._present(desk)

    def dismissed(self, now_ns: int) -> Iterator[Say]:
        """Say that nobody is logged in any more: the engine stops."""
        for agent, desk in self._desks.items():
            if desk.here:
                yield _standing(SetAgentState(agent, "offline", "the engine has stopped"), now_ns)

    def _present(self, desk: Desk) -> Iterator[Say | Refusal]:
        if desk.shown is not None:
            yield _standing(desk.shown, desk.since_ns)
            yield from self._pop(desk.shown)
        if desk.screen is not None:
            yield self._screen(desk.screen)
        yield from map(_lease, desk.leases.values())
        if desk.offer is not None:
            yield from self._offer(desk.offer)

    def _pop(self, shown: SetAgentState) -> Iterator[Say]:
        pop = self._pops.of_call(shown.call) if shown.call and shown.state in ("in_call", "wrap") else None
        if pop is not None:
            yield Say(
                topics.POP,
                shown.agent,
                m.Pop(
                    call=shown.call or "",
                    campaign=pop.campaign,
                    lead=pop.lead,
                    person=pop.person,
                    account=pop.account,
                    segment=pop.segment,
                    attempt=pop.attempt,
                    fields=pop.fields,
                    transcript=pop.transcript,
                ),
            )

    def _screen(self, shown: ShowScreen) -> Say | Refusal:
        screen = screen_of(shown, self._accounts)
        return screen if isinstance(screen, Refusal) else Say(topics.SCREEN, shown.agent, screen)

    def _offer(self, offer: OfferLead) -> Iterator[Say]:
        pop = self._pops.of_offer(offer.agent, offer.lead)
        if pop is not None:
            yield Say(
                topics.OFFER,
                offer.agent,
                m.Offer(
                    lead=offer.lead,
                    until=_instant(offer.until_ns),
                    campaign=pop.campaign,
                    person=pop.person,
                    account=pop.account,
                    segment=pop.segment,
                    attempt=offer.why.attempt,
                    fields=pop.fields,
                ),
            )


def _leave(agent: str, desk: Desk, now_ns: int) -> e.AnyEvent:
    desk.here, desk.lost, desk.offer = False, False, None
    return e.AgentLoggedOut(now_ns, agent)


def _standing(shown: SetAgentState, since_ns: int) -> Say:
    standing = m.Standing(shown.state, shown.reason, shown.call, _instant(since_ns))
    return Say(topics.STATE, shown.agent, standing)


def _is_about(shown: SetAgentState, call: str) -> bool:
    return shown.call == call and shown.state in ("in_call", "wrap")


def _lease(effect: SetLease) -> Say:
    until = None if effect.until_ns is None else _instant(effect.until_ns)
    return Say(topics.LEASE, effect.agent, m.Lease(effect.account, until, effect.reason))


def _event(agent: str, act: m.AnyAct, now_ns: int) -> e.AnyEvent:
    match act:
        case m.Ready():
            return e.AgentReady(now_ns, agent)
        case m.Pause():
            return e.AgentPauseRequested(now_ns, agent, act.reason)
        case m.Leave():
            return e.AgentLeaveAnnounced(now_ns, agent, None if act.at is None else _ns(act.at))
        case m.Accept():
            return e.OfferAccepted(now_ns, agent, act.lead)
        case m.Skip():
            return e.OfferSkipped(now_ns, agent, act.lead, act.reason)
        case m.Result():
            callback_ns = None if act.callback_at is None else _ns(act.callback_at)
            if act.promise is None:
                return e.CallDispositioned(now_ns, act.call, act.disposition, callback_ns)
            cents, due = int(Decimal(act.promise.amount) * 100), act.promise.due.isoformat()
            return e.CallDispositioned(now_ns, act.call, act.disposition, callback_ns, cents, due)
        case m.Transfer():
            return e.HandOverRequested(now_ns, act.call, act.to)
        case m.Answer():
            return e.ScriptAnswered(now_ns, act.call, act.state, act.answer)
        case m.Claim():
            return e.CaseClaimed(now_ns, agent, act.account or "")
        case m.Renew():
            return e.CaseRenewed(now_ns, agent, act.account)
        case m.Return():
            return e.CaseReturned(now_ns, agent, act.account)
        case _:
            assert_never(act)


def _instants(act: m.AnyAct) -> Iterator[int]:
    match act:
        case m.Leave(at=dt.datetime() as at):
            yield _ns(at)
        case m.Result(callback_at=dt.datetime() as at):
            yield _ns(at)
        case _:
            pass


def _ns(instant: dt.datetime) -> int:
    # By whole microseconds: a float of seconds would lose some.
    return (instant - _EPOCH) // dt.timedelta(microseconds=1) * 1000


def _instant(t_ns: int) -> dt.datetime:
    return _EPOCH + dt.timedelta(microseconds=t_ns // 1000)
