"""The gate that every contact passes: all rules are asked, any may deny, what is not known denies."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

import msgspec

from strategies.compliance.consents import Consents
from strategies.compliance.counters import Counted, Counter, Key, counted
from strategies.compliance.judges import (
    ALLOWED,
    NEVER,
    ConsentJudge,
    HolidaysJudge,
    HoursJudge,
    Judge,
    LastResortJudge,
    WindowJudge,
    bounds_ns,
)
from strategies.compliance.misses import Misses, Row
from strategies.compliance.records import Consent, Contact, PastContact, Reach, Reason, Topic, Verdict
from strategies.compliance.rulebook import (
    ConsentNeeded,
    ContactRule,
    Duty,
    Frequency,
    Holidays,
    Hours,
    LastResort,
    Lockout,
    Rule,
    Rulebook,
    Scope,
    Setting,
)
from strategies.compliance.scope import binds, is_about
from strategies.compliance.timetable import Bound, Timetable
from strategies.compliance.windows import longest_ns

SUPPRESSION = "do-not-contact"
"""The rule id of a denial that no rulebook can switch off."""

SUPPRESSION_SCOPES: tuple[Scope, ...] = ("person", "account", "number")

_ROUNDS = 64
"""How often the search for the next allowed instant jumps ahead; ten cover a week of holidays."""

Kind: TypeAlias = tuple[str, str, str, str, bool, tuple[str, ...]]
"""All of a contact that decides which rules have a say."""


class _Binding(msgspec.Struct, frozen=True):
    """The rules about one kind of contact, and what counts it.

    `recurring` are the rules that may deny again after they have allowed. The others, windows over what
    has happened, let go once and for all as long as nothing new happens. `lapsing` adds to them the rules that
    a consent excuses, which deny again when it ends.
    """

    rules: Timetable
    recurring: Timetable
    lapsing: Timetable
    counters: list[Counter]


class _Pending(msgspec.Struct, frozen=True, array_like=True):
    contact: Contact
    reserved_ns: int


class _State(msgspec.Struct, frozen=True, array_like=True):
    latest_ns: int
    suppressed: list[tuple[str, str, str, str]]
    consents: list[Consent]
    pending: list[tuple[str, _Pending]]
    counters: list[tuple[Counted, list[tuple[Key, list[int]]]]]
    misses: list[tuple[str, list[tuple[str, Row]]]]
    withdrawn: list[tuple[str, Topic, str, int]] = []


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
        self._misses = {rule.zone: Misses(rule.zone) for rule in rulebook.rules if isinstance(rule, LastResort)}
        self._consents = Consents()
        asked = (rule for rule in rulebook.rules if not isinstance(rule, Setting | Duty))
        self._rules = [(rule, self._bind(rule)) for rule in asked]
        self._by_kind: dict[Kind, _Binding] = {}
        self._pending: dict[str, _Pending] = {}
        self._suppressed: dict[tuple[str, str, str], str] = {}
        self._latest_ns = 0

    def check(self, contact: Contact, t_ns: int) -> Verdict:
        """Return whether `contact` may be made at `t_ns`, with every rule that says no. Changes nothing."""
        binding = self._for(contact)
        reasons = self._suppressions(contact) if self._suppressed else []
        warnings: list[Reason] = []
        consents = contact.person in self._consents
        _, _, checked, rules = binding.rules.at(contact.zones, t_ns)
        for bound, ask, until_ns in rules:
            if ask is not None:
                until_ns = ask(contact, t_ns)
                if until_ns == ALLOWED:
                    continue
            if consents and self._agreed(bound, contact, t_ns):
                continue
            rule, until_ns = bound.judge.rule, min(until_ns, bound.end_ns)
            detail = bound.judge.detail(contact, t_ns)
            reason = Reason(rule.id, rule.source, detail, None if until_ns == NEVER else until_ns)
            (warnings if bound.warns else reasons).append(reason)
        if not reasons:
            return Verdict(checked, (), None, tuple(warnings))
        waits = [reason.until_ns for reason in reasons if reason.until_ns is not None]
        until = self._next_allowed(binding, contact, max(waits)) if len(waits) == len(reasons) else None
        return Verdict(checked, tuple(reasons), until, tuple(warnings))

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
        for counter in self._for(contact).counters:
            counter.reserve(contact, t_ns)
        for misses in self._misses.values():
            misses.reserve(contact)

    def settle(self, attempt: str, reach: Reach, t_ns: int) -> None:
        """Say how far `attempt` got. Caps keep the time of its reservation, lockouts start at `t_ns`.

        Raises
        ------
        KeyError
            When `attempt` was not reserved or is settled already.
        """
        pending = self._pending.pop(attempt)
        self._latest_ns = max(self._latest_ns, t_ns)
        for counter in self._for(pending.contact).counters:
            counter.settle(pending.contact, pending.reserved_ns, reach, t_ns)
        for misses in self._misses.values():
            misses.settle(pending.contact, reach, t_ns)

    def record(self, contact: Contact, reach: Reach, t_ns: int) -> None:
        """Note that the person got in touch at `t_ns`: for the rules that count this too. It is never denied."""
        self._latest_ns = max(self._latest_ns, t_ns)
        for counter in self._for(contact).counters:
            counter.record(contact, reach, t_ns)
        for misses in self._misses.values():
            misses.record(contact, reach)

    def remember(self, past: PastContact) -> None:
        """Count a contact from before the run; those about one account come in the order in which they ended.

        One of which nobody knows what became counts as the worst that it can have become, for good.
        """
        contact, begun_ns = past.contact, past.begun_ns
        if past.inbound:
            self.record(contact, past.reach or "conversation", begun_ns)
            return
        ended_ns = begun_ns if past.ended_ns is None else past.ended_ns
        for counter in self._for(contact).counters:
            counter.reserve(contact, begun_ns)
            if past.reach is not None:
                counter.settle(contact, begun_ns, past.reach, ended_ns)
        for misses in self._misses.values():
            misses.reserve(contact)
            if past.reach is not None:
                misses.settle(contact, past.reach, ended_ns)

    def give(self, consent: Consent) -> None:
        """Note what a person has agreed to."""
        self._consents.give(consent)

    def withdraw(self, person: str, topic: Topic, t_ns: int, channel: str = "") -> None:
        """Forget what a person had agreed to, for one channel or for all."""
        self._consents.withdraw(person, topic, t_ns, channel)

    def has_consent(self, consent: Consent) -> bool:
        """Tell whether `consent` is known already, or was withdrawn since."""
        return consent in self._consents.all_of(consent.person) or self._consents.ended(consent)

    def is_suppressed(self, scope: str, key: str, channel: str = "") -> bool:
        """Tell whether this very suppression is known."""
        return (scope, key, channel) in self._suppressed

    def suppress(self, scope: str, key: str, source: str, channel: str = "") -> None:
        """Never again allow a contact of this ``person``, ``account`` or ``number``, by one channel or by any.

        Raises
        ------
        ValueError
            When `scope` is none of these.
        """
        if scope not in SUPPRESSION_SCOPES:
            raise ValueError(f"{scope} cannot be suppressed; use one of {', '.join(SUPPRESSION_SCOPES)}")
        self._suppressed.setdefault((scope, key, channel), source)

    def state(self) -> bytes:
        """Return everything that the gate remembers. Equal histories give equal bytes.

        What no rule can need any more is dropped, here and in memory.
        """
        for counter in self._counters.values():
            counter.forget(self._latest_ns)
        self._consents.forget(self._latest_ns)
        state = _State(
            self._latest_ns,
            sorted((*place, source) for place, source in self._suppressed.items()),
            self._consents.all(),
            sorted(self._pending.items(), key=lambda item: item[0]),
            [(what, sorted(counter.times.items())) for what, counter in self._counters.items()],
            [(zone, sorted(misses.rows.items())) for zone, misses in self._misses.items()],
            self._consents.withdrawn(),
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
        counted_by = [what for what, _ in saved.counters], [zone for zone, _ in saved.misses]
        if counted_by != (list(gate._counters), list(gate._misses)):
            raise ValueError("the state of the compliance gate belongs to another rulebook")
        gate._latest_ns = saved.latest_ns
        gate._suppressed = {(scope, key, channel): source for scope, key, channel, source in saved.suppressed}
        for person, topic, channel, t_ns in saved.withdrawn:
            gate._consents.withdraw(person, topic, t_ns, channel)
        for consent in saved.consents:
            gate._consents.give(consent)
        gate._pending = dict(saved.pending)
        for what, times in saved.counters:
            gate._counters[what].times.update(times)  # the judges hold this very table
        for zone, rows in saved.misses:
            gate._misses[zone].rows = dict(rows)
        return gate

    def _bind(self, rule: ContactRule) -> Bound:
        start_ns, end_ns = bounds_ns(rule)
        return Bound(self._judge(rule), start_ns, end_ns, rule.warns, rule.unless_consent, rule.consent_days)

    def _judge(self, rule: ContactRule) -> Judge:
        match rule:
            case Hours():
                return HoursJudge(rule)
            case Holidays():
                return HolidaysJudge(rule)
            case Frequency() | Lockout():
                return WindowJudge(rule, self._counters[counted(rule)])
            case ConsentNeeded():
                return ConsentJudge(rule, self._consents)
            case LastResort():
                return LastResortJudge(rule, self._misses[rule.zone])

    def _for(self, contact: Contact) -> _Binding:
        """Return what has a say about contacts of this kind."""
        kind = (contact.purpose, contact.channel, contact.mode, contact.party, contact.agreed, contact.places)
        found = self._by_kind.get(kind)
        if found is None:
            rules = [bound for rule, bound in self._rules if binds(rule, contact)]
            denying = [bound for bound in rules if not bound.warns]
            recurring = [bound for bound in denying if bound.start_ns > ALLOWED or not bound.judge.lets_go_for_good]
            found = self._by_kind[kind] = _Binding(
                Timetable(rules),
                Timetable(recurring),
                Timetable([bound for bound in denying if bound in recurring or bound.topic]),
                [counter for what, counter in self._counters.items() if is_about(what.applies, contact)],
            )
        return found

    def _agreed(self, bound: Bound, contact: Contact, t_ns: int) -> bool:
        """Tell whether the person has agreed to what the rule would deny."""
        return bound.topic is not None and self._consents.covers(contact, bound.topic, t_ns, bound.days)

    def _suppressions(self, contact: Contact) -> list[Reason]:
        places = [(scope, getattr(contact, scope)) for scope in SUPPRESSION_SCOPES]
        if contact.about:
            places.append(("person", contact.about))
        sources = (self._suppressed.get((*place, channel)) for place in places for channel in ("", contact.channel))
        return [Reason(SUPPRESSION, source, "do_not_contact", None) for source in sources if source is not None]

    def _next_allowed(self, binding: _Binding, contact: Contact, t_ns: int) -> int | None:
        """Return the first instant from `t_ns` on at which all rules allow; None when none is found.

        Each rule denies up to the instant that it names, so the latest of them, `t_ns`, is the first candidate.
        """
        consents = contact.person in self._consents
        table = binding.lapsing if consents else binding.recurring
        for _ in range(_ROUNDS):
            until = ALLOWED
            for bound, ask, own in table.far(contact.zones, t_ns).rules:
                if ask is not None:
                    own = ask(contact, t_ns)
                if own > until and not (consents and self._agreed(bound, contact, t_ns)):
                    until = max(until, min(own, bound.end_ns))
            if until == ALLOWED:
                return t_ns
            if until == NEVER:
                return None
            t_ns = until
        return None


def _counters(rules: Iterable[Rule]) -> dict[Counted, Counter]:
    counters: dict[Counted, Counter] = {}
    for rule in rules:
        if isinstance(rule, Frequency | Lockout):
            counter = counters.setdefault(counted(rule), Counter(counted(rule), 0))
            counter.horizon_ns = max(counter.horizon_ns, longest_ns(rule.window))
    return counters
