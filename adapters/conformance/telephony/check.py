"""What a check of the telephony contract is, and the list of them all."""

from __future__ import annotations

from bisect import insort
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from adapters.conformance.telephony.bench import Bench, Fate, Fault, Nonconformity, Trial, trial
from dialer.core.events import CallEnded
from dialer.ports.telephony import TelephonyCapabilities

Run = Callable[[Trial], Awaitable[None]]


class Check(NamedTuple):
    """One promise of the contract.

    Attributes
    ----------
    number : int
        Its number, which is never used again.
    says : str
        The promise.
    run : callable
        Raises `Nonconformity` when it is broken.
    capability : str
        The capability without which it means nothing; empty: always.
    fault : Fault or None
        What the far end must be able to suffer.
    fates : tuple of Fate
        What its numbers must be able to do.
    needs : str
        What else the bench must have: such as ``absent_agent`` or ``missing_message``; empty: nothing.
    """

    number: int
    says: str
    run: Run
    capability: str = ""
    fault: Fault | None = None
    fates: tuple[Fate, ...] = ()
    needs: str = ""

    def missing(self, capabilities: TelephonyCapabilities, bench: Bench | type[Bench]) -> str:
        """Return what is missing to try it on this bench; empty: nothing."""
        has = getattr(capabilities, self.capability) if self.capability else True
        if not has or has == "none":
            return f"the adapter {capabilities.name} has no capability {self.capability}"
        if self.fault is not None and self.fault not in bench.faults:
            return f"the far end cannot be made to suffer: {self.fault}"
        lacking = [fate for fate in self.fates if fate not in bench.fates]
        if lacking:
            return f"the far end has no number that does this: {', '.join(lacking)}"
        return f"the far end has no {self.needs}" if self.needs and not getattr(bench, self.needs) else ""

    async def try_on(self, bench: Bench) -> None:
        """Run it; `Nonconformity` when the promise is broken."""
        async with trial(bench) as running:
            await self.run(running)
            for call in running.calls:
                ends = running.heard.count(CallEnded, call)
                demand(ends <= 1, f"{call} has {ends} ends")


CHECKS: list[Check] = []
"""All checks, in the order of their numbers."""


def check(
    says: str, *fates: Fate, capability: str = "", fault: Fault | None = None, needs: str = ""
) -> Callable[[Run], Run]:
    """Add a function to the suite."""

    def add(run: Run) -> Run:
        number = int(run.__name__.split("_")[1])
        insort(CHECKS, Check(number, says, run, capability, fault, fates, needs), key=lambda one: one.number)
        return run

    return add


def demand(true: bool, broken: str) -> None:
    if not true:
        raise Nonconformity(broken)
