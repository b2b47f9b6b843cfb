"""What desktops behind a broker can do."""

from __future__ import annotations

from dialer.ports.presence import PresenceCapabilities

CAPABILITIES = PresenceCapabilities("mqtt", notices_loss=True, survives_restart=True, takes_messages=True)
