"""The command ``audit``: every contact of a journal or of a history judged again by any rule packs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich import box
from rich.console import Console
from rich.table import Table

from dialer.cli.histories import opened_on
from dialer.cli.terminal import language_of
from dialer.insight.audit.audit import audit as judge
from dialer.insight.audit.records import Required, Terms
from dialer.insight.audit.report import (
    ABANDON_HEAD,
    RULE_HEAD,
    AuditInfo,
    abandon_rows,
    render_audit,
    rule_rows,
    verdict,
)
from dialer.insight.language import Language, say
from dialer.insight.tables import Database
from strategies.compliance.packs import load_packs
from strategies.compliance.rulebook import PackChoice, Party, Purpose
from strategies.compliance.terms import is_zone
from strategies.errors import ConfigError

_PURPOSES: tuple[Purpose, ...] = ("collections", "telemarketing", "informational")


def audit(
    log: Path,
    /,
    *,
    packs: Annotated[tuple[str, ...], Parameter(consume_multiple=True)] = ("house",),
    purpose: Purpose = "collections",
    campaign: tuple[str, ...] = (),
    party: Party | None = None,
    zone: str = "UTC",
    require: tuple[Required, ...] = (),
    message_s: float = 30.0,
    html: Path | None = None,
    evidence: Path | None = None,
    memory: str = "6GiB",
    spark: str | None = None,
    language: Language | None = None,
) -> int:
    """Judge every contact of a log again, by the rules alone and not by what the engine counted.

    Parameters
    ----------
    log
        A journal, or the folder of a history (see `paceline history import`).
    packs
        Rule packs by name or path. Nobody needs to have reviewed them: an audit denies nothing.
    purpose
        What campaigns are for, where neither --campaign nor the journal says so.
    campaign
        What one campaign is for, as NAME=telemarketing; give it again for each one.
    party
        As whom persons were called, where the log does not say: debtor, guarantor or contact.
    zone
        The clock of days and months of the abandoned share.
    require
        What every record must show: recording, message, identification. Without it only what the log denies counts.
    message_s
        Seconds after which an abandoned person who is still there must have heard the message.
    html
        Write the report to this file.
    evidence
        Write every violation to this file, .csv or .parquet.
    memory
        The most memory that DuckDB may use.
    spark
        Ask this Spark in place of DuckDB, for the folder of a history: local[2], or the address of a cluster.
    language
        en or zh; by default as LANG says.

    Returns
    -------
    int
        0 when all is clean, 1 when a rule was broken, 3 when none was found and the log does not say enough.
    """
    if not is_zone(zone):
        raise ConfigError(f"there is no time zone {zone}", hint="write an IANA name such as Asia/Shanghai")
    spoken, console = language_of(language), Console(highlight=False)
    rulebook = load_packs([PackChoice(name, accept_unreviewed=True) for name in packs])
    with opened_on(spark, log, memory) as (history, told):
        own = {**told, **dict(map(_purpose_of, campaign))}
        terms = Terms(
            purpose=purpose,
            purposes=own,
            party=party,
            zone=zone,
            required=frozenset(require),
            message_s=message_s,
        )
        found = judge(history, rulebook, terms)
        info = AuditInfo(log.name, tuple(packs), rulebook.rules, terms, spoken)
        console.print(verdict(found, spoken), style={0: "green", 1: "red"}.get(found.exit_code, "yellow"))
        _print(console, "audit_rules", RULE_HEAD, rule_rows(found, spoken), spoken, right=(2, 3, 4, 5))
        _print(console, "audit_abandons", ABANDON_HEAD, abandon_rows(found, spoken), spoken, right=(4, 5, 6, 7))
        if html is not None:
            html.write_text(render_audit(found, history.database, info), encoding="utf-8")
            console.print(say(spoken, "written_to", html), markup=False, soft_wrap=True)
        if evidence is not None:
            _write(history.local("evidence"), evidence)
            console.print(say(spoken, "audit_written", evidence), markup=False, soft_wrap=True)
    return found.exit_code


def _purpose_of(word: str) -> tuple[str, Purpose]:
    name, _, purpose = word.partition("=")
    for known in _PURPOSES:
        if purpose == known and name:
            return name, known
    raise ConfigError(f"--campaign {word} names no purpose", hint=f"write NAME={' or NAME='.join(_PURPOSES)}")


def _write(database: Database, file: Path) -> None:
    columns = "* EXCLUDE (number)"
    match file.suffix.lower():
        case ".parquet":
            options = "FORMAT PARQUET"
        case ".csv":
            lists = ("candidates", "closed_in", "local_times", "counted")
            joined = ", ".join(f"array_to_string({name}, '; ') AS {name}" for name in lists)
            columns, options = f"* EXCLUDE (number) REPLACE ({joined})", "FORMAT CSV, HEADER"
        case _:
            raise ConfigError(f"--evidence {file} is no table", hint="let it end in .csv or .parquet")
    quoted = str(file).replace("'", "''")
    database.execute(
        f"COPY (SELECT {columns} FROM evidence ORDER BY number, placed_at, attempt) TO '{quoted}' ({options})"
    ).fetchall()


def _print(
    console: Console,
    title: str,
    head: tuple[str, ...],
    rows: list[tuple[str, ...]],
    language: Language,
    right: tuple[int, ...],
) -> None:
    shown = Table(title=say(language, title), title_justify="left", title_style="bold", box=box.SIMPLE_HEAD)
    for place, key in enumerate(head):
        shown.add_column(say(language, key), justify="right" if place in right else "left")
    for row in rows:
        shown.add_row(*row)
    console.print(shown)
