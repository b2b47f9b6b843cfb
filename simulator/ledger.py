"""What the embedded carrier writes down, so that its calls outlive the process: the switch of the house.

An append-only file, one JSON object a line, written before the thing happens. A line that was torn by
the death of the machine says nothing happened, which is true: its call was never started.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import msgspec

from dialer.core.effects import PlaceCall
from dialer.core.errors import PortError


class Placed(msgspec.Struct, frozen=True, tag_field="kind", tag="placed"):
    """A call was dialled."""

    t_ns: int
    placement: PlaceCall


class Ended(msgspec.Struct, frozen=True, tag_field="kind", tag="ended"):
    """A call is over."""

    t_ns: int
    call: str


class Duplicate(msgspec.Struct, frozen=True, tag_field="kind", tag="duplicate"):
    """A call that was dialled already was to be dialled again; nothing was dialled."""

    t_ns: int
    call: str


Line = Placed | Ended | Duplicate

_decoder = msgspec.json.Decoder(Line)


def read(path: Path) -> Iterator[Line]:
    """Yield the whole lines of a ledger, none of one that does not exist."""
    if not path.exists():
        return
    for line in path.read_bytes().splitlines():
        try:
            yield _decoder.decode(line)
        except msgspec.MsgspecError:
            continue


class Ledger:
    """An open ledger.

    Attributes
    ----------
    known : set of str
        Every call that was ever placed, by id.
    up : dict of str to Placed
        Those without an end.
    """

    def __init__(self, path: Path) -> None:
        self.known: set[str] = set()
        self.up: dict[str, Placed] = {}
        for line in read(path):
            match line:
                case Placed():
                    self.known.add(line.placement.call)
                    self.up[line.placement.call] = line
                case Ended():
                    self.up.pop(line.call, None)
                case Duplicate():
                    pass
        self._path = path
        try:
            self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        except OSError as error:
            raise self._failed("opened", error, retryable=False) from error

    def write(self, line: Line) -> None:
        """Add a line; it survives the death of the process. `PortError` when the disk does not take it."""
        # The line break comes first, so that a torn line never swallows the next one.
        text = b"\n" + msgspec.json.encode(line)
        try:
            written = os.write(self._file, text)
        except OSError as error:
            raise self._failed("written", error, retryable=True) from error
        if written < len(text):
            raise PortError(f"{self._path}: the carrier's ledger cannot be written: the disk is full", retryable=True)

    def close(self) -> None:
        """Release the file."""
        os.close(self._file)

    def _failed(self, how: str, error: OSError, *, retryable: bool) -> PortError:
        return PortError(f"{self._path}: the carrier's ledger cannot be {how}: {error.strerror}", retryable=retryable)
