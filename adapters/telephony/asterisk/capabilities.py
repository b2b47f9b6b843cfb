"""What Asterisk can do as it is configured here."""

from __future__ import annotations

from adapters.telephony.asterisk.config import AsteriskSection
from dialer.ports.telephony import TelephonyCapabilities


def capabilities_of(section: AsteriskSection) -> TelephonyCapabilities:
    """Return the record for a configuration."""
    return TelephonyCapabilities(
        "asterisk",
        tells_machines=section.detection is not None,
        survives_restart=True,
        agent_legs=section.agents.legs,
        hears_keys=True,
        records=section.recording is not None,
        talks=False,
        hands_over=bool(section.transfers),
    )
