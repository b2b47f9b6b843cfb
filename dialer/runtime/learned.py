"""What pacing has learned, carried from one run to the next in a file.

Only what was learned is in it: answer effects, ring laws, talk and wrap, the steering of theta; no call in
flight and nothing of a day's budget. A new journal copies the file into its manifest, so that a replay needs
no file; a journal that is gone on with knows more than the file, and the file is not read then.
"""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

import msgspec

from dialer.core.errors import ConfigError
from dialer.core.kernel import Kernel, pacer_of
from dialer.core.settings import CampaignSettings, Learned

HINT = "name the file that a run of this version wrote, or one that does not exist yet"


class _File(msgspec.Struct, forbid_unknown_fields=True):
    """The layout: its version and, by campaign, what the pacer's `learned` returned."""

    paceline_learned: Literal[1]
    campaigns: dict[str, dict[str, Any]]


def read(path: Path, campaigns: tuple[CampaignSettings, ...]) -> Learned | None:
    """Return what the file knows of these campaigns, None when there is no file yet.

    A campaign that the file does not know, or knows with another policy, starts from nothing.

    Raises
    ------
    ConfigError
        When the file cannot be read or is of another kind. It is refused and not passed over, because it
        would be written over at the end of the run.
    """
    try:
        text = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ConfigError(f"what was learned cannot be read: {error.strerror}", file=str(path), hint=HINT) from error
    try:
        kept = msgspec.json.decode(text, type=_File)
        known: dict[str, dict[str, Any]] = {}
        for campaign in campaigns:
            pacer, learned = pacer_of(campaign), kept.campaigns.get(campaign.id)
            if learned is not None and learned.get("policy") == pacer.name:
                pacer.begin(learned)
                known[campaign.id] = learned
    except (msgspec.MsgspecError, ValueError) as error:
        raise ConfigError(f"this is not what pacing has learned: {error}", file=str(path), hint=HINT) from error
    return Learned(sha256=sha256(text).hexdigest(), campaigns=known)


def write(path: Path, kernel: Kernel) -> None:
    """Save what was learned: the file is the old one or the whole new one, whatever happens meanwhile.

    Raises
    ------
    OSError
        When it cannot be written.
    """
    text = msgspec.json.encode(_File(1, kernel.learned()))
    beside = path.with_name(f"{path.name}.new")
    with beside.open("wb") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
