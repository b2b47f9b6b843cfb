"""What rule packs say of every contact about one account: the audit, of that account's persons and numbers alone."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import msgspec
from msgspec.structs import replace

from dialer.insight.audit.audit import audit
from dialer.insight.audit.proofs import tells_messages
from dialer.insight.audit.records import RuleFinding, Standing, Terms
from dialer.insight.evidence import folder as own
from dialer.insight.evidence.seal import pretty
from dialer.insight.tables import History, open_history
from dialer.insight.timeline.rows import Found, is_any, numbers_of, persons_of
from strategies.compliance.rulebook import Rulebook

_SHOWN = ("rule", "attempt", "placed_at", "closed_in", "local_times", "counted")
"""Of what shows a violation: the contact, where it was too late or too early, and what counted before it."""


class Verdict(msgspec.Struct, frozen=True):
    """How one rule stands, as in `RuleFinding`, about one account.

    `missing`: what the log does not say, of this account or of what else its persons have.
    """

    rule: str
    pack: str
    status: str
    source: str
    standing: Standing
    missing: tuple[str, ...]


def verdicts_of(found: Found, history: History, rulebook: Rulebook, terms: Terms) -> dict[str, bytes]:
    """Return the files that say how the rules stand about an account, and the rules themselves.

    What else its persons and numbers were contacted for counts, where a rule counts by person or by number, and is not
    judged here. The abandoned share is one of a whole campaign, and is not judged either.
    """
    with TemporaryDirectory() as spare, duckdb.connect() as database:
        database.execute("SET TimeZone = 'UTC'").fetchall()
        _set_apart(found, history, Path(spare))
        own_terms = replace(terms, tells_messages=tells_messages(history.database, terms))
        findings = audit(open_history(Path(spare), database), rulebook, own_terms).rules
        rows = database.execute(
            f"SELECT {', '.join(_SHOWN)} FROM evidence WHERE {is_any('account', (found.subject,))} "
            "ORDER BY number, placed_at, attempt"
        ).fetchall()
    broken: list[dict[str, Any]] = [dict(zip(_SHOWN, row, strict=True)) for row in rows]
    verdicts = [_verdict(finding, any(row["rule"] == finding.rule for row in broken)) for finding in findings]
    return {own.RULES: pretty(rulebook), own.VERDICTS: pretty({"verdicts": verdicts, "violations": broken})}


def _verdict(finding: RuleFinding, broken: bool) -> Verdict:
    standing: Standing = "unknown" if finding.missing else "clean"
    if broken:
        standing = "warned" if finding.warns else "violated"
    elif finding.standing == "not judged":
        standing = "not judged"
    return Verdict(finding.rule, finding.pack, finding.status, finding.source, standing, finding.missing)


def _set_apart(found: Found, history: History, folder: Path) -> None:
    """Write a history of all that rules may count for an account, and of nothing else."""
    database, account = history.database, (found.subject,)
    persons, numbers = persons_of(found.rows), numbers_of(found.rows)
    keys = {"account": account, "person": persons, "endpoint": numbers}
    attempts: set[str] = set()
    for column, values in keys.items():  # each by itself, for the files' statistics answer no OR
        attempts.update(
            name
            for (name,) in database.execute(f"SELECT attempt FROM attempts WHERE {is_any(column, values)}").fetchall()
        )
    theirs = " OR ".join(is_any(column, values) for column, values in keys.items())
    chosen = {
        "attempts": is_any("attempt", attempts),
        "earlier": theirs,
        "inbound": f"{is_any('account', account)} OR {is_any('person', persons)}",
        "consents": is_any("person", persons),
        "suppressions": is_any("key", {*account, *persons, *numbers}),
    }
    for table in history.known & chosen.keys():
        order = "ORDER BY placed_at, attempt" if table == "attempts" else ""
        target = str(folder / f"{table}.parquet").replace("'", "''")
        database.execute(f"COPY (FROM {table} WHERE {chosen[table]} {order}) TO '{target}' (FORMAT PARQUET)").fetchall()
