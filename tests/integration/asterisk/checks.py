"""What must be true of a campaign on a real telephone system, whatever happened to it."""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from adapters.journal.sqlite import SqliteJournal
from dialer.core import effects as f
from dialer.core import events as e
from dialer.core.agent import AGENT
from dialer.core.kernel import Kernel
from dialer.core.settings import CampaignSettings
from dialer.journal.entry import decode_effects, decode_event
from dialer.journal.replay import replay
from tests.integration.asterisk.floor import Shift
from tools.rig.rig import Rig

UNCERTAIN = {"lost", "abandoned", "early_hangup", "no_disposition", "congestion", "cancelled", "failed", "no_answer"}
"""How an attempt may end when the telephone system, the line to it, or Paceline failed during it."""


GRACE_S = CampaignSettings("", "ratio").answer_grace_s


@dataclass(frozen=True)
class Found:
    """What a journal tells: attempts by outcome and disposition, and how many abandoned heard the message."""

    closed: Counter[tuple[str, str]]
    abandoned: int
    heard: int
    bridged: int


def check(shift: Shift, place: Path, rig: Rig, dialled_before: int, *, faults: bool = False) -> Found:
    """Check a shift that came to its end, by its journal, by what the carrier saw, and by what is left at Asterisk.

    Parameters
    ----------
    dialled_before
        How many numbers the carrier had seen before it.
    faults
        Whether something failed during it, so that attempts may end otherwise than the carrier was told.
    """
    numbers = Counter(rig.carrier.dialled()[dialled_before:])
    found = check_journal(shift, place, numbers, faults=faults)
    assert "0 active channels" in rig.asterisk.command("core show channels count"), "a call is still up"
    return found


def check_journal(shift: Shift, place: Path, numbers: Counter[str], *, faults: bool = False) -> Found:
    """Check the journal of a shift that came to its end. `numbers`: how often each was dialled."""
    with closing(SqliteJournal.reader(place / "run.journal")) as journal:
        report = replay(journal, Kernel)
        assert report.divergence is None, str(report.divergence)
        entries = [(decode_event(record), decode_effects(record)) for record in journal.read()]
    placed: set[str] = set()
    bridged = heard = 0
    closes: dict[str, f.CloseAttempt] = {}
    agents: dict[str, str] = {}
    finished: set[str] = set()
    for event, effects in entries:
        match event:
            case e.EngineStarted():
                agents.clear()
            case e.MessageFinished():
                finished.add(event.call)
            case _:
                pass
        for effect in effects:
            match effect:
                case f.PlaceCall():
                    assert effect.call not in placed
                    placed.add(effect.call)
                case f.CloseAttempt():
                    assert effect.call not in closes, f"{effect.call} was closed twice"
                    closes[effect.call] = effect
                case f.SetAgentState():
                    agents[effect.agent] = effect.state
                case _:
                    pass
    assert closes.keys() == placed, f"without an end: {sorted(placed - closes.keys())}"
    assert len(closes) == shift.leads
    assert not {agent: state for agent, state in agents.items() if state in ("reserved", "in_call")}
    assert set(agents.values()) <= set(AGENT.states)

    twice = [shift.outcome(at) for at in range(shift.leads) if numbers[shift.number(at)] > 1]
    assert not twice, f"dialled twice: {twice}"
    if not faults:
        assert sum(numbers.values()) == shift.leads

    found: Counter[tuple[str, str]] = Counter()
    abandoned = 0
    for close in closes.values():
        outcome = shift.outcome(int(close.lead.removeprefix("l")))
        allowed = shift.dispositions(outcome) | (UNCERTAIN if faults else set())
        assert close.disposition in allowed, f"{outcome} became {close.disposition}"
        found[outcome, close.disposition] += 1
        bridged += close.bridged_ns is not None
        if close.answered_ns is not None and close.bridged_ns is None and close.ended_ns is not None:
            waited_s = (close.ended_ns - close.answered_ns) / 1e9
            assert waited_s <= GRACE_S or close.disposition == "abandoned", f"{waited_s} s, {close.disposition}"
        if close.disposition == "abandoned":
            abandoned += 1
            heard += close.call in finished
    return Found(found, abandoned, heard, bridged)
