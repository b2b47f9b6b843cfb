"""Strict replay: the recorded events once more through the kernel; the effects must be the recorded ones.

Not to be confused with the counterfactual replay of the simulator, which asks what another policy
would have done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import zip_longest

import msgspec

from dialer.core.errors import InvariantError
from dialer.core.events import AnyEvent
from dialer.core.settings import RunSettings
from dialer.journal.entry import Chain, decode_event, genesis
from dialer.journal.manifest import Manifest
from dialer.journal.recorder import Recorder, Steps
from dialer.journal.verify import Log, proven

PROGRESS_EVERY = 1000
"""Entries between two calls of `progress`."""

_VALUE_WIDTH = 100
_FIELDS_SHOWN = 12
_NOTHING = "nothing"


class Divergence(msgspec.Struct, frozen=True):
    """The first entry whose effects are not the recorded ones.

    Attributes
    ----------
    seq : int
        Its number.
    event : AnyEvent
        What the kernel was told.
    recorded, replayed : bytes
        The effects then and now, as JSON text.
    error : str
        What the kernel complained of when it refused the event; empty otherwise.
    """

    seq: int
    event: AnyEvent
    recorded: bytes
    replayed: bytes
    error: str = ""

    def __str__(self) -> str:
        lines = [f"entry {self.seq} at {self.event.t_ns} ns: {_short(msgspec.json.encode(self.event))}"]
        if self.error:
            return "\n".join([*lines, f"  recorded  {_short(self.recorded)}", f"  replayed  refused: {self.error}"])
        recorded, replayed = msgspec.json.decode(self.recorded), msgspec.json.decode(self.replayed)
        index = next(i for i, (then, now) in enumerate(zip_longest(recorded, replayed)) if then != now)
        then, now = (side[index] if index < len(side) else None for side in (recorded, replayed))
        lines.append(
            f"  effects: {len(recorded)} recorded, {len(replayed)} replayed; "
            f"the first difference is number {index + 1}{_name_of(then, now)}"
        )
        return "\n".join([*lines, *_both_sides(then, now)])


class ReplayReport(msgspec.Struct, frozen=True):
    """What strict replay found. `entries`: how many gave the recorded effects."""

    entries: int
    divergence: Divergence | None


def replay(
    log: Log, make_kernel: Callable[[RunSettings], Steps], progress: Callable[[int], None] | None = None
) -> ReplayReport:
    """Replay a journal up to its end or to the first difference.

    Parameters
    ----------
    log : Log
        The journal. Its chain is checked on the way.
    make_kernel : callable
        Builds a fresh kernel from the manifest's settings.
    progress : callable, optional
        Called with the number of entries replayed, every `PROGRESS_EVERY` entries.

    Raises
    ------
    JournalError
        When the journal cannot be read, is of another version, or was changed after it was written.
    """
    manifest = Manifest.decode(log.manifest)
    recorder = Recorder(make_kernel(manifest.settings), Chain(genesis(log.manifest)))
    entries = 0
    for record in proven(log):
        event = decode_event(record)
        try:
            again, _ = recorder.take(event)
        except InvariantError as error:
            return ReplayReport(entries, Divergence(record.seq, event, record.effects, b"", str(error)))
        if again.effects != record.effects:
            return ReplayReport(entries, Divergence(record.seq, event, record.effects, again.effects))
        entries = record.seq
        if progress and entries % PROGRESS_EVERY == 0:
            progress(entries)
    return ReplayReport(entries, None)


def _name_of(then: dict | None, now: dict | None) -> str:
    """Name an effect that is on both sides and only differs in its fields."""
    return f", {then['kind']}" if then and now and then["kind"] == now["kind"] else ""


def _both_sides(then: dict | None, now: dict | None) -> Iterator[str]:
    if then is None or now is None or then["kind"] != now["kind"]:
        yield f"    recorded  {_NOTHING if then is None else _short(msgspec.json.encode(then))}"
        yield f"    replayed  {_NOTHING if now is None else _short(msgspec.json.encode(now))}"
        return
    old, new = dict(_fields(then)), dict(_fields(now))
    different = [name for name in old | new if old.get(name, _NOTHING) != new.get(name, _NOTHING)]
    for name in different[:_FIELDS_SHOWN]:
        yield f"    {name}"
        yield f"      recorded  {_short(old.get(name, _NOTHING.encode()))}"
        yield f"      replayed  {_short(new.get(name, _NOTHING.encode()))}"
    if len(different) > _FIELDS_SHOWN:
        yield f"    and {len(different) - _FIELDS_SHOWN} more fields"


def _fields(value: object, path: str = "") -> Iterator[tuple[str, bytes]]:
    """Yield the leaves of an effect, named as ``why.rules`` or ``reasons[0].until_ns``, as JSON text."""
    match value:
        case dict() if value:
            for name, inner in value.items():
                yield from _fields(inner, f"{path}.{name}" if path else name)
        case list() if value:
            for index, inner in enumerate(value):
                yield from _fields(inner, f"{path}[{index}]")
        case _:
            yield path, msgspec.json.encode(value)


def _short(text: bytes) -> str:
    shown = text.decode(errors="replace")
    return shown if len(shown) <= _VALUE_WIDTH else f"{shown[:_VALUE_WIDTH]}… ({len(shown)} characters)"
