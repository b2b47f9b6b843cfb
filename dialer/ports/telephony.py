"""The contract between Paceline and whatever places its calls.

Threading. Every method is called on the run's event loop; `report` must be called there too.

Ownership. The adapter owns its connections from `start` to `stop`, and starts no call on its own.

Ordering. Events of one call are reported in the order in which they happened. Between calls there is
no order. A report carries the adapter's own reading of the clock it was given.

Idempotence. A call's id is the key of its placement: `apply(PlaceCall)` with an id that the adapter
or its far end has seen before places nothing, whether or not that call still exists. `HangUp`,
`Bridge` and `PlayMessage` for a call that is over do nothing.

Ends. Every placed call ends in exactly one `CallEnded`, also after `HangUp`, also when it could not
be placed. A call that nobody answers is ended by the adapter after its ring time-out, with the cause
``no_answer``. A recorded message that was started is followed by `MessageFinished`, unless the call
ended first; the adapter does not hang up after it. A robot's message, which may be a dialogue, ends
instead with `TransferRequested` when the person asks for an agent; the adapter then waits for `Bridge`.

Asking. `which_exist(calls)` is answered by exactly one `CallReported` for every id asked, with
``gone`` for a call that the far end does not know, and one more for every call of ours that the far
end has and nobody asked about.

Errors. `PortError`; `retryable` tells whether the same call can be tried again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import msgspec

from dialer.core.effects import Bridge, HangUp, PlaceCall, PlayMessage
from dialer.core.events import AnyEvent

Report = Callable[[AnyEvent], None]
"""Hands one event to the engine. Never blocks, never raises."""

CallEffect = PlaceCall | Bridge | PlayMessage | HangUp


class TelephonyCapabilities(msgspec.Struct, frozen=True):
    """What a telephony adapter can do.

    Attributes
    ----------
    name : str
        The adapter's name in configurations.
    tells_machines : bool
        Whether it can tell an answering machine from a person.
    survives_restart : bool
        Whether its far end keeps calls up while Paceline is down.
    """

    name: str
    tells_machines: bool
    survives_restart: bool


class Telephony(Protocol):
    """Places calls and reports what becomes of them; see the module's text for the contract."""

    @property
    def capabilities(self) -> TelephonyCapabilities:
        """What this adapter can do."""
        ...

    async def start(self, report: Report) -> None:
        """Connect, and send every event to `report` from now on."""
        ...

    async def apply(self, effect: CallEffect) -> None:
        """Carry out one effect. Returns once the far end has taken it, not once it is done."""
        ...

    async def which_exist(self, calls: Sequence[str]) -> None:
        """Report for each of `calls` what the far end knows of it."""
        ...

    async def stop(self) -> None:
        """Disconnect. Calls that are up stay up if the far end can keep them."""
        ...
