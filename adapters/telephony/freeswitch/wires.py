"""What every kind of telephone system is asked for, in FreeSWITCH's commands."""

from __future__ import annotations

from adapters.telephony.desks import Desk
from adapters.telephony.freeswitch import commands
from adapters.telephony.freeswitch.commands import Send
from adapters.telephony.freeswitch.config import FreeswitchSection
from adapters.telephony.lines import Line
from adapters.telephony.outside import RINGS_S, Pair


class FreeswitchWires:
    """How commands leave."""

    def __init__(self, section: FreeswitchSection, send: Send) -> None:
        self._section, self._send = section, send

    def dial(self, line: Line, number: str, rings_s: int) -> None:
        """Dial a person."""
        endpoint = self._section.endpoint.replace("{number}", number)
        self._send(line.node, commands.dial(line.call, line.channel, endpoint, self._section.caller_id, rings_s))

    def connect(self, line: Line, desk: Desk) -> None:
        """Connect a person and an agent's telephone."""
        self._send(line.node, commands.connect(line.call, line.channel, desk.leg))

    def play(self, line: Line, media: str) -> None:
        """Play a message to a person."""
        self._send(line.node, commands.play(line.call, line.channel, line.playback, media))

    def hush(self, line: Line) -> None:
        """Stop what plays to a person."""
        self._send(line.node, commands.hush(line.call, line.channel))

    def hang_up(self, node: str, call: str, channel: str) -> None:
        """End a person's channel."""
        self._send(node, commands.hang_up(call, channel))

    def call(self, desk: Desk) -> None:
        """Call an agent's telephone."""
        agents = self._section.agents
        endpoint, rings_s = agents.endpoint.replace("{agent}", desk.agent), round(agents.answer_s)
        self._send(desk.node, commands.call_leg(desk.agent, desk.leg, endpoint, self._section.caller_id, rings_s))

    def drop(self, node: str, agent: str, leg: str) -> None:
        """Hang up a channel to an agent's telephone."""
        self._send(node, commands.drop_leg(agent, leg))


class OutsideWires:
    """How commands about those outside leave; see `adapters.telephony.outside`."""

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
