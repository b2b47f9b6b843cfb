"""The world behind the ports: an embedded carrier and a floor for the live runtime, on any clock."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from dialer.core.effects import HandOver, PlaceCall, SetAgentState
from dialer.core.errors import PortError
from dialer.core.events import AnyEvent, CallEnded
from dialer.ports.clock import Clock
from dialer.ports.presence import DeskEffect, PresenceCapabilities
from dialer.ports.telephony import CallEffect, NodeHealth, Report, TelephonyCapabilities
from simulator.ledger import Duplicate, Ended, Ledger, Placed
from simulator.world.build import World


def _deaf(_: AnyEvent) -> None:
    """Nobody listens any more."""


class EmbeddedTelephony:
    """The world's carrier as a telephony port.

    Parameters
    ----------
    world : World
        From `simulator.world.build.build`; shared with `EmbeddedPresence`.
    clock : Clock
        The clock of the run.
    ledger : Path, optional
        Where the carrier remembers its calls. With it, calls outlive the process, as on a real switch:
        those that would still be up are up again after `start`, answered ones without anybody on our
        side. Without it, they die with the process.
    outside : sequence of str
        Who outside the floor can take a conversation over.
    """

    def __init__(self, world: World, clock: Clock, ledger: Path | None = None, outside: Sequence[str] = ()) -> None:
        self._outside = outside
        self._carrier, self._clock, self._path = world.carrier, clock, ledger
        self._ledger: Ledger | None = None
        self._report: Report = _deaf

    @property
    def capabilities(self) -> TelephonyCapabilities:
        """It knows a machine when it hears one."""
        return TelephonyCapabilities(
            "embedded",
            tells_machines=True,
            survives_restart=self._path is not None,
            hands_over=True,
            hears_keys=True,
            talks=True,
        )

    async def start(self, report: Report) -> None:
        """Take up the calls that outlived the process before, and tell `report` from now on."""
        self._report = report
        self._carrier.open(self._hear)
        if self._path is None:
            return
        self._ledger = Ledger(self._path)
        self._carrier.known |= self._ledger.known
        for line in self._ledger.up.values():
            if not self._carrier.resume(line.placement, line.t_ns):
                self._ledger.write(Ended(self._clock.now_ns(), line.placement.call))

    async def apply(self, effect: CallEffect) -> None:
        """Carry out one effect; a placement is in the ledger before anything rings."""
        if isinstance(effect, SetAgentState):
            return  # its agents need no telephones
        if isinstance(effect, HandOver) and effect.to not in self._outside:
            raise PortError(f"telephony.transfers has no {effect.to}", retryable=False)
        if self._ledger is not None and isinstance(effect, PlaceCall):
            if effect.call in self._carrier.known:
                self._ledger.write(Duplicate(self._clock.now_ns(), effect.call))
                return
            self._ledger.write(Placed(self._clock.now_ns(), effect))
        self._carrier.apply(effect)

    async def which_exist(self, calls: Sequence[str]) -> None:
        """Report each of `calls`, and every other one that is up."""
        self._carrier.which_exist(calls)

    def nodes(self) -> Sequence[NodeHealth]:
        """Return nothing: one carrier is no group."""
        return ()

    async def stop(self) -> None:
        """Fall silent. With a ledger, the calls that are up are up again after the next start."""
        self._report = _deaf
        if self._ledger is not None:
            self._ledger.close()
            self._ledger = None

    def _hear(self, event: AnyEvent) -> None:
        if self._ledger is not None and isinstance(event, CallEnded):
            # Without this line the call is up again after a restart, which the engine can deal with.
            with suppress(PortError):
                self._ledger.write(Ended(event.t_ns, event.call))
        self._report(event)


class EmbeddedPresence:
    """The world's floor as a presence port; its agents log in after every start."""

    def __init__(self, world: World) -> None:
        self._floor = world.floor

    @property
    def capabilities(self) -> PresenceCapabilities:
        """Its agents live and die with the process."""
        return PresenceCapabilities("embedded", notices_loss=False, survives_restart=False, takes_messages=False)

    async def start(self, report: Report) -> None:
        """Let the agents come, and tell `report` what they do."""
        self._floor.open(report)

    async def apply(self, effect: DeskEffect) -> None:
        """Show an effect on an agent's desktop."""
        self._floor.apply(effect)

    async def stop(self) -> None:
        """Send everybody home."""
        self._floor.close()
