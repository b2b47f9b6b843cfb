"""The floor: agents who come, take breaks, read offers, wrap up and go home.

The engine holds the state of every agent and tells the desktop (`SetAgentState`); the agent reacts to
what the desktop shows. Scripts compare `Desk.turn`, which counts the changes of state, to notice that
the desktop shows something else by now.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import assert_never

from dialer.core.effects import OfferLead, SetAgentState, SetLease, ShowScreen, WithdrawOffer
from dialer.core.events import (
    AgentLeaveAnnounced,
    AgentLoggedIn,
    AgentLoggedOut,
    AgentPauseRequested,
    AgentReady,
    CallDispositioned,
    CaseClaimed,
    CaseRenewed,
    CaseReturned,
    OfferAccepted,
    OfferSkipped,
    ScriptAnswered,
)
from dialer.core.rng import uniform
from dialer.core.units import NS_PER_S, ns
from dialer.ports.presence import DeskEffect
from dialer.ports.telephony import Report
from simulator.world.carrier import Carrier
from simulator.world.laws import quantile
from simulator.world.people import People
from simulator.world.reading import Reader
from simulator.world.settings import FloorSettings, WorldSettings
from simulator.world.timeline import Script, Timeline

_GOING_HOME = "end_of_shift"

_KEEP_SHARE, _RETURN_SHARE = 0.5, 0.2
"""Of claimed accounts: kept for another lease, and given back, when the agent looks at them again. House estimates."""


@dataclass(slots=True)
class Desk:
    """An agent's place.

    `wish` is the pause that the agent wants, `offer` the lead on the screen, `asked` the call and the state of its
    script on the screen, `leases` until when the agent holds an account.
    """

    agent: str
    campaigns: tuple[str, ...]
    state: str = "offline"
    turn: int = 0
    wish: str = ""
    offer: str = ""
    asked: tuple[str, str] = ("", "")
    leases: dict[str, int | None] = field(default_factory=dict)


class Floor:
    """Agents ``a01``, ``a02``, ..., dealt out to `pools` in turn.

    Parameters
    ----------
    pools : Sequence[tuple[str, ...]]
        The campaigns that need agents, by who shares them; none, and the floor stays empty.
    readers : Mapping[str, Reader]
        By identity, the call scripts that may appear on a desktop.
    claims : bool
        Whether agents claim accounts.
    """

    def __init__(
        self,
        settings: WorldSettings,
        people: People,
        carrier: Carrier,
        timeline: Timeline,
        pools: Sequence[tuple[str, ...]],
        readers: Mapping[str, Reader],
        claims: bool,
    ) -> None:
        floor = settings.floor
        self._settings, self._seed = floor, settings.seed
        self._people, self._carrier, self._timeline = people, carrier, timeline
        self._readers, self._claims = readers, claims
        self._settle_s, self._wrap_s, self._decision_s = map(quantile, (floor.settle, floor.wrap, floor.decision))
        self._break_ns = {pause.name: ns(pause.length_s) for pause in floor.breaks}
        names = [f"a{number:02d}" for number in range(1, floor.agents + 1)] if pools else []
        self.desks = {name: Desk(name, pools[at % len(pools)]) for at, name in enumerate(names)}

    def open(self, report: Report) -> None:
        """Let every agent begin to live, and tell `report` what they do."""
        self._report = report
        for desk in self.desks.values():
            self._timeline.begin(self._working(desk))

    def close(self) -> None:
        """Let nobody be heard any more."""
        self._report = lambda _: None

    def apply(self, effect: DeskEffect) -> None:
        """Show an effect on an agent's desktop; effects for agents who are not of this floor do nothing."""
        desk = self.desks.get(effect.agent)
        if desk is None:
            return
        match effect:
            case SetAgentState(state=state):
                if state != desk.state:
                    desk.state = state
                    desk.turn += 1
                    self._react(desk)
            case OfferLead(lead=lead):
                desk.offer = lead
                self._timeline.begin(self._deciding(desk, effect))
            case SetLease():
                desk.leases[effect.account] = effect.until_ns
                if effect.until_ns is not None:
                    self._timeline.begin(self._claiming(desk))
                    self._timeline.begin(self._keeping(desk, effect.account, effect.until_ns))
            case ShowScreen():
                desk.asked = effect.call, effect.screen.state
                self._timeline.begin(self._answering(desk, effect))
            case WithdrawOffer(lead=lead):
                if desk.offer == lead:
                    desk.offer = ""
            case _:
                assert_never(effect)

    def _react(self, desk: Desk) -> None:
        match desk.state:
            case "paused":
                self._timeline.begin(self._leaving(desk) if desk.wish == _GOING_HOME else self._resting(desk))
            case "wrap":
                self._timeline.begin(self._wrapping(desk))
            case "ready" | "reserved" if desk.wish:
                self._timeline.begin(self._asking(desk))
            case "ready" if self._claims:
                self._timeline.begin(self._claiming(desk))
            case _:
                pass

    def _working(self, desk: Desk) -> Script:
        """One agent's days."""
        floor, key = self._settings, desk.agent
        for day, start_ns, end_ns in _shifts(floor, self._timeline.now_ns()):
            yield start_ns + ns(floor.log_in_spread_s * uniform(self._seed, "log_in", key, day))
            desk.wish = ""
            self._report(AgentLoggedIn(self._timeline.now_ns(), desk.agent, desk.campaigns))
            for pause in floor.breaks:
                spread_s = pause.spread_s * uniform(self._seed, "break", key, day, pause.name)
                begin_ns = start_ns + ns(pause.after_s + spread_s)
                if self._timeline.now_ns() < begin_ns < end_ns:
                    yield from self._announcing(desk, begin_ns)
                    yield begin_ns
                    if desk.state not in ("paused", "offline"):
                        self._ask(desk, pause.name)
            yield from self._announcing(desk, end_ns)
            yield end_ns
            if desk.state == "paused":
                desk.wish = _GOING_HOME
                self._timeline.begin(self._leaving(desk))
            else:
                self._ask(desk, _GOING_HOME)

    def _announcing(self, desk: Desk, at_ns: int) -> Script:
        if self._settings.announce_s:
            yield at_ns - ns(self._settings.announce_s)
            self._report(AgentLeaveAnnounced(self._timeline.now_ns(), desk.agent, at_ns))

    def _ask(self, desk: Desk, wish: str) -> None:
        desk.wish = wish
        self._report(AgentPauseRequested(self._timeline.now_ns(), desk.agent, wish))

    def _asking(self, desk: Desk) -> Script:
        """On duty although a pause is wanted: to say ready takes the wish back, so ask again."""
        turn = desk.turn
        yield self._timeline.now_ns()
        if desk.turn == turn and desk.wish:
            self._ask(desk, desk.wish)

    def _resting(self, desk: Desk) -> Script:
        """Paused: for a break as long as it lasts, unasked until the agent has noticed."""
        turn, wish = desk.turn, desk.wish
        settle_s = self._settle_s(uniform(self._seed, "settle", desk.agent, turn))
        yield self._timeline.now_ns() + self._break_ns.get(wish, ns(settle_s))
        if desk.turn == turn and desk.wish == wish:
            desk.wish = ""
            self._report(AgentReady(self._timeline.now_ns(), desk.agent))

    def _leaving(self, desk: Desk) -> Script:
        yield self._timeline.now_ns()
        self._report(AgentLoggedOut(self._timeline.now_ns(), desk.agent))

    def _wrapping(self, desk: Desk) -> Script:
        """Write down the result half-way through the wrap, and be ready at its end."""
        turn, began_ns = desk.turn, self._timeline.now_ns()
        call = self._carrier.last_talk.pop(desk.agent, None)
        wrap_ns = 0
        if call is not None:
            wrap_s = self._wrap_s(uniform(self._seed, "wrap", call.lead, call.attempt))
            wrap_ns = ns(wrap_s * self._people.slowness(desk.agent))
            yield began_ns + wrap_ns // 2
            if desk.turn != turn:
                return
            now_ns = self._timeline.now_ns()
            disposition, after_ns, promise_cents = self._people.conversation(call)
            callback_ns = None if after_ns is None else now_ns + after_ns
            self._report(CallDispositioned(now_ns, call.call, disposition, callback_ns, promise_cents))
        yield began_ns + wrap_ns
        if desk.turn == turn:
            self._report(AgentReady(self._timeline.now_ns(), desk.agent))

    def _answering(self, desk: Desk, shown: ShowScreen) -> Script:
        """Press a button that leads to the end which the conversation comes to, at a pace that fits the talk."""
        call, reader = self._carrier.last_talk.get(desk.agent), self._readers[shown.screen.script]
        if call is None or call.call != shown.call:
            return  # after a restart nobody knows any more how the conversation went
        state, key = shown.screen.state, (call.lead, call.attempt, shown.screen.state)
        end = self._people.disposition(call)
        answers, length = reader.answers(state, end), reader.length(end)
        if not answers:
            return
        pace = 0.5 + uniform(self._seed, "script_pace", *key)
        yield self._timeline.now_ns() + int(pace * self._people.talk_ns(call, desk.agent) / (length + 1))
        if desk.asked == (shown.call, state) and desk.state in ("in_call", "wrap"):
            answer = answers[int(uniform(self._seed, "script_answer", *key) * len(answers))]
            self._report(ScriptAnswered(self._timeline.now_ns(), shown.call, state, answer.name))

    def _claiming(self, desk: Desk) -> Script:
        """Claim one more account; what is granted lets the agent claim again, until there is no more to have."""
        yield self._timeline.now_ns()
        if desk.state != "offline":
            self._report(CaseClaimed(self._timeline.now_ns(), desk.agent))

    def _keeping(self, desk: Desk, account: str, until_ns: int) -> Script:
        """Look at a claimed account again before its lease ends: keep it, give it back, or let it run out."""
        began_ns, key = self._timeline.now_ns(), (desk.agent, account, desk.turn)
        yield began_ns + int((until_ns - began_ns) * uniform(self._seed, "lease_look", *key))
        if desk.leases.get(account) != until_ns or desk.state == "offline":
            return
        mind = uniform(self._seed, "lease_mind", *key)
        if mind < _KEEP_SHARE:
            self._report(CaseRenewed(self._timeline.now_ns(), desk.agent, account))
        elif mind < _KEEP_SHARE + _RETURN_SHARE:
            self._report(CaseReturned(self._timeline.now_ns(), desk.agent, account))

    def _deciding(self, desk: Desk, offer: OfferLead) -> Script:
        key = (offer.lead, offer.why.attempt, desk.agent)
        yield self._timeline.now_ns() + ns(self._decision_s(uniform(self._seed, "decision", *key)))
        if desk.offer != offer.lead:
            return
        desk.offer = ""
        now_ns = self._timeline.now_ns()
        if uniform(self._seed, "skip", *key) < self._settings.skip_share:
            self._report(OfferSkipped(now_ns, desk.agent, offer.lead, "not now"))
        else:
            self._report(OfferAccepted(now_ns, desk.agent, offer.lead))


def shift_on(floor: FloorSettings, day: date) -> tuple[int, int]:
    """Return when the shift of a local date begins and ends, in nanoseconds since the epoch."""
    begin, end = (datetime.combine(day, at, floor.tz).timestamp() for at in (floor.shift_start, floor.shift_end))
    return int(begin) * NS_PER_S, int(end) * NS_PER_S


def _shifts(floor: FloorSettings, now_ns: int) -> Iterator[tuple[date, int, int]]:
    """Yield the shifts from the present one on: local date, begin, end."""
    day = datetime.fromtimestamp(now_ns // NS_PER_S, UTC).astimezone(floor.tz).date()
    while True:
        begin_ns, end_ns = shift_on(floor, day)
        if now_ns < end_ns:
            yield day, begin_ns, end_ns
        day += timedelta(days=1)
