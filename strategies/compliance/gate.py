"""The gate that every contact passes: all rules are asked, any may deny, what is not known denies."""

from __future__ import annotations

from collections.abc import Iterable
from typing import get_args

import msgspec

from strategies.compliance.counters import Counted, Counter, Key, counted
from strategies.compliance.judges import (
    ALLOWED,
    NEVER,
    HolidaysJudge,
    HoursJudge,
    Judge,
    WindowJudge,
    bounds_ns,
)
from strategies.compliance.records import Contact, Reach, Reason, Verdict
from strategies.compliance.rulebook import (
    Applies,
    Channel,
    Frequency,
    Holidays,
    Hours,
    Lockout,
    Mode,
    Party,
    Purpose,
    Rule,
    Rulebook,
)
from strategies.compliance.windows import longest_ns

SUPPRESSION = "do-not-contact"
"""The rule id of a denial that no rulebook can switch off."""

SUPPRESSION_SCOPES = ("person", "account", "number")

_ROUNDS = 64
"""How often the search for the next allowed instant jumps ahead; ten cover a week of holidays."""

_WORDS = {
    "purpose": frozenset(get_args(Purpose)),
    "channel": frozenset(get_args(Channel)),
    "mode": frozenset(get_args(Mode)),
    "party": frozenset(get_args(Party)),
}
"""The fields by which a rule says whom it is about, and all that may stand there."""


class _Bound(msgspec.Struct, frozen=True):
    """A judge, and when its rule binds."""

    judge: Judge
    start_ns: int
    end_ns: int


class _Pending(msgspec.Struct, frozen=True, array_like=True):
    contact: Contact
    reserved_ns: int


class _State(msgspec.Struct, frozen=True, array_like=True):
    latest_ns: int
    suppressed: list[tuple[str, str, str]]
    pending: list[tuple[str, _Pending]]
    counters: list[tuple[Counted, list[tuple[Key, list[int]]]]]


class Gate:
    """The rules of a run with the counters that they need.

    Calls come in the order of the journal; the gate has no clock. A contact that was reserved counts
    at once, in every rule, as the worst that it can become, and goes on doing so until it is settled:
    two agents cannot both pass, and an attempt that a crash made unknown is not forgotten.

    Parameters
    ----------
    rulebook : Rulebook
        The rules. The empty rulebook allows whoever is not suppressed.
    """

    def __init__(self, rulebook: Rulebook) -> None:
        self._counters = _counters(rulebook.rules)
        # The search for the next allowed instant asks about the future; with judges of its own it
        # does not push the present out of their memory.
        self._rules = [(rule, self._bind(rule), self._bind(rule)) for rule in rulebook.rules]
        self._by_kind: dict[tuple[str, str, str, str, bool], tuple[list[_Bound], list[_Bound], list[Counter]]] = {}
        self._pending: dict[str, _Pending] = {}
        self._suppressed: dict[tuple[str, str], str] = {}
        self._latest_ns = 0

    def check(self, contact: Contact, t_ns: int) -> Verdict:
        """Return whether `contact` may be made at `t_ns`, with every rule that says no. Changes nothing."""
        binding, ahead, _ = self._for(contact)
        reasons = self._suppressions(contact) if self._suppressed else []
        checked = 0
        for bound in binding:
            if bound.start_ns <= t_ns < bound.end_ns:
                checked += 1
                until_ns = bound.judge.until(contact, t_ns)
                if until_ns != ALLOWED:
                    rule, until_ns = bound.judge.rule, min(until_ns, bound.end_ns)
                    detail = bound.judge.detail(contact, t_ns)
                    reasons.append(Reason(rule.id, rule.source, detail, None if until_ns == NEVER else until_ns))
        if not reasons:
            return Verdict(checked)
        waits = [reason.until_ns for reason in reasons if reason.until_ns is not None]
        until = _next_allowed(ahead, contact, max(waits)) if len(waits) == len(reasons) else None
        return Verdict(checked, tuple(reasons), until)

    def reserve(self, attempt: str, contact: Contact, t_ns: int) -> None:
        """Count `contact` from `t_ns` on, under the unique name `attempt`.

        Raises
        ------
        ValueError
            When `attempt` is reserved already.
        """
        if attempt in self._pending:
            raise ValueError(f"attempt {attempt} is reserved already")
        self._latest_ns = max(self._latest_ns, t_ns)
        self._pending[attempt] = _Pending(contact, t_ns)
        for counter in self._for(contact)[2]:
            counter.reserve(contact, t_ns)

    def settle(self, attempt: str, reach: Reach, t_ns: int) -> None:
        """Say how far `attempt` got. Caps keep the time of its reservation, lockouts start at `t_ns`.

        Raises
        ------
        KeyError
            When `attempt` was not reserved or is settled already.
        """
        pending = self._pending.pop(attempt)
        self._latest_ns = max(self._latest_ns, t_ns)
        for counter in self._for(pending.contact)[2]:
            counter.settle(pending.contact, pending.reserved_ns, reach, t_ns)

    def suppress(self, scope: str, key: str, source: str) -> None:
        """Never again allow a contact of this ``person``, ``account`` or ``number``.

        Raises
        ------
        ValueError
            When `scope` is none of these.
        """
        if scope not in SUPPRESSION_SCOPES:
            raise ValueError(f"{scope} cannot be suppressed; use one of {', '.join(SUPPRESSION_SCOPES)}")
        self._suppressed.setdefault((scope, key), source)

    def state(self) -> bytes:
        """Return everything that the gate remembers. Equal histories give equal bytes.

        What no rule can need any more is dropped, here and in memory.
        """
        for counter in self._counters.values():
            counter.forget(self._latest_ns)
        state = _State(
            self._latest_ns,
            sorted((scope, key, source) for (scope, key), source in self._suppressed.items()),
            sorted(self._pending.items(), key=lambda item: item[0]),
            [(what, sorted(counter.times.items())) for what, counter in self._counters.items()],
        )
        return msgspec.msgpack.encode(state)

    @classmethod
    def restore(cls, rulebook: Rulebook, state: bytes) -> Gate:
        """Return the gate that gave `state` under the same `rulebook`.

        Raises
        ------
        ValueError
            When the state is damaged or counts what other rules count.
        """
        gate = cls(rulebook)
        try:
            saved = msgspec.msgpack.decode(state, type=_State)
        except msgspec.MsgspecError as error:
            raise ValueError(f"the state of the compliance gate cannot be read: {error}") from error
        if [what for what, _ in saved.counters] != list(gate._counters):
            raise ValueError("the state of the compliance gate belongs to another rulebook")
        gate._latest_ns = saved.latest_ns
        gate._suppressed = {(scope, key): source for scope, key, source in saved.suppressed}
        gate._pending = dict(saved.pending)
        for what, times in saved.counters:
            gate._counters[what].times = dict(times)
        return gate

    def _bind(self, rule: Rule) -> _Bound:
        match rule:
            case Hours():
                return _Bound(HoursJudge(rule), *bounds_ns(rule))
            case Holidays():
                return _Bound(HolidaysJudge(rule), *bounds_ns(rule))
            case Frequency() | Lockout():
                return _Bound(WindowJudge(rule, self._counters[counted(rule)]), *bounds_ns(rule))

    def _for(self, contact: Contact) -> tuple[list[_Bound], list[_Bound], list[Counter]]:
        """Return the rules about contacts of this kind, the same for looking ahead, and their counters."""
        kind = (contact.purpose, contact.channel, contact.mode, contact.party, contact.agreed)
        found = self._by_kind.get(kind)
        if found is None:
            rules = [
                (now, ahead)
                for rule, now, ahead in self._rules
                if _is_about(rule.applies, contact) and not (rule.unless_agreed and contact.agreed)
            ]
            counters = [counter for what, counter in self._counters.items() if _is_about(what.applies, contact)]
            found = self._by_kind[kind] = [now for now, _ in rules], [ahead for _, ahead in rules], counters
        return found

    def _suppressions(self, contact: Contact) -> list[Reason]:
        found = ((scope, self._suppressed.get((scope, getattr(contact, scope)))) for scope in SUPPRESSION_SCOPES)
        return [
            Reason(SUPPRESSION, source, f"this {scope} must not be contacted", None)
            for scope, source in found
            if source is not None
        ]


def _counters(rules: Iterable[Rule]) -> dict[Counted, Counter]:
    counters: dict[Counted, Counter] = {}
    for rule in rules:
        if isinstance(rule, Frequency | Lockout):
            counter = counters.setdefault(counted(rule), Counter(counted(rule), 0))
            counter.horizon_ns = max(counter.horizon_ns, longest_ns(rule.window))
    return counters


def _is_about(applies: Applies, contact: Contact) -> bool:
    """Tell whether a rule is about `contact`. A word that nobody knows may mean anything, so the rule is."""
    asked = ((getattr(applies, field), getattr(contact, field), known) for field, known in _WORDS.items())
    return all(not words or word in words or word not in known for words, word, known in asked)


def _next_allowed(rules: list[_Bound], contact: Contact, t_ns: int) -> int | None:
    """Return the first instant from `t_ns` on at which all rules allow; None when none is found.

    Each rule denies up to the instant that it names, so the latest of them is the first candidate.
    """
    for _ in range(_ROUNDS):
        until = ALLOWED
        for rule in rules:
            if rule.start_ns <= t_ns < rule.end_ns:
                until = max(until, min(rule.judge.until(contact, t_ns), rule.end_ns))
        if until == ALLOWED:
            return t_ns
        if until == NEVER:
            return None
        t_ns = until
    return None
