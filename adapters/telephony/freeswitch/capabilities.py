"""What FreeSWITCH can do as it is configured here."""

from __future__ import annotations

from adapters.telephony.freeswitch.config import FreeswitchSection
from dialer.ports.telephony import TelephonyCapabilities


def capabilities_of(section: FreeswitchSection) -> TelephonyCapabilities:
    """Return the record for a configuration. FreeSWITCH's free modules do not tell machines from persons."""
    return TelephonyCapabilities(
        "freeswitch",
        tells_machines=False,
        survives_restart=True,
        agent_legs=section.agents.legs,
        hears_keys=True,
        records=section.recording is not None,
        talks=False,
        hands_over=bool(section.transfers),
    )
