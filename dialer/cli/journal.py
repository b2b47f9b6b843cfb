"""Commands about a journal's file: is it what was written, and does the kernel still do the same?"""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.markup import escape

from adapters.journal.sqlite import SqliteJournal
from dialer.cli.terminal import clock


def verify(file: Path, /) -> int:
    """Check that nothing in a journal was changed, removed, inserted or moved.

    Parameters
    ----------
    file : Path
        The journal.

    Returns
    -------
    int
        0 when the chain of hashes is whole, 1 when it is broken.
    """
    from dialer.journal.verify import verify as walk

    console = Console(soft_wrap=True, highlight=False)
    journal = SqliteJournal.reader(file)
    try:
        found = walk(journal)
    finally:
        journal.close()
    if found.first_ns is not None and found.last_ns is not None:
        console.print(f"entries 1 to {found.entries:,} are sound: {clock(found.first_ns)} to {clock(found.last_ns)}")
    console.print(f"head {found.head.hex()}")
    if found.fault is None:
        console.print("[green]sound[/]: every entry is what was written")
        return 0
    console.print(f"[red]broken[/] at entry {found.fault.seq:,} ({found.fault.what}): {escape(found.fault.detail)}")
    return 1


def replay(file: Path, /) -> int:
    """Run a journal's events through the kernel again; the effects must be the recorded ones.

    Parameters
    ----------
    file : Path
        The journal.

    Returns
    -------
    int
        0 when all effects are equal, 1 at the first difference, which is shown with both sides.
    """
    from dialer.core.kernel import Kernel
    from dialer.journal.replay import replay as strictly

    console = Console(soft_wrap=True, highlight=False)
    journal = SqliteJournal.reader(file)
    try:
        report = strictly(journal, Kernel)
    finally:
        journal.close()
    if report.divergence is None:
        console.print(f"[green]equal[/]: {report.entries:,} entries gave the recorded effects")
        return 0
    console.print(f"[red]different[/] after {report.entries:,} equal entries")
    console.print(escape(str(report.divergence)))
    return 1
