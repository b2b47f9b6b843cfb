"""What a run's file says about FreeSWITCH: the nodes, the trunk, the agents' telephones, the recordings."""

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
    TransferName,
    TrunkSection,
    endpoint_of,
    printable,
)
from strategies.document import Section, fault


def _password(password: object) -> object:
    if password == "":
        raise fault("the password is empty", "write the one of event_socket.conf.xml")
    if isinstance(password, str) and not re.fullmatch(r"[\x21-\x7e]+", password):
        hint = "write letters, digits and signs without blanks, here and in event_socket.conf.xml"
        raise fault("the password has characters that must not reach a telephone system", hint)
    return password


def _host(host: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9.\-]+|[0-9A-Fa-f:.]+", host):
        raise fault("this is not the address of a machine", "write a name or an IP address such as 10.0.0.5, no port")
    return host


def _one_leg(endpoint: str) -> str:
    # Each of these gives a dial string a second meaning: other legs, variables, blanks between arguments.
    if found := re.search(r"""[ ,|'"\\$&\[\]<>()]|:_:""", endpoint):
        hint = "write the dial string of one leg, without variables"
        raise fault(f"`{found[0]}` has a meaning of its own to FreeSWITCH", hint)
    return endpoint


def _sounds(sounds: dict[str, str]) -> dict[str, str]:
    for media in sounds.values():
        if not re.fullmatch(r"(/|[a-z_]+://)[\x21-\x7e]+", printable(media)) or re.search(r"\$|@@", media):
            hint = "write the whole path of a file on the node, such as /var/lib/freeswitch/sounds/safe-harbour.wav"
            raise fault("this is no recording", hint)
    return sounds


def _folder(folder: str) -> str:
    if not re.fullmatch(r"(/[A-Za-z0-9_.-]+)+", folder) or ".." in folder:
        hint = "write a whole path of letters, digits and `_.-`, such as /var/lib/freeswitch/recordings"
        raise fault("this is no folder of a FreeSWITCH", hint)
    return folder


class NodeSection(MemberSection):
    """One FreeSWITCH.

    Attributes
    ----------
    name : str
        What logs call it.
    host, port
        Where its event socket listens.
    password : str
        As in its ``event_socket.conf.xml``.
    """

    name: MemberName = "freeswitch"
    host: Annotated[str, AfterValidator(_host)]
    port: int = Field(8021, ge=1, le=65535)
    password: Annotated[SecretStr, BeforeValidator(_password)]


class AgentsSection(settings.AgentsSection):
    """The agents' telephones, which are users of FreeSWITCH where nothing else is written."""

    endpoint: Annotated[Printable, endpoint_of("{agent}", "user/{}"), AfterValidator(_one_leg)] = "user/{agent}"


class RecordingSection(Section):
    """Conversations are recorded into files.

    Attributes
    ----------
    folder : str
        Where, on the node.
    format : str
        The files' ending, which tells FreeSWITCH their format.
    """

    folder: Annotated[str, AfterValidator(_folder)]
    format: Literal["wav", "ulaw", "alaw", "mp3"] = "wav"


class FreeswitchSection(TrunkSection):
    """A trunk group of one or several FreeSWITCHes, which do not whisper."""

    adapter: Literal["freeswitch"]
    nodes: Members[NodeSection]
    endpoint: Annotated[Printable, endpoint_of("{number}", "sofia/gateway/carrier/{}"), AfterValidator(_one_leg)]
    agents: AgentsSection = AgentsSection()
    recording: RecordingSection | None = None
    sounds: Annotated[dict[str, str], AfterValidator(_sounds)]
    transfers: dict[TransferName, Annotated[Printable, AfterValidator(_one_leg)]] = {}
