"""The adapters that come with Paceline, by the names that configurations use."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from adapters.telephony.asterisk import AsteriskSection, AsteriskTelephony
from adapters.telephony.freeswitch import FreeswitchSection, FreeswitchTelephony
from dialer.ports.clock import Clock
from dialer.ports.telephony import Telephony
from strategies.document import Section


class TelephonyAdapter(NamedTuple):
    """One way to place calls.

    Attributes
    ----------
    says : str
        What it is for, in one sentence.
    section : type
        Its part of a run's file.
    make : callable
        Builds it from that section, an address book, a clock, and a folder for what it must remember.
    """

    says: str
    section: type[Section]
    make: Callable[[Section, Callable[[str], str], Clock, Path], Telephony]


def _asterisk(section: Section, number: Callable[[str], str], clock: Clock, folder: Path) -> Telephony:
    assert isinstance(section, AsteriskSection)
    return AsteriskTelephony(section.model_copy(update={"ledger": folder / section.ledger}), number, clock)


def _freeswitch(section: Section, number: Callable[[str], str], clock: Clock, folder: Path) -> Telephony:
    assert isinstance(section, FreeswitchSection)
    return FreeswitchTelephony(section.model_copy(update={"ledger": folder / section.ledger}), number, clock)


TELEPHONY = {
    "asterisk": TelephonyAdapter("one or several Asterisks as a trunk group, over ARI", AsteriskSection, _asterisk),
    "freeswitch": TelephonyAdapter(
        "one or several FreeSWITCHes as a trunk group, over ESL; not yet verified against a real FreeSWITCH",
        FreeswitchSection,
        _freeswitch,
    ),
}
"""By name. The embedded carrier is the simulator's and no adapter: it reaches nobody."""
