"""What the conformance suite needs of desktops: agents who do as they are told, and what the engine knows."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import TypeVar

from dialer.core import events as e
from dialer.core.effects import OfferLead, SetAgentState, Why
from dialer.core.errors import PortError
from dialer.ports.presence import Presence, ScreenPop
from strategies.fields import AccountField
from strategies.flow.transcript import Turn
from strategies.script.records import Choice, Form

ANN, BEN = "a01", "a02"
"""The agents of every far end."""

CAMPAIGN = "c"
CALL, OTHER_CALL = "c/l1/1", "c/l2/1"
"""A call of Ann's and one of Ben's, which `ScreenPops` of the far end must know."""

TRANSCRIPT = (Turn("您好。", "?"), Turn("Hello.", "0"))
"""What a robot has said before it, and the answers."""

POPS = {
    call: ScreenPop(
        agent, CAMPAIGN, lead, f"p/{lead}", f"a/{lead}", "M1", 1, {"balance": "12.50", "note": "Zoë — 🤙"}, TRANSCRIPT
    )
    for call, agent, lead in ((CALL, ANN, "l1"), (OTHER_CALL, BEN, "l2"))
}

FACTS: dict[str, dict[str, object]] = {
    f"a/{lead}": {"balance": balance, "days_past_due": 45, "last_four": "4711"}
    for lead, balance in (("l1", Decimal("12.50")), ("l2", None))
}
"""By account, what `AccountBook` of the far end must know."""

BALANCE = AccountField("balance", "money", currency="USD")


def form(state: str, *, fields: tuple[AccountField, ...] = (), confirmed: bool = False) -> Form:
    """Return the form of a screen that compares the last four digits, and reads out `fields`."""
    return Form(
        script="test:1@0",
        state=state,
        language="zh",
        confirmed=confirmed,
        say="您好 " + " ".join(f"{{{field.name}}}" for field in fields),
        fields=fields,
        compare=AccountField("last_four", "last_four"),
        show=(),
        choices=(Choice("match", "相符"), Choice("other", "不符")),
        end=None,
    )


Kind = TypeVar("Kind", bound=e.Event)


class ConformancePops:
    """Knows `POPS`, and shows the same of any offer."""

    def of_call(self, call: str) -> ScreenPop | None:
        """Return the screen of one of the two calls."""
        return POPS.get(call)

    def of_offer(self, agent: str, lead: str) -> ScreenPop | None:
        """Return the screen of an offer."""
        return ScreenPop(agent, CAMPAIGN, lead, f"p/{lead}", f"a/{lead}", "M1", 0, {})


class ConformanceAccounts:
    """Knows `FACTS`. `asked`: every question, in order."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, tuple[str, ...]]] = []

    def facts(self, account: str, fields: Sequence[str]) -> Mapping[str, object]:
        """Return the fields that are asked for."""
        self.asked.append((account, tuple(fields)))
        if account not in FACTS:
            raise PortError("there is no such account", retryable=False)
        return {name: FACTS[account][name] for name in fields}


class FarEnd(ABC):
    """The desktops of `ANN` and `BEN`, who do what they are told, by means of their own and not of the adapter's.

    Every act returns once the far end has done it; `until` waits for what follows. An agent of the embedded floor lives
    a life of their own: there, being told is waiting until they do it.

    Attributes
    ----------
    port : Presence
        The adapter under test, not started.
    heard : list of events
        What it has reported.
    accounts : ConformanceAccounts
        Fills in its screens.
    """

    port: Presence
    heard: list[e.AnyEvent]
    accounts: ConformanceAccounts

    async def start(self) -> None:
        """Start the adapter."""
        await self.port.start(self.heard.append)

    async def show(self, agent: str, state: str, call: str | None = None) -> None:
        """Let the engine hold `agent` to be in `state`, and wait until the desktop shows it."""
        await self.port.apply(SetAgentState(agent, state, "test", call))
        await self.until(lambda: self.shown(agent)[0] == state)

    async def offer(self, agent: str, lead: str) -> None:
        """Let the engine offer a lead, and wait until the desktop shows it."""
        await self.show(agent, "reserved")
        why = Why(segment="M1", priority=1, attempt=1, after="", rules=1)
        await self.port.apply(OfferLead(agent, lead, self.now_ns() + 60_000_000_000, why))
        await self.until(lambda: self.shown(agent)[2] == lead)

    async def told(self, kind: type[Kind], agent: str) -> Kind:
        """Wait until one event of `kind` about `agent` was reported, see that it stays one, and return it."""
        await self.until(lambda: self.of(kind, agent))
        await self.quiet()
        (event,) = self.of(kind, agent)
        return event

    def of(self, kind: type[Kind], agent: str = "") -> list[Kind]:
        """Return the events of `kind`, of `agent` or of everybody."""
        events = [event for event in self.heard if isinstance(event, kind)]
        return [event for event in events if not agent or getattr(event, "agent", "") == agent]

    @abstractmethod
    def now_ns(self) -> int:
        """Return the run's time."""

    @abstractmethod
    async def until(self, there: Callable[[], object]) -> None:
        """Wait until `there()`, or fail."""

    @abstractmethod
    async def quiet(self) -> None:
        """Wait until everything that was said has arrived."""

    @abstractmethod
    def shown(self, agent: str) -> tuple[str, str | None, str | None]:
        """Return what the desktop shows: the state, the call and the lead that is offered."""

    @abstractmethod
    async def log_in(self, agent: str) -> None:
        """Let the agent log in to `CAMPAIGN`."""

    @abstractmethod
    async def ready(self, agent: str) -> None:
        """Let the agent, who is paused, get ready."""

    @abstractmethod
    async def pause(self, agent: str) -> str:
        """Let the agent, who is ready, ask for a pause; return the reason."""

    @abstractmethod
    async def announce(self, agent: str) -> int:
        """Let the agent announce a leave; return when it is."""

    @abstractmethod
    async def talk(self, agent: str) -> str:
        """Let the agent have had a conversation, and return the call."""

    @abstractmethod
    async def result(self, agent: str, call: str) -> None:
        """Let the agent, who wraps up `call`, write down a result."""

    @abstractmethod
    async def answer(self, agent: str, lead: str) -> None:
        """Let the agent accept the offer, or skip it where the far end was made so."""

    @abstractmethod
    async def log_out(self, agent: str) -> None:
        """Let the agent, who is paused, log out."""

    async def die(self, agent: str) -> None:
        """Let the desktop be gone without a word."""
        raise NotImplementedError

    async def come_back(self, agent: str) -> None:
        """Let the desktop that died be there again, with the agent logged in."""
        raise NotImplementedError

    async def replace_engine(self) -> None:
        """Let the engine be gone without a word, and put another adapter in the place of `port`, not started."""
        raise NotImplementedError

    async def repeat(self, agent: str) -> None:
        """Let everything that the desktop has said arrive once more, in order."""
        raise NotImplementedError

    async def talk_nonsense(self) -> None:
        """Say what means nothing, in every way that the far end can."""
        raise NotImplementedError

    def pop(self, agent: str) -> ScreenPop | None:
        """Return what the desktop shows about the call."""
        raise NotImplementedError

    def screen(self, agent: str) -> tuple[str, str, tuple[str, ...]] | None:
        """Return of the script's screen its state, what is read out, and the names of the buttons."""
        raise NotImplementedError

    def told_why(self, agent: str) -> str:
        """Return the newest refusal that the desktop was told."""
        raise NotImplementedError

    def held(self, agent: str) -> dict[str, int]:
        """Return by account until when the desktop shows that the agent holds it."""
        raise NotImplementedError

    async def press(self, agent: str, call: str, state: str, answer: str) -> None:
        """Let the agent press a button on the screen of `state`."""
        raise NotImplementedError

    async def claim(self, agent: str, account: str) -> None:
        """Let the agent claim an account, or any when it is empty."""
        raise NotImplementedError

    async def keep(self, agent: str, account: str) -> None:
        """Let the agent renew a lease."""
        raise NotImplementedError

    async def give_back(self, agent: str, account: str) -> None:
        """Let the agent return an account."""
        raise NotImplementedError
