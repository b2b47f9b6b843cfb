"""The commands ``evidence ACCOUNT``, ``evidence verify`` and ``evidence key``."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

from cyclopts import App, Parameter
from rich.console import Console

from adapters.journal.sqlite import SqliteJournal
from dialer.cli.histories import opened, readable, the_log
from dialer.cli.terminal import language_of
from dialer.core.units import NS_PER_S
from dialer.insight.audit.records import Terms
from dialer.insight.evidence.check import check_evidence
from dialer.insight.evidence.folder import HistoryManifest
from dialer.insight.evidence.history import account_in, seal_history
from dialer.insight.evidence.journal import seal_journal
from dialer.insight.evidence.keys import fingerprint, make_key, read_key
from dialer.insight.evidence.verdicts import verdicts_of
from dialer.insight.faults import fault_text
from dialer.insight.language import Language, say
from dialer.runtime.clock import RealClock
from strategies.compliance.packs import load_packs
from strategies.compliance.rulebook import PackChoice, Purpose
from strategies.compliance.terms import is_zone
from strategies.errors import ConfigError

app = App(name="evidence", help="Seal what is known of an account, for others to check.")


@app.default
def evidence(
    account: str,
    /,
    *,
    key: Path,
    output: Annotated[Path, Parameter(alias="-o")],
    journal: Path | None = None,
    history: Path | None = None,
    recordings: Path | None = None,
    packs: Annotated[tuple[str, ...], Parameter(consume_multiple=True)] = (),
    purpose: Purpose = "collections",
    zone: str = "UTC",
    language: Language | None = None,
) -> None:
    """Seal everything that a journal or a history knows of an account into a folder that others can check.

    Parameters
    ----------
    account
        The account_id.
    key
        The operator's private key (see evidence key).
    output
        A new folder.
    journal
        The journal.
    history
        The folder of a history, for logs of which there is no journal (see `paceline history import`).
    recordings
        The folder with the recordings, whose hashes are taken.
    packs
        With a history: rule packs by name or path, whose verdicts about the account are sealed too.
    purpose
        What campaigns are for, where the history does not say so.
    zone
        The clock of the times that people read.
    language
        en or zh; by default as LANG says.
    """
    if not is_zone(zone):
        raise ConfigError(f"there is no time zone {zone}", hint="write an IANA name such as Asia/Shanghai")
    spoken, own, signer = language_of(language), ZoneInfo(zone), read_key(key)

    def clock(t_ns: int) -> str:
        return f"{datetime.fromtimestamp(t_ns / NS_PER_S, UTC).astimezone(own):%Y-%m-%d %H:%M:%S.%f}"[:-4]

    log, now_ns = the_log(journal, history), RealClock().now_ns()
    if history is not None:
        rulebook = load_packs([PackChoice(name, accept_unreviewed=True) for name in packs])
        with readable(log), opened(log) as (tables, purposes):
            found = account_in(tables, account)
            terms = Terms(purpose=purpose, purposes=purposes, zone=zone)
            verdicts = verdicts_of(found, tables, rulebook, terms) if packs else {}
        made = seal_history(found, log, signer, now_ns, output, clock, zone, recordings, verdicts)
    elif packs:
        raise ConfigError("--packs goes with --history", hint="evidence from a journal has the rules of its run")
    else:
        store = SqliteJournal.reader(log)
        try:
            made = seal_journal(account, store, signer, now_ns, output, clock, zone, recordings)
        finally:
            store.close()
    print(say(spoken, "evidence_made", output, len(made.files), fingerprint(signer.public_key())))


@app.command
def verify(folder: Path, /, *, trust: Path | None = None, language: Language | None = None) -> int:
    """Check a folder of evidence. Ends with 1 when something in it is wrong.

    Parameters
    ----------
    folder
        The evidence.
    trust
        The operator's public key (PEM), from another source than the folder.
    language
        en or zh; by default as LANG says.
    """
    spoken, found, console = language_of(language), check_evidence(folder, trust), Console(highlight=False)
    for fault in found.faults:
        console.print(fault_text(spoken, fault), style="red", markup=False, soft_wrap=True)
    match found.manifest:
        case _ if found.faults:
            pass
        case HistoryManifest() as made:
            print(say(spoken, "evidence_sound_history", made.account, found.sound, len(made.rows), len(made.sources)))
        case made:
            print(say(spoken, "evidence_sound", made.account, found.sound, made.entries))
    print(say(spoken, "evidence_signer" if found.trusted else "evidence_signer_unknown", found.signer))
    return 1 if found.faults else 0


@app.command
def key(*, output: Annotated[Path, Parameter(alias="-o")], language: Language | None = None) -> None:
    """Make the operator's key, which signs evidence.

    Parameters
    ----------
    output
        A file that is not there yet; keep it secret.
    language
        en or zh; by default as LANG says.
    """
    print(say(language_of(language), "evidence_key", output, make_key(output)))
