"""The worker that turns events into records. The live run, the simulator and replay use this one."""

from __future__ import annotations

from typing import Protocol

from dialer.core.effects import AnyEffect
from dialer.core.events import AnyEvent
from dialer.journal.entry import Chain, Record


class Steps(Protocol):
    """What the journal needs of a kernel."""

    def step(self, event: AnyEvent) -> tuple[AnyEffect, ...]:
        """Take one fact and return what is to be done."""
        ...


class Recorder:
    """Steps a kernel and seals what comes of it.

    Parameters
    ----------
    kernel : Steps
        The kernel, in its state after the last record of `chain`.
    chain : Chain
        Where the records go on.
    """

    def __init__(self, kernel: Steps, chain: Chain) -> None:
        self._kernel, self._chain = kernel, chain

    def take(self, event: AnyEvent) -> tuple[Record, tuple[AnyEffect, ...]]:
        """Return the sealed record of `event`, and the effects to carry out once it is durable.

        Raises
        ------
        InvariantError
            From the kernel, such as when `event` is older than the one before. The chain stays as it was.
        """
        effects = self._kernel.step(event)
        return self._chain.seal(event, effects), effects
