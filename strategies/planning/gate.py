"""The gate itself, with what it would remember of some persons at an instant."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import duckdb

from strategies.compliance.gate import SUPPRESSION_SCOPES, Gate
from strategies.compliance.records import Consent, Contact
from strategies.compliance.rulebook import ContactRule, Frequency, Lockout, Rulebook
from strategies.planning.history import KEYS, past_contacts


def gate_for(
    database: duckdb.DuckDBPyConnection,
    rules: Sequence[ContactRule],
    contacts: Collection[Contact],
    at_ns: int,
) -> Gate:
    """Return the gate under `rules` that knows, up to `at_ns`, all that matters to `contacts`.

    `database` has the tables ``history``, ``suppressed`` and ``consent``.
    """
    gate = Gate(Rulebook(rules=tuple(rules)))
    database.execute(
        "CREATE OR REPLACE TEMP TABLE asked (person VARCHAR, account VARCHAR, number VARCHAR, about VARCHAR)"
    ).fetchall()
    if contacts:
        rows = [(contact.person, contact.account, contact.number, contact.about) for contact in contacts]
        database.executemany("INSERT INTO asked VALUES (?, ?, ?, ?)", rows).fetchall()
    about = " OR ".join(f"{KEYS[scope]} IN (SELECT {scope} FROM asked)" for scope in ("person", "account", "number"))
    if any(isinstance(rule, Frequency | Lockout) and rule.key == ("campaign",) for rule in rules):
        about = "TRUE"
    for past in past_contacts(database, about, at_ns):
        gate.remember(past)
    keys = " OR ".join(f"scope = '{scope}' AND key IN (SELECT {scope} FROM asked)" for scope in SUPPRESSION_SCOPES)
    about_them = f"{keys} OR scope = 'person' AND key IN (SELECT about FROM asked)"
    query = f"SELECT scope, key, channel, coalesce(source, '') FROM suppressed WHERE {about_them} ORDER BY ALL"
    for scope, key, channel, source in database.execute(query).fetchall():
        gate.suppress(scope, key, source, channel)
    query = (
        "SELECT person_id, topic, given_ns, source, until_ns, account_id, channel FROM consent "
        "WHERE person_id IN (SELECT person FROM asked)"
    )
    for row in database.execute(query).fetchall():
        gate.give(Consent(*row))
    return gate
