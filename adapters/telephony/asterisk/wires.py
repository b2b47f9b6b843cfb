"""What every kind of telephone system is asked for, in Asterisk's requests."""

from __future__ import annotations

from adapters.telephony.asterisk import requests
from adapters.telephony.asterisk.config import AsteriskSection
from adapters.telephony.asterisk.requests import Send
from adapters.telephony.desks import Desk
from adapters.telephony.lines import Line
from adapters.telephony.names import Names
from adapters.telephony.outside import RINGS_S, Pair


class AsteriskWires:
    """How requests leave. An agent's conversations take place in a bridge, which is the agent's."""

    def __init__(self, section: AsteriskSection, send: Send) -> None:
        self._section, self._send, self._names = section, send, Names(section.app)

    def dial(self, line: Line, number: str, rings_s: int) -> None:
        """Dial a person."""
        body: dict[str, object] = {
            "endpoint": self._section.endpoint.replace("{number}", number),
            "app": self._section.app,
            "callerId": self._section.caller_id,
            "timeout": rings_s,
        }
        if (detection := self._section.detection) is not None:
            analysis_ms = round(detection.limit_s * 1000)
            body["variables"] = {
                "PACELINE_APP": self._section.app,
                "PACELINE_AMD": f"{analysis_ms},1000,600,{analysis_ms}",
            }
        self._send(line.node, requests.dial(line.call, line.channel, body))

    def connect(self, line: Line, desk: Desk) -> None:
        """Put a person into an agent's bridge."""
        self._send(line.node, requests.connect(line.call, self._names.desk(desk.agent), line.channel))

    def play(self, line: Line, media: str) -> None:
        """Play a message to a person."""
        self._send(line.node, requests.play(line.call, line.channel, line.playback, media))

    def hush(self, line: Line) -> None:
        """Stop what plays to a person."""
        self._send(line.node, requests.hush(line.call, line.channel, line.playback))

    def hang_up(self, node: str, call: str, channel: str) -> None:
        """End a person's channel."""
        self._send(node, requests.hang_up(call, channel))

    def call(self, desk: Desk) -> None:
        """Make an agent's bridge, and call the telephone."""
        agents, bridge = self._section.agents, self._names.desk(desk.agent)
        self._send(desk.node, requests.make_desk(desk.agent, bridge))
        body: dict[str, object] = {
            "endpoint": agents.endpoint.replace("{agent}", desk.agent),
            "app": self._section.app,
            "channelId": desk.leg,
            "timeout": round(agents.answer_s),
            "callerId": self._section.caller_id,
        }
        self._send(desk.node, requests.call_leg(desk.agent, bridge, body))

    def drop(self, node: str, agent: str, leg: str) -> None:
        """Hang up a channel to an agent's telephone."""
        self._send(node, requests.drop_leg(agent, self._names.desk(agent), leg))


class OutsideWires:
    """How requests about those outside leave; see `adapters.telephony.outside`."""

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
