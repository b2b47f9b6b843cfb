"""Behaviour flags: how a change of the kernel leaves old journals replaying as they ran.

A change that would alter recorded effects is written behind a flag. The settings of new runs have all flags, those of
an old journal what it ran with, and the kernel does what they say. A number is never used again.
"""

from __future__ import annotations

from dialer.core.errors import JournalError

OWN_SCRIPTS = "1"
CONFIRMED_PROMISES = "2"

FLAGS: dict[str, str] = {
    OWN_SCRIPTS: "who talks to another party than the person who owes is not led by that person's script",
    CONFIRMED_PROMISES: "a promise is refused as long as the person is not confirmed",
}
"""By number: what the flag changes, in one sentence."""


def check(flags: tuple[str, ...]) -> None:
    """Raise `JournalError` when a run uses a behaviour that this version does not have."""
    unknown = ", ".join(flag for flag in flags if flag not in FLAGS)
    if unknown:
        raise JournalError(
            f"the run uses behaviour flags that this version does not know: {unknown}; "
            "use the version of Paceline that wrote the journal, or a later one"
        )
