"""What calls and agents are called inside a telephone system, so that a listing of its channels says whose they are."""

from __future__ import annotations

import re

from dialer.core.errors import PortError

LONGEST = 145
"""Asterisk cuts the ids that clients give at 149 characters, and adds two for the halves of a local channel;
FreeSWITCH takes 256."""

_PLAIN = re.compile(r"[A-Za-z0-9_@-]")
_CODED = re.compile(r"(?:[A-Za-z0-9_@-]|~[0-9A-F]{2})+")


def encode(text: str) -> str:
    """Return `text` in letters, digits and ``_-@``; everything else as ``~`` and two hexadecimal digits a byte."""
    return "".join(
        letter if _PLAIN.fullmatch(letter) else "".join(f"~{byte:02X}" for byte in letter.encode()) for letter in text
    )


def decode(text: str) -> str | None:
    """Return what was encoded; None for what `encode` does not make."""
    if not _CODED.fullmatch(text):
        return None
    try:
        return re.sub(r"(~[0-9A-F]{2})+", lambda found: bytes.fromhex(found[0].replace("~", "")).decode(), text)
    except UnicodeDecodeError:
        return None


class Names:
    """The ids of one application, as a configuration names it.

    ``app.call.CALL`` is the person's channel, ``app.desk.AGENT`` the agent's bridge, ``app.leg.AGENT.N`` the
    N-th channel to the agent's telephone, ``app.out.CALL`` the channel to whom the call is handed over.
    """

    def __init__(self, app: str) -> None:
        self._app = app

    def call(self, call: str) -> str:
        """Return the channel of a call; `PortError` when the name would be too long."""
        return self._checked(f"{self._app}.call.{encode(call)}")

    def desk(self, agent: str) -> str:
        """Return the bridge of an agent."""
        return self._checked(f"{self._app}.desk.{encode(agent)}")

    def leg(self, agent: str, number: int) -> str:
        """Return the channel of an agent's telephone."""
        return self._checked(f"{self._app}.leg.{encode(agent)}.{number}")

    def outside(self, call: str) -> str:
        """Return the channel to whom a call is handed over, and the bridge in which the two are then."""
        return self._checked(f"{self._app}.out.{encode(call)}")

    def is_outside(self, name: str) -> bool:
        """Tell whether a channel is that of somebody to whom a call is handed over, and not its other half."""
        return name.startswith(f"{self._app}.out.") and ";" not in name

    def playback(self, call: str, purpose: str) -> str:
        """Return the playback of a message to a call."""
        return self._checked(f"{self._app}.{purpose}.{encode(call)}")

    def snoop(self, call: str) -> str:
        """Return the channel, and the playback on it, by which the agent of a call is whispered to."""
        return self._checked(f"{self._app}.snoop.{encode(call)}")

    def is_snoop(self, name: str) -> bool:
        """Tell whether a channel or playback is a whisper's."""
        return name.startswith(f"{self._app}.snoop.")

    def recording(self, call: str) -> str:
        """Return the name of a call's recording."""
        return self._checked(f"{self._app}-{encode(call)}")

    def call_of(self, name: str) -> str | None:
        """Return the call of a channel or playback; None when it is something else."""
        app, _, rest = name.partition(".")
        kind, _, coded = rest.partition(".")
        return decode(coded) if app == self._app and kind and kind not in ("desk", "leg") else None

    def is_call(self, name: str) -> bool:
        """Tell whether a channel is a person's."""
        return name.startswith(f"{self._app}.call.")

    def is_ours(self, name: str) -> bool:
        """Tell whether a channel is a person's, an agent's telephone or of somebody outside."""
        return self.is_call(name) or self.is_leg(name) or self.is_outside(name)

    def agent_of(self, name: str) -> str | None:
        """Return the agent of a leg or a desk; None when it is something else."""
        parts = name.split(".")
        if len(parts) < 3 or parts[0] != self._app or parts[1] not in ("desk", "leg"):
            return None
        return decode(parts[2])

    def is_leg(self, name: str) -> bool:
        """Tell whether a channel is that of an agent's telephone, and not its other half."""
        return name.startswith(f"{self._app}.leg.") and ";" not in name

    def _checked(self, name: str) -> str:
        if len(name) > LONGEST:
            raise PortError(f"a name of {len(name)} characters is too long for a telephone system", retryable=False)
        return name
