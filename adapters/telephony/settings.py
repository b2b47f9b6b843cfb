"""What the sections of several telephone systems have in common: members of a trunk group, dial strings, plain text."""

from __future__ import annotations

import re
from typing import Annotated, TypeVar

from pydantic import AfterValidator, Field

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


def apart(nodes: tuple[AnyMember, ...]) -> tuple[AnyMember, ...]:
    """Return `nodes` when no two of them have one name."""
    if len({node.name for node in nodes}) < len(nodes):
        raise fault("two nodes have one name", "give every node a `name` of its own")
    return nodes


def check_legs(nodes: int, legs: str) -> None:
    """Refuse agents' telephones that would be connected to one of several nodes."""
    if nodes > 1 and legs == "nailed_up":
        message = "a nailed-up telephone is connected to one node, and calls come from several"
        raise fault(message, "write `legs: per_call` under `agents`, with telephones that answer by themselves")
