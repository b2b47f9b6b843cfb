"""What the record of a contact must show: recording, message to the abandoned, identity check, a long enough ring."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from dialer.core.call import CONTACTS
from dialer.insight.audit.binding import Binding
from dialer.insight.audit.facts import Facts
from dialer.insight.audit.records import Required, Terms
from dialer.insight.tables import Database
from strategies.compliance.rulebook import Setting

US_PER_S = 1_000_000

CHECKS: tuple[Required, ...] = get_args(Required)
"""The checks of the record; `dialer.insight.texts.audit` has what they ask for."""

_CONTACTS = ", ".join(f"'{name}'" for name in CONTACTS)


def judge_record(facts: Facts, index: int, check: Required, terms: Terms) -> tuple[int, int]:
    """Add to ``finding`` the contacts whose record fails a check.

    Returns
    -------
    tuple of int
        How many contacts it is about, and of how many of them the record does not say.
    """
    concerned, failed, unsaid = _conditions(check, terms, facts)
    facts.database.execute(
        f"INSERT INTO finding (n, rule, missing) SELECT n, {index}, '' FROM numbered WHERE {concerned} AND {failed}"
    ).fetchall()
    ((contacts, unknown),) = facts.database.execute(
        f"SELECT count(*), count(*) FILTER (WHERE {unsaid}) FROM attempts WHERE {concerned}"
    ).fetchall()
    return contacts, unknown


def judge_rings(facts: Facts, rules: Mapping[int, Setting], bindings: Mapping[int, Binding]) -> None:
    """Add to ``finding`` the calls that were given up before they had rung as long as a rule asks."""
    if not rules:
        return
    least_us = {index: int((rule.at_least or 0) * US_PER_S) for index, rule in rules.items()}
    facts.database.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE suspect AS
        SELECT n, t, kind, places, agreed, inbound, rang_at_most FROM (
            SELECT n, epoch_us(ended_at) - epoch_us(coalesce(ringing_at, placed_at)) AS rang_at_most
            FROM numbered
            WHERE channel = 'call' AND answered_at IS NULL AND disposition IN ('no_answer', 'cancelled')
                AND ended_at IS NOT NULL
        ) AS given_up JOIN event USING (n) WHERE rang_at_most < {max(least_us.values())}
        """
    ).fetchall()
    for index in rules:
        facts.database.execute(
            f"INSERT INTO finding (n, rule, missing) SELECT n, {index}, {bindings[index].missing} FROM suspect "
            f"WHERE {bindings[index].may} AND rang_at_most < {least_us[index]}"
        ).fetchall()


def tells_messages(database: Database, terms: Terms) -> bool:
    """Return whether a message that the log does not know of was not heard."""
    if terms.tells_messages is not None:
        return terms.tells_messages
    return bool(database.execute("SELECT attempt FROM attempts WHERE message_at IS NOT NULL LIMIT 1").fetchall())


def _conditions(check: Required, terms: Terms, facts: Facts) -> tuple[str, str, str]:
    """Return what a check is about, when it fails, and when the log does not say."""
    match check:
        case "recording":
            about = f"channel = 'call' AND (bridged_at IS NOT NULL OR disposition IN ({_CONTACTS}))"
            return about, "recording = ''", "recording IS NULL"
        case "identification":
            return f"channel = 'call' AND disposition IN ({_CONTACTS})", "identified = FALSE", "identified IS NULL"
        case "message":
            stayed = f"epoch_us(ended_at) - epoch_us(answered_at) >= {int(terms.message_s * US_PER_S)}"
            told = "TRUE" if tells_messages(facts.database, terms) else "FALSE"
            return (
                "disposition = 'abandoned'",
                f"message_at IS NULL AND {stayed} AND {told}",
                f"message_at IS NULL AND (ended_at IS NULL OR answered_at IS NULL OR {stayed} AND NOT {told})",
            )
