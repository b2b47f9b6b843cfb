"""What a trunk group can do as it is configured."""

from __future__ import annotations

from adapters.telephony.settings import TrunkSection
from dialer.ports.telephony import TelephonyCapabilities


def capabilities_of(section: TrunkSection, *, tells_machines: bool) -> TelephonyCapabilities:
    """Return the record for a configuration; its calls outlive Paceline, and no robot can be asked for an agent."""
    return TelephonyCapabilities(
        section.adapter,
        tells_machines=tells_machines,
        survives_restart=True,
        agent_legs=section.agents.legs,
        hears_keys=True,
        records=section.recording is not None,
        talks=False,
        hands_over=bool(section.transfers),
    )
