"""What a person said, from whoever took it down into the run: a request of the control socket as an event."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal

import msgspec

from dialer.core.errors import PortError
from dialer.core.events import AnyEvent, ConsentGiven, ConsentWithdrawn, ContactReceived, SuppressionAdded
from strategies.compliance.records import Topic
from strategies.compliance.rulebook import Channel

Key = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9+][A-Za-z0-9._:#/+-]{0,127}$")]
Source = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class Note(msgspec.Struct, frozen=True, tag_field="record", forbid_unknown_fields=True):
    """`source`: who said it and to whom, such as the reference of a letter or recording; it stands in the journal."""

    do: Literal["record"]
    source: Source


class DoNotContact(Note, frozen=True, tag="do_not_contact"):
    """Somebody asks not to be contacted. `channel`: by what; empty for all."""

    scope: Literal["person", "account", "number"]
    key: Key
    channel: Channel | Literal[""] = ""


class Agreed(Note, frozen=True, tag="consent"):
    """A person agrees to something, until an instant or without an end."""

    person: Key
    topic: Topic
    until_ns: int | None = None
    account: Key | Literal[""] = ""
    channel: Channel | Literal[""] = ""


class Withdrew(Note, frozen=True, tag="withdrawal"):
    """A person no longer agrees."""

    person: Key
    topic: Topic
    channel: Channel | Literal[""] = ""


class Received(Note, frozen=True, tag="contact"):
    """A person called or wrote."""

    person: Key
    account: Key
    channel: Channel
    reach: Literal["message", "person", "conversation"]


AnyNote = DoNotContact | Agreed | Withdrew | Received


def note_of(request: dict[str, Any]) -> AnyNote:
    """Return what a request says; `PortError` names what is wrong with it."""
    try:
        return msgspec.convert(request, AnyNote)
    except msgspec.ValidationError as error:
        raise PortError(f"this cannot be recorded: {error}", retryable=False) from None


def events_of(note: AnyNote, endpoints: Callable[[str], list[str]]) -> list[Callable[[int], AnyEvent]]:
    """Return the events of a note, each from its instant.

    Parameters
    ----------
    endpoints : callable
        From a telephone number to the endpoints that have it: the journal holds no number.

    Raises
    ------
    PortError
        When nobody has the number.
    """
    match note:
        case DoNotContact():
            keys = [note.key]
            if note.scope == "number" and note.key.startswith("+") and not (keys := endpoints(note.key)):
                raise PortError("nobody in this run has that number", retryable=False)
            return [_suppression(note, key) for key in keys]
        case Agreed():
            return [
                lambda t_ns: ConsentGiven(
                    t_ns, note.person, note.topic, note.source, note.until_ns, note.account, note.channel
                )
            ]
        case Withdrew():
            return [lambda t_ns: ConsentWithdrawn(t_ns, note.person, note.topic, note.channel, note.source)]
        case Received():
            return [
                lambda t_ns: ContactReceived(t_ns, note.person, note.account, note.channel, note.reach, note.source)
            ]


def _suppression(note: DoNotContact, key: str) -> Callable[[int], AnyEvent]:
    return lambda t_ns: SuppressionAdded(t_ns, note.scope, key, note.source, note.channel)
