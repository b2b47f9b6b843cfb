"""What the steps of a strategy have of their own, in tables: what follows each disposition, and their call scripts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from dialer.core.flags import CONFIRMED_PROMISES
from dialer.core.settings import CampaignSettings, Redial, RunSettings
from dialer.core.units import ns
from simulator.fast import draws
from simulator.fast.draws import Names
from simulator.fast.records import DISPOSITION, NONE
from simulator.world.reading import Reader
from strategies.script.machine import advance, begin, confirmed
from strategies.script.proof import walk


class Scripts(NamedTuple):
    """The call scripts, by row of a step and by outcome of a conversation (its place in the world's settings).

    Attributes
    ----------
    start : int64 array, shape (steps,)
        The first position of a step's script; `NONE` where no script leads the agent.
    length : int64 array, shape (steps, outcomes)
        How many answers a whole conversation has.
    end : int64 array, shape (positions,)
        The disposition with which a position's state ends the script, `NONE` where it goes on.
    sure : int64 array, shape (positions,)
        Whether a promise is taken there: the person is confirmed, or the run takes it from anybody.
    to, at : int64 array
        ``to[at[k] : at[k + 1]]`` are the positions that answers on a shortest way lead to, where ``k`` is the position
        times the number of outcomes, plus the outcome.
    names : Names
        Of the positions' states.
    """

    start: np.ndarray
    length: np.ndarray
    end: np.ndarray
    sure: np.ndarray
    to: np.ndarray
    at: np.ndarray
    names: Names


def rows_of(campaign: CampaignSettings) -> dict[str, int]:
    """Return the row of every step that has rules of its own; row 0 is for all others."""
    return {step: row for row, step in enumerate(campaign.steps, 1)}


def redial(campaign: CampaignSettings) -> np.ndarray:
    """Return delay and limit by row and disposition, shape (rows, dispositions, 2); `NONE` where nothing follows."""
    return np.array([_redial(campaign.redial), *(_redial(campaign.redial_of(step)) for step in campaign.steps)])


def _redial(rules: Mapping[str, Redial]) -> np.ndarray:
    table = np.full((len(DISPOSITION), 2), NONE, np.int64)
    for disposition, rule in rules.items():
        if disposition in DISPOSITION:
            table[DISPOSITION[disposition]] = ns(rule.delay_s), rule.limit
    return table


def make(campaign: CampaignSettings, run: RunSettings, outcomes: Sequence[str]) -> Scripts:
    """Return the scripts of a campaign's steps, for conversations that may come to these `outcomes`."""
    used = {it.script: run.scripts[it.script] for it in campaign.steps.values() if it.script in run.scripts}
    positions = [(script, position) for script in used.values() for position in walk(script).ways]
    number = {(script.identity, position): place for place, (script, position) in enumerate(positions)}
    readers = {identity: Reader(script) for identity, script in used.items()}
    of_row = [None, *(used.get(it.script) for it in campaign.steps.values())]
    takes_all = CONFIRMED_PROMISES not in run.flags
    to, at = list[int](), [0]
    for script, position in positions:
        for outcome in outcomes:
            for answer in readers[script.identity].answers(position.state, outcome):
                to.append(number[script.identity, advance(script, position, answer.name)])
            at.append(len(to))
    ends = [script.states[position.state].end for script, position in positions]
    return Scripts(
        np.array([NONE if it is None else number[it.identity, begin(it)] for it in of_row], np.int64),
        np.array(
            [[0 if it is None else readers[it.identity].length(outcome) for outcome in outcomes] for it in of_row],
            np.int64,
        ),
        np.array([NONE if end is None else DISPOSITION[end] for end in ends] or [NONE], np.int64),
        np.array([takes_all or confirmed(*one) for one in positions] or [True], np.int64),
        np.array(to or [0], np.int64),
        np.array(at, np.int64),
        draws.names([position.state for _, position in positions]),
    )
