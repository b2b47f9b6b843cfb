"""The manifest: which run a journal belongs to, and everything needed to run it again."""

from __future__ import annotations

import msgspec

from dialer.core import flags
from dialer.core.errors import JournalError
from dialer.core.settings import RunSettings

FORMAT = 1
"""Version of the journal's layout. A reader refuses any other."""


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """The identity of a run.

    Attributes
    ----------
    format : int
        `FORMAT` at the time of writing.
    version : str
        The Paceline that began the journal.
    started_ns : int
        When the run began.
    settings : RunSettings
        What the kernel was built from.
    simulated : bool
        Whether nobody was called: such a run cannot be gone on with live.
    """

    version: str
    started_ns: int
    settings: RunSettings
    simulated: bool = False
    format: int = FORMAT

    def encode(self) -> bytes:
        """Return the manifest as JSON text."""
        return msgspec.json.encode(self)

    @classmethod
    def decode(cls, text: bytes) -> Manifest:
        """Read a manifest; raise `JournalError` when it is damaged, of another format or has unknown flags."""
        try:
            # The format first: what else stands there is for a reader of that format to say.
            layout = msgspec.json.decode(text, type=_Format).format
            if layout != FORMAT:
                raise JournalError(
                    f"the journal has format {layout}, this version reads format {FORMAT}; "
                    "use the version of Paceline that wrote it"
                )
            manifest = msgspec.json.decode(text, type=cls)
        except msgspec.MsgspecError as error:
            raise JournalError(f"the manifest cannot be read: {error}") from error
        flags.check(manifest.settings.flags)
        return manifest


class _Format(msgspec.Struct):
    format: int
