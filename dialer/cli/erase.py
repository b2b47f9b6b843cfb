"""The command ``erase``: a person's data, where they are; the journals keep their chains."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from adapters.journal.sqlite import SqliteJournal
from adapters.leads.file.erase import erase_person
from dialer.cli.terminal import clock, language_of
from dialer.core.effects import CloseAttempt
from dialer.insight.language import Language, say
from dialer.insight.rules import words_of
from dialer.journal.entry import decode_effects
from dialer.runtime.clock import RealClock
from strategies.compliance.packs import load_packs
from strategies.compliance.retention import kept_until_ns
from strategies.compliance.rulebook import PackChoice


def erase(
    person: str,
    /,
    *,
    portfolio: tuple[Path, ...],
    journal: tuple[Path, ...] = (),
    recordings: Path | None = None,
    packs: tuple[str, ...] = (),
    despite: bool = False,
    language: Language | None = None,
) -> int:
    """Erase a person's data on request. Journals hold references only: they stay as they are, and sound.

    Ends with 1, and erases nothing, while a rule of a pack wants records of the person to be kept.

    Parameters
    ----------
    person
        The person_id.
    portfolio
        Files with accounts or other parties; may be given several times.
    journal
        The journals that tell when the person was last called, and which recordings there are.
    recordings
        The folder with the recordings; those of the person's calls are removed.
    packs
        The rule packs that bind, such as us-reg-f.
    despite
        Erase although a rule wants records to be kept; somebody has decided so.
    language
        en or zh; by default as LANG says.
    """
    spoken = language_of(language)
    calls = [call for file in journal for call in _calls_of(person, file)]
    last_ns = max((call.placed_ns for call in calls), default=None)
    now_ns = RealClock().now_ns()
    # A pack that nobody has reviewed may keep more than it must: nothing is lost by that.
    rules = load_packs([PackChoice(name, accept_unreviewed=True) for name in packs]).rules if packs else ()
    if last_ns is not None:
        kept = [(duty, until_ns) for duty, until_ns in kept_until_ns(rules, last_ns) if until_ns > now_ns]
        for duty, until_ns in kept:
            print(say(spoken, "erase_kept", duty.id, clock(until_ns), words_of(duty, spoken).source))
        if kept and not despite:
            print(say(spoken, "erase_not"))
            return 1
    rows = sum(erase_person(file, person) for file in portfolio)
    removed = sum(_remove(call.recording, recordings) for call in calls if call.recording and recordings)
    print(say(spoken, "erase_done", person, rows, removed))
    return 0


def _calls_of(person: str, file: Path) -> Iterator[CloseAttempt]:
    store = SqliteJournal.reader(file)
    try:
        for record in store.read():
            if b"close_attempt" in record.effects:
                for effect in decode_effects(record):
                    if isinstance(effect, CloseAttempt) and effect.person == person:
                        yield effect
    finally:
        store.close()


def _remove(reference: str, folder: Path) -> int:
    found = [path for path in folder.glob("**/*") if path.is_file() and path.stem == Path(reference).stem]
    for path in found:
        path.unlink()
    return len(found)
