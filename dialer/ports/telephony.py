"""The contract between Paceline and whatever places its calls.

Threading. Every method is called on the run's event loop; `report` must be called there too.

Ownership. The adapter owns its connections from `start` to `stop`, and starts no call on its own.

Agents. `SetAgentState` tells who is on duty (any state but ``offline``), so that an adapter whose agent legs
are nailed up connects a telephone before the first call and lets it go after the last. `Bridge` connects the
person to the agent's telephone and is followed by `CallBridged` once they hear each other, or by `BridgeFailed`
when the telephone cannot be had; the person then stays on the line. When either side hangs up, the adapter ends
the other's part: the person's call always, the agent's leg unless it is nailed up. A nailed-up leg that is lost
between calls is reported by `AgentPauseRequested`. A `whisper` is played to the agent alone, and the person does
not wait for it.

Machines. An adapter that tells machines from persons holds nobody for longer than the law lets a person wait; what
it does not know by then is ``unknown``. `CallAnswered.picked_up_ns` says when it began to listen.

Call flows. `PlayMessage` with the purpose ``flow`` plays one text. The person may press keys during it and after it
(`KeyPressed`), and `StopMessage` stops it: a message that was stopped is not followed by `MessageFinished`, even if its
end was on the way. `RecordPerson` records the person alone until the next message, and is reported by `CallRecorded`;
who presses keys meanwhile is heard. Only adapters with `hears_keys` are given flows.

Words. An adapter that hears what people say to a flow's text asks `dialer.ports.intents.Intents` what is meant and
reports `IntentHeard`; others report none.

Keys and recordings. `KeyPressed` is reported for every key that an answered person presses, during a message,
too. A conversation that is recorded is reported by `CallRecorded` with a reference that means something to the
far end and no number, name or path of one machine.

Ordering. Events of one call are reported in the order in which they happened. Between calls there is
no order. A report carries the adapter's own reading of the clock it was given.

Idempotence. A call's id is the key of its placement: `apply(PlaceCall)` with an id that the adapter
or its far end has seen before places nothing, whether or not that call still exists. `HangUp`,
`Bridge`, `PlayMessage` and `StopMessage` for a call that is over do nothing, and `StopMessage` does nothing where no
message plays.

Ends. Every placed call ends in exactly one `CallEnded`, also after `HangUp`, also when it could not
be placed. A call that nobody answers is ended by the adapter after its ring time-out, with the cause
``no_answer``. A recorded message that was heard to its end is followed by `MessageFinished`, and the adapter
does not hang up after it; one that cannot be played ends the call, because nobody may say that it was heard.
A robot's message, which may be a dialogue, ends instead with `TransferRequested` when the person asks for an
agent; the adapter then waits for `Bridge`.

Handing over. `HandOver` dials a destination that the configuration names, while the person and the agent talk on. Once
somebody there picks up, the two are connected, the agent's telephone is free, and the call ends as ``handed_over``; it
is not among the calls that exist any more, and when one of the two hangs up, the other's part ends. Otherwise
`HandOverFailed` says why, and the conversation goes on. A name that the configuration lacks is a `PortError`.

Asking. `which_exist(calls)` is answered by exactly one `CallReported` for every id asked, with
``gone`` for a call that the far end does not know, and one more for every call of ours that the far
end has and nobody asked about.

Nodes. An adapter that is a trunk group of several systems says how each of them does (`nodes`): one that is ``down``
or ``draining`` is given no new calls. Whether anything can be dialled at all is reported as `PortChanged`.

Errors. `PortError`; `retryable` tells whether the same call can be tried again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, Protocol

import msgspec

from dialer.core.effects import (
    Bridge,
    HandOver,
    HangUp,
    PlaceCall,
    PlayMessage,
    RecordPerson,
    SetAgentState,
    StopMessage,
)
from dialer.core.events import AnyEvent

Report = Callable[[AnyEvent], None]
"""Hands one event to the engine. Never blocks, never raises."""

CallEffect = PlaceCall | Bridge | HandOver | PlayMessage | StopMessage | RecordPerson | HangUp | SetAgentState


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
    agent_legs : str
        How agents are reached: ``none``, they are part of the far end; ``nailed_up``, their telephones are
        called at log-in and stay connected; ``per_call``, they are called for each conversation.
    hears_keys : bool
        Whether it reports `KeyPressed`.
    records : bool
        Whether conversations are recorded, and `CallRecorded` says where.
    talks : bool
        Whether its robot can be asked for an agent (`TransferRequested`).
    hands_over : bool
        Whether somebody outside can take a conversation over (`HandOver`).
    """

    name: str
    tells_machines: bool
    survives_restart: bool
    agent_legs: Literal["none", "nailed_up", "per_call"] = "none"
    hears_keys: bool = False
    records: bool = False
    talks: bool = False
    hands_over: bool = False


NodeState = Literal["up", "draining", "down"]


class NodeHealth(msgspec.Struct, frozen=True):
    """How one system of a trunk group does.

    Attributes
    ----------
    name : str
        Its name in the configuration.
    state : str
        ``up``; ``draining``: it is connected and fails to dial, so its calls go on and it gets no new ones; ``down``:
        it is not connected, and its calls are resolved when it is back or given up.
    since_ns : int
        When that began.
    calls, lines : int
        Calls that are up there as far as is known, and how many may be.
    """

    name: str
    state: NodeState
    since_ns: int
    calls: int
    lines: int


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

    def nodes(self) -> Sequence[NodeHealth]:
        """Return how each system of the trunk group does; empty for an adapter that is no group."""
        ...

    async def stop(self) -> None:
        """Disconnect. Calls that are up stay up if the far end can keep them."""
        ...
