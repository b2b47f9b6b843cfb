"""A whole telephone system: the carrier, an Asterisk, and between it and the dialler a line that can be cut."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tools.rig.asterisk import PASSWORD, USER, Asterisk
from tools.rig.carrier import Carrier
from tools.rig.packages import install
from tools.rig.processes import free_ports
from tools.rig.proxy import Proxy


def telephony(url: str, sounds: Path, ledger: Path, **more: Any) -> dict[str, Any]:
    """Return the section ``telephony`` of a run's file for an Asterisk as the rig configures it.

    Parameters
    ----------
    url : str
        Where it listens.
    sounds : Path
        The folder of its messages.
    ledger : Path
        Where the calls that were placed are written down.
    more
        Replaces keys of the section.
    """
    return {
        "adapter": "asterisk",
        "nodes": [{"url": url, "user": USER, "password": PASSWORD}],
        "endpoint": "PJSIP/{number}@carrier",
        "caller_id": "+12025550100",
        "agents": {"endpoint": "Local/{agent}@agents"},
        "sounds": {name: f"sound:{sounds / name}" for name in ("safe_harbour", "reminder", "whisper")},
        "ledger": str(ledger),
    } | more


class Rig:
    """One telephone system. Several can run at once, each in a folder of its own.

    Parameters
    ----------
    folder : Path
        For everything that is written.
    """

    def __init__(self, folder: Path) -> None:
        programs = install()
        sip_port, media_port = free_ports(2)
        self.carrier = Carrier(programs, folder / "carrier", sip_port, media_port)
        self.asterisk = Asterisk(programs, folder / "asterisk", sip_port)
        self.proxy = Proxy(self.asterisk.http_port)

    def start(self) -> None:
        """Start everything; `RigError` when something does not come up."""
        self.proxy.start()
        self.carrier.start()
        self.asterisk.start()

    def stop(self) -> None:
        """End everything, at once."""
        self.asterisk.kill()
        self.carrier.stop()
        self.proxy.stop()

    def telephony(self, ledger: Path, **more: Any) -> dict[str, Any]:
        """Return the section ``telephony`` of a run's file for this rig; `more` replaces keys of it."""
        return telephony(self.proxy.url, self.asterisk.sounds, ledger, **more)
