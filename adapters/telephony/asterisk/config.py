"""What a run's file says about Asterisk: the nodes, the trunk, the agents' telephones, the recordings."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr

from adapters.telephony import settings
from adapters.telephony.settings import (
    MemberName,
    Members,
    MemberSection,
    Printable,
    TrunkSection,
    endpoint_of,
    printable,
)
from strategies.document import Section, fault


def _url(text: str) -> str:
    if not re.fullmatch(r"https?://[A-Za-z0-9.\-\[\]:]+", text):
        hint = "write http or https, the host and the port, such as http://10.0.0.5:8088, and the password below"
        raise fault("this is not the address of a server", hint)
    return text


def _not_empty(password: object) -> object:
    if password == "":
        raise fault("the password is empty", "write the one of ari.conf")
    return password


def _sounds(sounds: dict[str, str]) -> dict[str, str]:
    for media in sounds.values():
        if not re.fullmatch(r"(sound|recording|tone):[\x21-\x7e]+", printable(media)):
            raise fault(
                "this is no recording", "write such as sound:/var/lib/asterisk/sounds/safe-harbour, without .wav"
            )
    return sounds


class NodeSection(MemberSection):
    """One Asterisk.

    Attributes
    ----------
    name : str
        What logs call it.
    url : str
        Where its HTTP server listens.
    user, password : str
        As in its ``ari.conf``.
    """

    name: MemberName = "asterisk"
    url: Annotated[str, AfterValidator(_url)]
    user: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{1,60}$")]
    password: Annotated[SecretStr, BeforeValidator(_not_empty)]


class AgentsSection(settings.AgentsSection):
    """The agents' telephones, which are PJSIP's where nothing else is written."""

    endpoint: Annotated[Printable, endpoint_of("{agent}")] = "PJSIP/{agent}"


class DetectionSection(Section):
    """Telling machines from persons with the dialplan of docs/adapters.md.

    Attributes
    ----------
    limit_s : float
        How long it may listen. 1.5 s leaves half a second of the 2 s after which a waiting person counts as
        abandoned (47 CFR 64.1200(a)(7)).
    believe : tuple of str
        What counts as proof of a machine, by Asterisk's own words; with any other reason it is a person.
    context : str
        The dialplan's context.
    """

    limit_s: float = Field(1.5, ge=0.5, le=1.8)
    believe: tuple[Literal["MAXWORDS", "LONGGREETING", "MAXWORDLENGTH", "INITIALSILENCE"], ...] = (
        "MAXWORDS",
        "LONGGREETING",
    )
    context: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,60}$")] = "paceline-amd"


class RecordingSection(Section):
    """Conversations are recorded where Asterisk keeps its recordings."""

    format: Literal["wav", "wav49", "ulaw", "alaw", "sln"] = "wav"


class AsteriskSection(TrunkSection):
    """A trunk group of one or several Asterisks.

    `app` is the Stasis application: whoever connects with the same name takes over the calls of the other.

    Attributes
    ----------
    detection : DetectionSection | None
        How machines are told from persons; None: they are not.
    """

    adapter: Literal["asterisk"]
    nodes: Members[NodeSection]
    endpoint: Annotated[Printable, endpoint_of("{number}")]
    agents: AgentsSection = AgentsSection()
    detection: DetectionSection | None = None
    recording: RecordingSection | None = None
    sounds: Annotated[dict[str, str], AfterValidator(_sounds)]
