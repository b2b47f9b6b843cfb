"""Behaviour flags: how a change of the kernel leaves old journals replaying as they ran.

A change that would alter recorded effects is written behind a flag. New runs store the flags that they
use in their manifest, and the kernel does what those say. A number is never used again.
"""

from __future__ import annotations

from dialer.core.errors import JournalError

FLAGS: dict[str, str] = {}
"""By number, such as ``"1"``: what the flag changes, in one sentence."""


def check(flags: tuple[str, ...]) -> None:
    """Raise `JournalError` when a run uses a behaviour that this version does not have."""
    unknown = ", ".join(flag for flag in flags if flag not in FLAGS)
    if unknown:
        raise JournalError(
            f"the run uses behaviour flags that this version does not know: {unknown}; "
            "use the version of Paceline that wrote the journal, or a later one"
        )
