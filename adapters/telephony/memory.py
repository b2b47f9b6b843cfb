"""Which calls were placed, and where: a line each in a file, so that no restart dials one twice.

A telephone system refuses a channel's id while it is in use and forgets it afterwards; this does not. A line is
written before the call is dialled: one that was torn by the death of the machine was never dialled.
"""

from __future__ import annotations

import os
from pathlib import Path

from adapters.telephony.names import decode, encode
from dialer.core.errors import PortError


class Memory:
    """An open file of placed calls.

    Attributes
    ----------
    node_of : dict of str to str
        By call, the node that it was given to.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.node_of: dict[str, str] = {}
        try:
            text = path.read_text(errors="replace") if path.exists() else ""
            self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        except OSError as error:
            raise PortError(
                f"{path}: the ledger of calls cannot be opened: {error.strerror}", retryable=False
            ) from None
        for line in text.splitlines():
            name, _, node = line.partition(" ")
            if (call := decode(name)) is not None and node.endswith("."):
                self.node_of[call] = node[:-1]

    def add(self, call: str, node: str) -> None:
        """Write a call down; `PortError` when the disk does not take it."""
        # The break comes first, so that a torn line never swallows the next one; the point says it is whole.
        line = f"\n{encode(call)} {node}.".encode()
        try:
            written = os.write(self._file, line)
        except OSError as error:
            raise PortError(f"{self._path}: the ledger of calls: {error.strerror}", retryable=True) from None
        if written < len(line):
            raise PortError(f"{self._path}: the disk is full", retryable=True)
        self.node_of[call] = node

    def close(self) -> None:
        """Release the file."""
        os.close(self._file)
