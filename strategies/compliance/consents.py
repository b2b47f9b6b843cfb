"""What persons have agreed to, and whether it still holds."""

from __future__ import annotations

from collections.abc import Callable
from typing import get_args

from strategies.compliance.localtime import NS_PER_DAY
from strategies.compliance.records import Consent, Contact, Topic
from strategies.compliance.rulebook import Channel


class Consents:
    """Every consent that has not been withdrawn, by person."""

    def __init__(self) -> None:
        self._given: dict[str, list[Consent]] = {}
        self._withdrawn: dict[tuple[str, Topic, str], int] = {}

    def __contains__(self, person: str) -> bool:
        return person in self._given

    def give(self, consent: Consent) -> None:
        """Note a consent. The same one twice is one; one that was withdrawn after it was given is none."""
        if self.ended(consent):
            return
        known = self._given.setdefault(consent.person, [])
        if consent not in known:
            known.append(consent)

    def withdraw(self, person: str, topic: Topic, t_ns: int, channel: str = "") -> None:
        """Forget what `person` agreed to under `topic`: for one channel, or for all when it is empty.

        A consent for all channels ends with the withdrawal of any: which of the others was meant to stay
        is not known. What was given up to `t_ns` cannot be brought in again, from an older list.
        """
        key = (person, topic, channel)
        self._withdrawn[key] = max(t_ns, self._withdrawn.get(key, t_ns))
        self._keep(person, lambda one: one.topic != topic or bool(channel and one.channel not in ("", channel)))

    def covers(self, contact: Contact, topic: Topic, t_ns: int, days: int | None = None) -> bool:
        """Tell whether the person of `contact` has agreed to `topic` at `t_ns`, no more than `days` days ago."""
        return any(
            one.topic == topic
            and one.account in ("", contact.account)
            and one.channel in ("", contact.channel)
            and one.given_ns <= t_ns
            and (one.until_ns is None or t_ns < one.until_ns)
            and (days is None or t_ns < one.given_ns + days * NS_PER_DAY)
            for one in self._given.get(contact.person, ())
        )

    def ended(self, consent: Consent) -> bool:
        """Tell whether `consent` was withdrawn after it was given."""
        channels = ("", consent.channel) if consent.channel else ("", *get_args(Channel))
        times = (self._withdrawn.get((consent.person, consent.topic, channel)) for channel in channels)
        return any(t_ns is not None and consent.given_ns <= t_ns for t_ns in times)

    def all_of(self, person: str) -> list[Consent]:
        """Return what `person` has agreed to."""
        return self._given.get(person, [])

    def withdrawn(self) -> list[tuple[str, Topic, str, int]]:
        """Return every withdrawal, with its instant, in one fixed order."""
        return sorted((*key, t_ns) for key, t_ns in self._withdrawn.items())

    def all(self) -> list[Consent]:
        """Return every consent in one fixed order."""
        return sorted((one for found in self._given.values() for one in found), key=_order)

    def forget(self, t_ns: int) -> None:
        """Drop what had ended at `t_ns`."""
        for person in list(self._given):
            self._keep(person, lambda one: one.until_ns is None or t_ns < one.until_ns)

    def _keep(self, person: str, wanted: Callable[[Consent], bool]) -> None:
        kept = [one for one in self._given.pop(person, ()) if wanted(one)]
        if kept:
            self._given[person] = kept


def _order(consent: Consent) -> tuple[object, ...]:
    until_ns = consent.given_ns if consent.until_ns is None else consent.until_ns
    return consent.person, consent.topic, consent.given_ns, until_ns, consent.account, consent.channel, consent.source
