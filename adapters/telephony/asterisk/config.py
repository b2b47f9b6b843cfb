"""What a run's file says about Asterisk: the nodes, the trunk, the agents' telephones, the recordings."""

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

    endpoint: Annotated[Printable, endpoint_of("{agent}")] = "PJSIP/{agent}"
    legs: Literal["nailed_up", "per_call"] = "nailed_up"
    answer_s: float = Field(10.0, ge=1, le=60)


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
    """Conversations are recorded, from the agent's first word to the last."""

    format: Literal["wav", "wav49", "ulaw", "alaw", "sln"] = "wav"


class AsteriskSection(Section):
    """A trunk group of one or several Asterisks.

    Attributes
    ----------
    nodes : tuple of NodeSection
        Their addresses.
    app : str
        The Stasis application. Whoever connects with the same name takes over the calls of the other.
    endpoint : str
        Where a number is dialled: a dial string with ``{number}``, the number in E.164 form.
    caller_id : str
        The number that the person sees.
    agents, detection, recording
        See their classes; without a section, machines are not told from persons, and nothing is recorded.
    sounds : dict
        By the names that campaigns use (`safe_harbour`, `robot_message`, `whisper`): where the sound is.
    flows : str | None
        The folder on the nodes with the texts of call flows: in it, for each flow a folder by its name, and in that
        ``STATE-LANGUAGE.wav`` for each text.
    transfers : dict
        By the names that agents use, the dial strings of those outside the floor who take calls over.
    ledger : Path
        Where the calls that were placed are written down, so that no restart dials one twice.
    give_up_s : float
        How long a node may be gone before its calls count as lost.
    """

    adapter: Literal["asterisk"]
    nodes: Annotated[tuple[NodeSection, ...], Field(min_length=1, max_length=32), AfterValidator(apart)]
    app: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,20}$")] = "paceline"
    endpoint: Annotated[Printable, endpoint_of("{number}")]
    caller_id: Annotated[str, Field(pattern=r"^\+?[0-9]{3,15}$")]
    agents: AgentsSection = AgentsSection()
    detection: DetectionSection | None = None
    recording: RecordingSection | None = None
    sounds: Annotated[dict[str, str], AfterValidator(_sounds)]
    flows: FlowFolder | None = None
    transfers: dict[TransferName, Printable] = {}
    ledger: Path = Path("paceline.calls")
    give_up_s: float = Field(30.0, ge=1, le=600)

    @model_validator(mode="after")
    def _legs_reach_every_node(self) -> Self:
        check_legs(len(self.nodes), self.agents.legs)
        return self
