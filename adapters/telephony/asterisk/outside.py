"""Who outside takes calls over, in Asterisk's requests; see `adapters.telephony.outside`."""

from __future__ import annotations

from adapters.telephony.asterisk import requests
from adapters.telephony.asterisk.config import AsteriskSection
from adapters.telephony.asterisk.desks import Send
from adapters.telephony.outside import RINGS_S, Pair


class OutsideWires:
    """How requests about those outside leave."""

    def __init__(self, section: AsteriskSection, send: Send) -> None:
        self._section, self._send = section, send

    def dial(self, pair: Pair, endpoint: str) -> None:
        """Dial whoever takes the call over."""
        body: dict[str, object] = {
            "endpoint": endpoint,
            "app": self._section.app,
            "callerId": self._section.caller_id,
            "timeout": RINGS_S,
        }
        self._send(pair.node, requests.call_outside(pair.call, pair.outside, body))

    def meet(self, pair: Pair) -> None:
        """Put the two into a bridge of their own; the person leaves the agent's by that."""
        self._send(pair.node, requests.make_meeting(pair.call, pair.outside))
        self._send(pair.node, requests.meet(pair.call, pair.person, pair.outside))

    def drop(self, pair: Pair) -> None:
        """Hang up whoever was to take the call over."""
        self._send(pair.node, requests.drop_outside(pair.call, pair.outside))

    def part(self, pair: Pair) -> None:
        """Hang both up, and remove their bridge."""
        self._send(pair.node, requests.hang_up(pair.call, pair.person))
        self._send(pair.node, requests.drop_outside(pair.call, pair.outside))
        self._send(pair.node, requests.end_meeting(pair.call, pair.outside))
