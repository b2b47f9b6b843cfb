"""Who outside takes calls over, in FreeSWITCH's commands; see `adapters.telephony.outside`."""

from __future__ import annotations

from adapters.telephony.freeswitch import commands
from adapters.telephony.freeswitch.config import FreeswitchSection
from adapters.telephony.freeswitch.desks import Send
from adapters.telephony.outside import RINGS_S, Pair


class OutsideWires:
    """How commands about those outside leave."""

    def __init__(self, section: FreeswitchSection, send: Send) -> None:
        self._section, self._send = section, send

    def dial(self, pair: Pair, endpoint: str) -> None:
        """Dial whoever takes the call over."""
        caller_id = self._section.caller_id
        self._send(pair.node, commands.call_outside(pair.call, pair.outside, endpoint, caller_id, RINGS_S))

    def meet(self, pair: Pair) -> None:
        """Connect the two; the agent's telephone is parked by that."""
        self._send(pair.node, commands.meet(pair.call, pair.person, pair.outside))

    def drop(self, pair: Pair) -> None:
        """Hang up whoever was to take the call over."""
        self._send(pair.node, commands.drop_outside(pair.call, pair.outside))

    def part(self, pair: Pair) -> None:
        """Hang both up."""
        self._send(pair.node, commands.hang_up(pair.call, pair.person))
        self._send(pair.node, commands.drop_outside(pair.call, pair.outside))
