"""What the sections of several kinds of telephone systems have in common: the trunk group, its nodes, its agents."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal, Self, TypeVar

from pydantic import AfterValidator, Field, model_validator

from strategies.document import Section, fault

_PRINTABLE = re.compile(r"[\x20-\x7e]+")


def printable(text: str) -> str:
    """Return `text` when it is printable ASCII; nothing else may reach a telephone system."""
    if not _PRINTABLE.fullmatch(text):
        raise fault("this has characters that must not reach a telephone system", "write letters, digits and signs")
    return text


def endpoint_of(placeholder: str, example: str = "PJSIP/{}@trunk") -> AfterValidator:
    """Return the check that a dial string has `placeholder` once, and no other braces."""

    def check(text: str) -> str:
        if text.count(placeholder) != 1 or len(re.findall(r"[{}]", text)) != 2:
            raise fault(f"this must have {placeholder} once", f"write it such as {example.format(placeholder)}")
        return text

    return AfterValidator(check)


Printable = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(printable)]
FlowFolder = Annotated[str, Field(pattern=r"^(/[A-Za-z0-9_.-]+)+$")]
"""Where a telephone system has the texts of call flows, see `adapters.telephony.texts`."""

TransferName = Annotated[str, Field(pattern=r"^[a-z0-9_-]{1,40}$")]
"""What agents call somebody outside the floor who takes calls over."""

MemberName = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,40}$")]


class MemberSection(Section):
    """One telephone system of a trunk group; its kind adds where it is.

    Attributes
    ----------
    name : str
        What logs call it.
    lines : int
        Calls that it may have up at once.
    calls_per_s : float
        Calls that it may be given in a second.
    """

    name: MemberName
    lines: int = Field(200, ge=1, le=10_000)
    calls_per_s: float = Field(20.0, gt=0, le=1000)


AnyMember = TypeVar("AnyMember", bound=MemberSection)


def _apart(nodes: tuple[AnyMember, ...]) -> tuple[AnyMember, ...]:
    if len({node.name for node in nodes}) < len(nodes):
        raise fault("two nodes have one name", "give every node a `name` of its own")
    return nodes


Members = Annotated[tuple[AnyMember, ...], Field(min_length=1, max_length=32), AfterValidator(_apart)]
"""The nodes of a trunk group, no two of one name."""


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

    endpoint: Printable
    legs: Literal["nailed_up", "per_call"] = "nailed_up"
    answer_s: float = Field(10.0, ge=1, le=60)


class TrunkSection(Section):
    """A trunk group of one or several telephone systems of a kind.

    Attributes
    ----------
    adapter : str
        The kind.
    nodes : tuple of MemberSection
        Where each of them is.
    app : str
        Begins the names of all our channels. Two diallers on one node need two of them.
    endpoint : str
        Where a number is dialled: a dial string with ``{number}``, the number in E.164 form.
    caller_id : str
        The number that the person sees.
    agents : AgentsSection
        The agents' telephones.
    recording : Section | None
        How conversations are recorded, from the agent's first word to the last; None: they are not.
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

    adapter: str
    nodes: tuple[MemberSection, ...]
    app: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,20}$")] = "paceline"
    endpoint: Printable
    caller_id: Annotated[str, Field(pattern=r"^\+?[0-9]{3,15}$")]
    agents: AgentsSection
    recording: Section | None = None
    sounds: dict[str, str]
    flows: FlowFolder | None = None
    transfers: dict[TransferName, Printable] = {}
    ledger: Path = Path("paceline.calls")
    give_up_s: float = Field(30.0, ge=1, le=600)

    @model_validator(mode="after")
    def _legs_reach_every_node(self) -> Self:
        if len(self.nodes) > 1 and self.agents.legs == "nailed_up":
            message = "a nailed-up telephone is connected to one node, and calls come from several"
            raise fault(message, "write `legs: per_call` under `agents`, with telephones that answer by themselves")
        return self
