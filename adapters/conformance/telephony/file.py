"""The checks against a telephone system of somebody's own: a file says how to reach it, and which numbers do what."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Annotated

from pydantic import Field

from adapters.conformance.telephony import CHECKS
from adapters.conformance.telephony.bench import Bench, Fate, Nonconformity
from adapters.conformance.telephony.check import Check
from dialer.core.errors import PortError
from dialer.ports.clock import Clock
from dialer.ports.telephony import Telephony
from strategies.document import Section

E164 = Annotated[str, Field(pattern=r"^\+[1-9][0-9]{3,14}$")]


class TrialSection(Section):
    """What can be tried on a telephone system.

    Attributes
    ----------
    numbers : dict
        By what happens when they are dialled (see `adapters.conformance.telephony.bench.Fate`), numbers of
        telephones that belong to whoever runs this. Checks without their numbers are left out.
    agent, second_agent : str
        Agents whose telephones answer by themselves.
    absent_agent : str
        One whose telephone does not answer; empty where there is none.
    message, missing_message : str
        A message that can be played, and one that cannot; empty where there is none.
    outside, nobody_outside : str
        Names of `transfers` for somebody who picks up, and for a line that is engaged; empty where there is none.
    ring_timeout_s : float
        How long it may ring.
    """

    numbers: dict[Fate, E164] = Field(min_length=1)
    agent: str = Field(min_length=1)
    second_agent: str = Field(min_length=1)
    absent_agent: str = ""
    message: str = "safe_harbour"
    missing_message: str = ""
    outside: str = ""
    nobody_outside: str = ""
    ring_timeout_s: float = Field(10.0, ge=1, le=60)


class OwnBench(Bench):
    """A telephone system as a file describes it. It is made to suffer nothing but a restart of the adapter.

    Parameters
    ----------
    section
        What can be tried.
    make
        Builds the adapter from an address book; with the same memory every time.
    clock
        The clock that the adapter is given.
    """

    faults = frozenset({"restart"})

    def __init__(self, section: TrialSection, make: Callable[[Callable[[str], str]], Telephony], clock: Clock) -> None:
        self._numbers, self._make, self._clock = section.numbers, make, clock
        self.fates = frozenset[Fate]((*section.numbers, "crooked"))
        self.agent, self.second_agent, self.absent_agent = section.agent, section.second_agent, section.absent_agent
        self.message, self.missing_message = section.message, section.missing_message
        self.outside, self.nobody_outside = section.outside, section.nobody_outside
        self.ring_timeout_s = section.ring_timeout_s

    def make(self) -> Telephony:
        """Return a new adapter."""
        return self._make(self._number)

    def endpoint(self, fate: Fate) -> str:
        """Return the fate itself: this bench's address book knows it."""
        return fate

    def now_ns(self) -> int:
        """Return the clock's present instant."""
        return self._clock.now_ns()

    def _number(self, endpoint: str) -> str:
        return next((number for fate, number in self._numbers.items() if fate == endpoint), "+1\r\n")


async def try_all(bench: Bench) -> AsyncIterator[tuple[Check, str, str]]:
    """Yield every check with its result, ``kept``, ``broken`` or ``not tried``, and the reason."""
    for check in CHECKS:
        if missing := check.missing(bench.make().capabilities, bench):
            yield check, "not tried", missing
            continue
        try:
            await check.try_on(bench)
        except (Nonconformity, PortError) as error:
            yield check, "broken", str(error)
        else:
            yield check, "kept", ""
