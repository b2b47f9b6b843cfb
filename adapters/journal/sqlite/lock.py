"""The lock that keeps a second writer off a journal."""

from __future__ import annotations

import fcntl
import os

from dialer.core.errors import JournalError


class WriterLock:
    """A lock on ``<path>.lock``, held until `release` or the death of the process, however it dies.

    The file stays: removing it would let two writers lock two files of the same name.
    """

    def __init__(self, path: str) -> None:
        name = f"{path}.lock"
        try:
            self._descriptor = os.open(name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise JournalError(
                f"{path}: cannot be written, for {name} cannot be opened: {error.strerror}; "
                "the journal's directory must exist and be writable"
            ) from error
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            pid = os.pread(self._descriptor, 20, 0).decode(errors="replace").strip()
            os.close(self._descriptor)
            owner = f"process {pid}" if pid else "another process"
            raise JournalError(
                f"{path}: {owner} is writing this journal; stop it first, or use another file"
            ) from error
        try:
            os.ftruncate(self._descriptor, 0)
            os.pwrite(self._descriptor, b"%d\n" % os.getpid(), 0)
        except OSError:
            pass  # on a full disk the lock still holds, it only cannot say whose it is

    def release(self) -> None:
        """Let go."""
        os.close(self._descriptor)
