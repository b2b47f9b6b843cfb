"""What the rows of a history tell of one call, one account or one agent: the same moments that a journal tells.

A history knows what happened, and not why: no rules that were asked, no pacing, nothing that was denied.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, time
from itertools import dropwhile
from typing import Any
from zoneinfo import ZoneInfo

from dialer.core.units import NS_PER_S
from dialer.insight.timeline.moments import (
    Instant,
    Moment,
    Timeline,
    Violation,
    Word,
    amount,
    channel_of,
    word_of,
)
from dialer.insight.timeline.rows import Found, Row
from dialer.journal.history import STATES
from dialer.ports.history import CLEAN

UNTOLD = Word("line_untold")
"""In place of what is null: not known."""

Told = tuple[str, tuple[Any, ...]]

_KERNEL_STATES = {ours: kernels for kernels, ours in STATES.items()}


def timeline_of(found: Found, zone: str) -> Timeline:
    """Return the rows about a subject as a timeline; `zone`: the clock of days of which no hour is known."""
    since = {row["attempt"]: _connected(row) for row in found.rows.get("attempts", ())}
    tell: Mapping[str, Callable[[Row], Iterator[Moment]]] = {
        "leads": _lead,
        "earlier": _earlier,
        "accounts": lambda row: _account(row, zone),
        "attempts": _attempt_of_agent if found.kind == "agent" else _attempt,
        "agents": _state,
        "quality": lambda row: _quality(row, since),
        "payments": _payment,
        "inbound": _inbound,
        "consents": _consent,
        "suppressions": _suppression,
    }
    moments = [moment for table, own in tell.items() for row in found.rows.get(table, ()) for moment in own(row)]
    moments.sort(key=lambda moment: moment.t_ns)
    return Timeline(found.subject, found.kind, moments, history=True, unknown=found.unknown)


def _attempt(row: Row) -> Iterator[Moment]:
    call = row["attempt"]

    def moment(at_us: int, what: str, *values: Any, because: tuple[Told, ...] = ()) -> Moment:
        return Moment("attempts", _ns(at_us), what, (call, *values), because)

    chosen = _chosen(row)
    if row["channel"] == "call":
        yield moment(row["placed_at"], "line_placed", _or_untold(row["endpoint"]), because=chosen)
    else:
        values = channel_of(row["channel"]), _or_untold(row["endpoint"])
        yield moment(row["placed_at"], "line_sent", *values, because=chosen)
    if row["ringing_at"] is not None:
        yield moment(row["ringing_at"], "line_ringing")
    answered, told = row["answered_at"], row["told_at"]
    if answered is not None and told is not None and told != answered:
        yield moment(answered, "line_picked_up")
    if answered is not None:
        yield moment(answered if told is None else told, f"line_answered_{row['answered_by'] or 'untold'}")
    if row["transfer_at"] is not None:
        yield moment(row["transfer_at"], "line_transfer")
    if row["bridged_at"] is not None:
        own = () if row["agent"] is None else (row["agent"],)
        yield moment(row["bridged_at"], "line_bridged" if own else "line_talking", *own)
    if row["message_at"] is not None:
        yield moment(row["message_at"], "line_message_over")
    ended = row["ended_at"]
    if ended is not None:
        cause = () if row["cause"] is None else (Word(f"cause_{row['cause']}"),)
        yield moment(ended, "line_ended" if cause else "line_over", *cause, because=_recorded(row))
    known = (told, answered, row["bridged_at"], row["message_at"], ended, row["placed_at"])
    closed = max(at for at in known if at is not None) if row["closed_at"] is None else row["closed_at"]
    if row["promise_cents"] is not None:
        yield moment(closed, "line_promised", amount(row["promise_cents"]), because=_known(due=row["promise_due"]))
    yield moment(closed, "line_closed", Word(row["disposition"]), because=_outcome(row))
    if row["ready_at"] is not None:
        yield moment(row["ready_at"], "line_wrapped")


def _attempt_of_agent(row: Row) -> Iterator[Moment]:
    """Yield what the agent had to do with: not what was before they were connected."""
    moments = _attempt(row)
    return (
        moments
        if row["bridged_at"] is None
        else dropwhile(lambda moment: moment.what not in ("line_bridged", "line_talking"), moments)
    )


def _chosen(row: Row) -> tuple[Told, ...]:
    """Return what an attempt says of how it came about."""
    own = {name: row[name] for name in ("about", "segment", "arm", "strategy", "attempt_number", "trunk")}
    party = None if row["party"] is None else _party(row["party"])
    return _known(party=party, **own, mode=None if row["mode"] is None else Word(f"mode_{row['mode']}"))


def _party(party: str) -> Word:
    return Word("party_contact" if party == "emergency contact" else f"party_{party}")


def _recorded(row: Row) -> tuple[Told, ...]:
    return (("line_unrecorded", ()),) if row["recording"] == "" else _known(recording=row["recording"])


def _outcome(row: Row) -> tuple[Told, ...]:
    identified = {None: (), True: (("line_identified", ()),), False: (("line_unidentified", ()),)}[row["identified"]]
    unsaid = (("line_end_untold", ()),) if row["channel"] == "call" and row["ended_at"] is None else ()
    return (*identified, *_known(callback=_instant(row["callback_at"])), *unsaid)


def _connected(row: Row) -> int:
    """Return from when the seconds of what was heard in a call are counted."""
    return next(at for at in (row["bridged_at"], row["answered_at"], row["placed_at"]) if at is not None)


def _quality(row: Row, since: Mapping[str, int]) -> Iterator[Moment]:
    begun = since.get(row["attempt"], max(since.values(), default=0))
    unsaid = () if row["attempt"] in since else (("line_when_untold", ()),)
    because = (*unsaid, *_known(speaker=row["agent"], evidence=row["evidence"]))
    at_ns = _ns(begun + round((row["from_s"] or 0.0) * 1_000_000))
    if row["violation"] == CLEAN:
        yield Moment("quality", at_ns, "line_clean", (row["attempt"],), because)
    else:
        yield Moment("quality", at_ns, "line_violation", (row["attempt"], Violation(row["violation"])), because)


def _lead(row: Row) -> Iterator[Moment]:
    values = row["campaign"], row["lead"], _or_untold(row["segment"]), _or_untold(row["priority"])
    yield Moment("leads", _ns(row["loaded_at"]), "line_loaded", values)


def _state(row: Row) -> Iterator[Moment]:
    values = Word(_KERNEL_STATES.get(row["state"], row["state"])), word_of(row["reason"]) if row["reason"] else "–"
    told = _known(until=_instant(row["to_at"]), campaign=row["campaign"], team=row["team"])
    yield Moment("agents", _ns(row["from_at"]), "line_agent_state", values, told)


def _payment(row: Row) -> Iterator[Moment]:
    yield Moment("payments", _ns(row["paid_at"]), "line_paid", (amount(row["cents"]),))


def _account(row: Row, zone: str) -> Iterator[Moment]:
    day = datetime.combine(datetime.fromisoformat(row["on_day"]), time(), ZoneInfo(zone))
    owed = None if row["balance_cents"] is None else amount(row["balance_cents"])
    told = _known(segment=row["segment"], dpd=row["dpd"], balance=owed)
    yield Moment("accounts", int(day.timestamp()) * NS_PER_S, "line_account_state", (row["on_day"],), told)


def _suppression(row: Row) -> Iterator[Moment]:
    values = Word(f"line_scope_{row['scope']}"), _or_untold(row["source"]), _channel(row["channel"])
    yield Moment("suppressions", _ns(row["since_at"]), "line_suppressed", values)


def _consent(row: Row) -> Iterator[Moment]:
    topic = Word(f"line_topic_{row['topic']}")
    if row["given"]:
        until = UNTOLD if row["until_at"] is None else Instant(_ns(row["until_at"]))
        values = topic, _or_untold(row["source"]), until
        yield Moment("consents", _ns(row["at"]), "line_consented", values)
    else:
        yield Moment("consents", _ns(row["at"]), "line_withdrew", (topic,))


def _inbound(row: Row) -> Iterator[Moment]:
    yield Moment("inbound", _ns(row["at"]), "line_received", (_channel(row["channel"]), _reach(row["reach"])))


def _earlier(row: Row) -> Iterator[Moment]:
    party = None if row["party"] is None else _party(row["party"])
    told = _known(
        channel=None if row["channel"] is None else channel_of(row["channel"]),
        party=party,
        reach=None if row["reach"] is None else _reach(row["reach"]),
        campaign=row["campaign"],
        endpoint=row["endpoint"],
        until=_instant(row["ended_at"]),
    )
    yield Moment("earlier", _ns(row["begun_at"]), "line_earlier", because=told)


def _known(**values: Any) -> tuple[Told, ...]:
    """Return the details whose values are known."""
    return tuple((f"line_with_{name}", (value,)) for name, value in values.items() if value is not None)


def _channel(channel: str | None) -> Any:
    return UNTOLD if channel is None else channel_of(channel) if channel else "–"


def _reach(reach: str | None) -> Word:
    return UNTOLD if reach is None else Word(f"line_reach_{reach}")


def _or_untold(value: Any) -> Any:
    return UNTOLD if value is None else value


def _instant(at_us: int | None) -> Instant | None:
    return None if at_us is None else Instant(_ns(at_us))


def _ns(at_us: int) -> int:
    return at_us * 1_000
