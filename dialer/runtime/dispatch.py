"""Sends each effect to the port that it is for. Only durable effects get here."""

from __future__ import annotations

from typing import assert_never

import structlog

from dialer.core import effects as f
from dialer.core.errors import PortError
from dialer.core.events import CallEnded, HandOverFailed, TimerFired
from dialer.ports.clock import Clock
from dialer.ports.presence import Presence
from dialer.ports.telephony import Telephony
from dialer.runtime.inbox import Inbox

log = structlog.get_logger("paceline.dispatch")


class Dispatcher:
    """Carries effects out.

    Parameters
    ----------
    telephony, presence
        The ports.
    clock
        Where timers are set.
    inbox
        Where timers fire, and where a call that could not be placed is reported as ended.
    """

    def __init__(self, telephony: Telephony, presence: Presence, clock: Clock, inbox: Inbox) -> None:
        self.telephony, self.presence, self.clock, self.inbox = telephony, presence, clock, inbox

    async def send(self, effect: f.AnyEffect) -> None:
        """Carry out one effect. A port that fails is reported to the kernel or logged, never raised."""
        match effect:
            case f.SetTimer():
                self.arm(effect.timer, effect.due_ns)
            case f.PlaceCall():
                try:
                    await self.telephony.apply(effect)
                except PortError as error:
                    log.warning("call could not be placed", call=effect.call, error=str(error))
                    self.inbox.put(CallEnded(self.clock.now_ns(), effect.call, "congestion"))
            case f.HandOver():
                try:
                    await self.telephony.apply(effect)
                except PortError as error:
                    log.warning("call could not be handed over", call=effect.call, error=str(error))
                    self.inbox.put(HandOverFailed(self.clock.now_ns(), effect.call, "no_destination"))
            case f.Bridge() | f.PlayMessage() | f.StopMessage() | f.RecordPerson() | f.HangUp():
                try:
                    await self.telephony.apply(effect)
                except PortError as error:
                    # The kernel notices: the carrier's silence about this call ends it.
                    log.warning("telephony failed", effect=type(effect).__name__, call=effect.call, error=str(error))
            case f.SetAgentState():
                for port in (self.presence, self.telephony):
                    try:
                        await port.apply(effect)
                    except PortError as error:
                        log.warning("agent could not be told", agent=effect.agent, error=str(error))
            case f.OfferLead() | f.WithdrawOffer() | f.ShowScreen() | f.SetLease():
                try:
                    await self.presence.apply(effect)
                except PortError as error:
                    log.warning("desktop failed", effect=type(effect).__name__, agent=effect.agent, error=str(error))
            case f.Reconcile():
                try:
                    await self.telephony.which_exist(effect.calls)
                except PortError as error:
                    # The kernel asks again until every call is answered for, and launches nothing before.
                    log.warning("the carrier does not answer for its calls", error=str(error))
            case f.Pace() | f.Defer() | f.CloseAttempt():
                pass  # said for the journal's readers; nobody outside has to act
            case _:
                assert_never(effect)

    def arm(self, timer: str, due_ns: int) -> None:
        """Let `TimerFired` arrive at `due_ns`."""
        self.clock.call_at(due_ns, lambda: self.inbox.put(TimerFired(self.clock.now_ns(), timer, due_ns)))
