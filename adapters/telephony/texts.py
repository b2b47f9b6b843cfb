"""Where a telephone system finds what it plays."""

from __future__ import annotations

from collections.abc import Mapping

from dialer.core.effects import PlayMessage
from dialer.core.errors import PortError
from strategies.flow.records import Prompt


def media_of(effect: PlayMessage, sounds: Mapping[str, str], flows: str | None, form: str) -> str:
    """Return what is played: one of `sounds`, or the file of a flow's text, which `form` makes out of its name.

    Raises
    ------
    PortError
        When the configuration does not have it.
    """
    if effect.purpose == "flow":
        if flows is None:
            raise PortError("telephony.flows is not set", retryable=False)
        return form.format(f"{flows}/{Prompt.of(effect.message).file}")
    if (media := sounds.get(effect.message)) is None:
        raise PortError(f"telephony.sounds has no {effect.message}", retryable=False)
    return media
