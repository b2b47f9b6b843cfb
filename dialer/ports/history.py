"""The contract of a history: what happened on a floor, as tables, whoever's dialler made the calls.

A history is a folder with one Parquet file for each table of `TABLES`, or a folder of Parquet parts of
that name (``attempts/*.parquet``). Only ``attempts`` must exist. A table that is missing, like a value
that is null, says "not known": never "none", and never "no".

Instants are in UTC, to the microsecond. Amounts are whole hundredths of the currency. Persons, accounts
and endpoints are keyed references; a history holds no telephone number and no name.

``settings.json``, where the source knows it, holds the `dialer.core.settings.RunSettings` under which it all
happened.

Importers write histories; calibration, back-tests, audits and reports read them.
"""

from __future__ import annotations

import msgspec

from dialer.core.errors import InvariantError


class Column(msgspec.Struct, frozen=True):
    """A column of a table.

    Attributes
    ----------
    name : str
        Its name.
    type : str
        Its SQL type, in DuckDB's words.
    meaning : str
        What it says, with its unit.
    required : bool
        Whether a row without it is rejected.
    """

    name: str
    type: str
    meaning: str
    required: bool = False


_TEXT, _TEXTS, _INSTANT, _CENTS = "VARCHAR", "VARCHAR[]", "TIMESTAMPTZ", "BIGINT"

ATTEMPTS = (
    Column("attempt", _TEXT, "its id, which no other row has", required=True),
    Column("campaign", _TEXT, "the campaign that it belongs to", required=True),
    Column("channel", _TEXT, "call, sms, email, letter, push or visit", required=True),
    Column("lead", _TEXT, "what was to be dialled; rows of one lead are its attempts", required=True),
    Column("person", _TEXT, "who was to be reached"),
    Column("account", _TEXT, "the debt that it was about"),
    Column("party", _TEXT, "as whom the person was called: debtor, guarantor, emergency contact"),
    Column("about", _TEXT, "who owes, where somebody else was called"),
    Column("endpoint", _TEXT, "the number or address, as a keyed reference"),
    Column("segment", _TEXT, "the lead's group in the strategy"),
    Column("arm", _TEXT, "the side of the experiment that the person is on"),
    Column("strategy", _TEXT, "name, version and hash of the strategy that chose it"),
    Column("mode", _TEXT, "preview, progressive, ratio, predictive, robot or robot_then_human"),
    Column("attempt_number", "INTEGER", "which attempt of the lead it was, from 1"),
    Column("zones", _TEXTS, "every time zone where the person may be"),
    Column("places", _TEXTS, "every place whose law may bind, as in the rule packs"),
    Column("trunk", _TEXT, "the line group that it went out by"),
    Column("ring_timeout_s", "DOUBLE", "seconds that it would have rung at most"),
    Column("placed_at", _INSTANT, "when it was dialled or sent", required=True),
    Column("ringing_at", _INSTANT, "when the far end rang"),
    Column("answered_at", _INSTANT, "when somebody or something picked up"),
    Column("answered_by", _TEXT, "person, machine or unknown"),
    Column("told_at", _INSTANT, "when the carrier had told a person from a machine"),
    Column("transfer_at", _INSTANT, "when the person asked the robot for an agent"),
    Column("bridged_at", _INSTANT, "when person and agent heard each other"),
    Column("ended_at", _INSTANT, "when the line was free again"),
    Column("ready_at", _INSTANT, "when the agent's work after the call was done"),
    Column("closed_at", _INSTANT, "when it was known how it had ended: for a conversation, when the agent entered it"),
    Column("message_at", _INSTANT, "when an abandoned person had heard the message to its end"),
    Column("agent", _TEXT, "who talked"),
    Column("disposition", _TEXT, "how it ended, in the words of dialer.core.call.DISPOSITIONS", required=True),
    Column("cause", _TEXT, "why the line ended, in the words of dialer.core.call.CAUSES"),
    Column("identified", "BOOLEAN", "whether the person was confirmed before the debt was spoken of"),
    Column("promise_cents", _CENTS, "how much was promised"),
    Column("promise_due", "DATE", "when it was to be paid"),
    Column("callback_at", _INSTANT, "when the person asked to be called again"),
    Column("recording", _TEXT, "where the recording is; empty for a call that was not recorded"),
    Column("fields", "MAP(VARCHAR, VARCHAR)", "other fields of the lead"),
)

LEADS = (
    Column("campaign", _TEXT, "the campaign that was to work it", required=True),
    Column("lead", _TEXT, "its id", required=True),
    Column("loaded_at", _INSTANT, "from when it could be dialled", required=True),
    Column("person", _TEXT, "who was to be reached"),
    Column("account", _TEXT, "the debt that it is about"),
    Column("segment", _TEXT, "its group in the strategy"),
    Column("priority", "INTEGER", "higher goes first"),
    Column("endpoints", _TEXTS, "its numbers as keyed references, best first"),
    Column("zones", _TEXTS, "every time zone where the person may be"),
    Column("places", _TEXTS, "every place whose law may bind, as in the rule packs"),
    Column("answer_share", "DOUBLE", "chance of an answer as far as it was known before"),
)

AGENTS = (
    Column("agent", _TEXT, "who", required=True),
    Column("state", _TEXT, "offline, paused, idle, reserved, talking or wrap", required=True),
    Column("from_at", _INSTANT, "since when", required=True),
    Column("to_at", _INSTANT, "until when; null where the log ends before"),
    Column("reason", _TEXT, "of a pause"),
    Column("campaign", _TEXT, "for which campaign"),
    Column("team", _TEXT, "the agent's team"),
)

PAYMENTS = (
    Column("account", _TEXT, "what was paid on", required=True),
    Column("paid_at", _INSTANT, "when the money came", required=True),
    Column("cents", _CENTS, "how much", required=True),
)

ACCOUNTS = (
    Column("account", _TEXT, "the debt", required=True),
    Column("on_day", "DATE", "the day that the row describes", required=True),
    Column("person", _TEXT, "who owes"),
    Column("segment", _TEXT, "its group on that day"),
    Column("dpd", "INTEGER", "days past due"),
    Column("balance_cents", _CENTS, "what is owed"),
)

SUPPRESSIONS = (
    Column("scope", _TEXT, "person, account or number", required=True),
    Column("key", _TEXT, "the reference in that scope", required=True),
    Column("since_at", _INSTANT, "from when", required=True),
    Column("source", _TEXT, "who said so"),
    Column("channel", _TEXT, "the channel that is stopped; empty for all"),
)

CONSENTS = (
    Column("person", _TEXT, "who", required=True),
    Column("topic", _TEXT, "to what, in the words of the rule packs", required=True),
    Column("at", _INSTANT, "when it was said", required=True),
    Column("given", "BOOLEAN", "whether it was given or withdrawn", required=True),
    Column("until_at", _INSTANT, "until when it holds"),
    Column("account", _TEXT, "for which account; empty for all"),
    Column("channel", _TEXT, "for which channel; empty for all"),
    Column("source", _TEXT, "the evidence"),
)

INBOUND = (
    Column("person", _TEXT, "who called or wrote", required=True),
    Column("at", _INSTANT, "when", required=True),
    Column("channel", _TEXT, "by what", required=True),
    Column("account", _TEXT, "about which account"),
    Column("reach", _TEXT, "message, person or conversation"),
)

EARLIER = (
    Column("begun_at", _INSTANT, "when it was begun", required=True),
    Column("person", _TEXT, "who was to be reached"),
    Column("account", _TEXT, "the debt that it was about"),
    Column("endpoint", _TEXT, "the number or address, as a keyed reference"),
    Column("campaign", _TEXT, "the campaign that it belonged to"),
    Column("channel", _TEXT, "as of an attempt"),
    Column("mode", _TEXT, "agent or robot"),
    Column("purpose", _TEXT, "collections, telemarketing or informational"),
    Column("party", _TEXT, "as of an attempt"),
    Column("ended_at", _INSTANT, "when it was over"),
    Column("reach", _TEXT, "how far it got, in the words of strategies.compliance.records.Reach"),
)
"""Contacts from before the log, which rules may count; nobody judges them."""

CLEAN = "none"
"""The word of the table ``quality`` for a call that was judged and in which nothing was wrong."""

QUALITY = (
    Column("attempt", _TEXT, "the call", required=True),
    Column("violation", _TEXT, f"what was wrong in it; {CLEAN}: it was judged, and nothing was", required=True),
    Column("agent", _TEXT, "who said it"),
    Column("from_s", "DOUBLE", "seconds after the connection"),
    Column("duration_s", "DOUBLE", "how long"),
    Column("evidence", _TEXT, "the words, without names and numbers"),
)

TABLES = {
    "attempts": ATTEMPTS,
    "leads": LEADS,
    "agents": AGENTS,
    "payments": PAYMENTS,
    "accounts": ACCOUNTS,
    "suppressions": SUPPRESSIONS,
    "consents": CONSENTS,
    "inbound": INBOUND,
    "earlier": EARLIER,
    "quality": QUALITY,
}
"""The tables of a history with their columns, in order."""


SETTINGS_FILE = "settings.json"


def sql_columns(table: str) -> str:
    """Return the columns of `table` as SQL declares them, comma-separated."""
    if table not in TABLES:
        raise InvariantError(f"a history has no table {table}")
    return ", ".join(f'"{column.name}" {column.type}' for column in TABLES[table])
