"""A timeline: what happened to a call, to an account or with an agent, as moments, and how they are told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Literal, NamedTuple

from dialer.insight.language import Language, say
from dialer.insight.quality.words import kind_of
from dialer.insight.rules import Sources
from dialer.insight.texts.timeline import TEXTS
from strategies.compliance.rulebook import Rule

Kind = Literal["call", "account", "agent"]
"""What a timeline is about."""


Clock = Callable[[int], str]
"""Makes text of an instant, given in nanoseconds since 1970."""


class Moment(NamedTuple):
    """One thing that happened.

    `where` it is written: the number of a journal's entry, or the table of a history. `what` names its text in
    `dialer.insight.texts.timeline`, `values` fill it in; those that are not to be read as they are have a type of
    their own. `because` are further texts that tell why, or more.
    """

    where: int | str
    t_ns: int
    what: str
    values: tuple[Any, ...] = ()
    because: tuple[tuple[str, tuple[Any, ...]], ...] = ()


class Timeline(NamedTuple):
    """All that a log knows of one subject.

    Attributes
    ----------
    subject, kind : str, Kind
        The id of a call, an account or an agent, and which of them it is.
    moments : list of Moment
        What happened, in order.
    history : bool
        Whether it is told by a history, which knows less than a journal.
    unknown : tuple of str
        The tables that would tell of such a subject, and that the history does not have.
    """

    subject: str
    kind: Kind
    moments: list[Moment]
    history: bool = False
    unknown: tuple[str, ...] = ()


class Span(NamedTuple):
    """From when until before when, in nanoseconds since 1970."""

    since_ns: int
    until_ns: int


def within(timeline: Timeline, span: Span) -> Timeline:
    """Return what a timeline tells of `span`."""
    own = [moment for moment in timeline.moments if span.since_ns <= moment.t_ns < span.until_ns]
    return timeline._replace(moments=own)


class Word(NamedTuple):
    """A key of the catalogue, told in the reader's language."""

    key: str


class Cited(NamedTuple):
    """A rule's source, told in the reader's language where its pack has it."""

    rule: str
    source: str


class Instant(NamedTuple):
    """An instant, told by the reader's clock; None: never."""

    t_ns: int | None


class Violation(NamedTuple):
    """A kind of violation that was heard in a call."""

    kind: str


class Reader(NamedTuple):
    """Who a timeline is told to: the language, a `clock` that makes text of an instant, and the run's rules."""

    language: Language
    clock: Clock
    rules: tuple[Rule, ...] = ()


def lines(moments: Iterable[Moment], reader: Reader) -> Iterator[tuple[str, str, list[str]]]:
    """Yield time, text and reasons of each moment."""
    sources = Sources(reader.rules, reader.language)
    for moment in moments:
        yield (
            reader.clock(moment.t_ns),
            _say(reader, sources, moment.what, moment.values),
            [_say(reader, sources, what, values) for what, values in moment.because],
        )


def silences(timeline: Timeline, language: Language) -> list[str]:
    """Return what the log does not know of the subject, as sentences."""
    if not timeline.history:
        return []
    told = [say(language, "line_history")]
    if timeline.unknown:
        tables = (say(language, f"line_of_{table}") for table in timeline.unknown)
        told.append(say(language, "line_unknown", say(language, "line_and").join(tables)))
    return told


def word_of(reason: str) -> Word | str:
    """Return an engine's own reason as a word of the catalogue; what a person wrote stays as it is."""
    key = f"line_reason_{reason.replace(' ', '_')}"
    return Word(key) if key in TEXTS else reason


def channel_of(channel: str) -> Word | str:
    """Return the word for a channel; one that the catalogue lacks stays as it is."""
    key = f"line_channel_{channel}"
    return Word(key) if key in TEXTS else channel


def amount(cents: int) -> str:
    """Return hundredths of a currency as people write the amount."""
    return f"{cents / 100:,.2f}"


def _say(reader: Reader, sources: Sources, what: str, values: tuple[Any, ...]) -> str:
    language, clock, _ = reader
    told = []
    for value in values:
        match value:
            case Word(key=key):
                told.append(say(language, key))
            case Cited(rule=rule, source=source):
                told.append(sources.of(rule, source))
            case Violation(kind=kind):
                told.append(kind_of(kind, language))
            case Instant(t_ns=None):
                told.append(say(language, "line_never"))
            case Instant(t_ns=int(t_ns)):
                told.append(clock(t_ns))
            case _:
                told.append(value)
    return say(language, what, *told) if told else say(language, what)
