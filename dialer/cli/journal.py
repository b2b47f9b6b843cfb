"""Commands about a journal's file: is it what was written, and does the kernel still do the same?"""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from adapters.journal.sqlite import SqliteJournal
from dialer.cli.terminal import clock, language_of
from dialer.insight.language import Language, say
from strategies.errors import ConfigError


def verify(
    file: Path, /, *, head: str | None = None, entries: int | None = None, language: Language | None = None
) -> int:
    """Check that nothing in a journal was changed, removed, inserted or moved.

    Parameters
    ----------
    file : Path
        The journal.
    head
        The hash that this command printed as head at some time before: it must still be in the chain.
    entries
        How many entries there were then. Without either, nobody can tell whether the end was cut off.
    language
        en or zh; by default as LANG says.

    Returns
    -------
    int
        0 when the chain of hashes is whole, 1 when it is broken.
    """
    from dialer.journal.verify import verify as walk

    console, spoken = Console(soft_wrap=True, highlight=False), language_of(language)
    known = None
    if head is not None:
        try:
            known = bytes.fromhex(head)
        except ValueError:
            raise ConfigError(f"--head {head} is no hash", hint="copy it from an earlier `journal verify`") from None
    journal = SqliteJournal.reader(file)
    try:
        found = walk(journal, known, entries)
    finally:
        journal.close()
    if found.first_ns is not None and found.last_ns is not None:
        span = clock(found.first_ns), clock(found.last_ns)
        console.print(say(spoken, "journal_entries", f"{found.entries:,}", *span))
    console.print(say(spoken, "journal_head", found.head.hex()))
    if found.fault is None:
        console.print(say(spoken, "journal_sound"), style="green")
        if found.known_at is not None:
            added = found.entries - found.known_at
            console.print(say(spoken, "journal_known_head", f"{found.known_at:,}", f"{added:,}"))
        elif entries is None:
            console.print(say(spoken, "journal_end_unproven"))
        return 0
    fault = found.fault
    console.print(say(spoken, "journal_broken", f"{fault.seq:,}", fault.what, fault.detail), style="red", markup=False)
    return 1


def replay(file: Path, /, *, language: Language | None = None) -> int:
    """Run a journal's events through the kernel again; the effects must be the recorded ones.

    Parameters
    ----------
    file : Path
        The journal.
    language
        en or zh; by default as LANG says.

    Returns
    -------
    int
        0 when all effects are equal, 1 at the first difference, which is shown with both sides.
    """
    from dialer.core.kernel import Kernel
    from dialer.journal.replay import replay as strictly

    console, spoken = Console(soft_wrap=True, highlight=False), language_of(language)
    journal = SqliteJournal.reader(file)
    try:
        report = strictly(journal, Kernel)
    finally:
        journal.close()
    if report.divergence is None:
        console.print(say(spoken, "replay_equal", f"{report.entries:,}"), style="green")
        return 0
    console.print(say(spoken, "replay_different", f"{report.entries:,}"), style="red")
    console.print(str(report.divergence), markup=False)
    return 1
