"""What a run's file says about FreeSWITCH: the nodes, the trunk, the agents' telephones, the recordings."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, model_validator

from adapters.telephony.settings import (
    FlowFolder,
    MemberName,
    MemberSection,
    Printable,
    TransferName,
    apart,
    check_legs,
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


class AgentsSection(Section):
    """The agents' telephones.

    Attributes
    ----------
    endpoint : str
        Where an agent's telephone is: a dial string with ``{agent}``, the agent's name.
    legs : str
        ``nailed_up``: called at log-in, and kept up between calls. ``per_call``: called for every call.
    answer_s : float
        How long a telephone may ring.
    """

    endpoint: Annotated[Printable, endpoint_of("{agent}", "user/{}"), AfterValidator(_one_leg)] = "user/{agent}"
    legs: Literal["nailed_up", "per_call"] = "nailed_up"
    answer_s: float = Field(10.0, ge=1, le=60)


class RecordingSection(Section):
    """Conversations are recorded, from the agent's first word to the last.

    Attributes
    ----------
    folder : str
        Where, on the node.
    format : str
        The files' ending, which tells FreeSWITCH their format.
    """

    folder: Annotated[str, AfterValidator(_folder)]
    format: Literal["wav", "ulaw", "alaw", "mp3"] = "wav"


class FreeswitchSection(Section):
    """A trunk group of one or several FreeSWITCHes.

    Attributes
    ----------
    nodes : tuple of NodeSection
        Their addresses.
    app : str
        Begins the names of all our channels. Two diallers on one node need two of them.
    endpoint : str
        Where a number is dialled: a dial string with ``{number}``, the number in E.164 form.
    caller_id : str
        The number that the person sees.
    agents, recording
        See their classes; without `recording`, nothing is recorded.
    sounds : dict
        By the names that campaigns use (`safe_harbour`, `robot_message`): where the sound is.
    flows : str | None
        The folder on the nodes with the texts of call flows, as for Asterisk.
    transfers : dict
        By the names that agents use, the dial strings of those outside the floor who take calls over.
    ledger : Path
        Where the calls that were placed are written down, so that no restart dials one twice.
    give_up_s : float
        How long a node may be gone before its calls count as lost.
    """

    adapter: Literal["freeswitch"]
    nodes: Annotated[tuple[NodeSection, ...], Field(min_length=1, max_length=32), AfterValidator(apart)]
    app: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,20}$")] = "paceline"
    endpoint: Annotated[Printable, endpoint_of("{number}", "sofia/gateway/carrier/{}"), AfterValidator(_one_leg)]
    caller_id: Annotated[str, Field(pattern=r"^\+?[0-9]{3,15}$")]
    agents: AgentsSection = AgentsSection()
    recording: RecordingSection | None = None
    sounds: Annotated[dict[str, str], AfterValidator(_sounds)]
    flows: FlowFolder | None = None
    transfers: dict[TransferName, Annotated[Printable, AfterValidator(_one_leg)]] = {}
    ledger: Path = Path("paceline.calls")
    give_up_s: float = Field(30.0, ge=1, le=600)

    @model_validator(mode="after")
    def _legs_reach_every_node(self) -> Self:
        check_legs(len(self.nodes), self.agents.legs)
        return self
