"""What a run's file says about the program that speaks the texts of call flows."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field

from strategies.document import Section, fault
from strategies.fields import Language

_EXAMPLE = "write a line such as that of espeak-ng in docs/flows.md"


def _command(command: str) -> str:
    if re.search(r"[\x00-\x1f\x7f]", command):
        raise fault("a command is one line", _EXAMPLE)
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise fault(f"the quotes cannot be read: {error}", _EXAMPLE) from None
    places = re.findall(r"\{[^{}]*\}", command)
    if not words or "{" in words[0]:
        raise fault("a command begins with a program", _EXAMPLE)
    if unknown := [place for place in places if place not in ("{voice}", "{file}", "{text}")]:
        raise fault(f"nothing is put in for {unknown[0]}", _EXAMPLE)
    for place in ("{file}", "{text}"):
        if sum(word == place for word in words) != 1:
            raise fault(f"{place} must be one word of the command, once", _EXAMPLE)
    return command


class SpeechSection(Section):
    """A program that writes a text as a WAV file; it is started without a shell.

    Attributes
    ----------
    command : str
        The program and its words, of which ``{file}`` is where it writes, ``{text}`` the text, and ``{voice}`` what
        `voices` says.
    voices : dict
        By language, the program's name of a voice.
    folder : Path
        Where the sounds go; what `telephony.flows` is for the telephone system, as this machine sees it.
    timeout_s : float
        How long one text may take.
    """

    command: Annotated[str, Field(min_length=1, max_length=1000), AfterValidator(_command)]
    voices: dict[Language, Annotated[str, Field(pattern=r"^[A-Za-z0-9_+./][A-Za-z0-9_+./-]{0,99}$")]]
    folder: Path
    timeout_s: float = Field(60.0, ge=1, le=600)
