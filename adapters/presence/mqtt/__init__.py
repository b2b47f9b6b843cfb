"""Desktops behind an MQTT broker; what is said on which topic is in `topics` and `messages`."""
