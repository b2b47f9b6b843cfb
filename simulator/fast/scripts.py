"""What the steps of a strategy have of their own, in tables: what follows each disposition, and their call scripts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from dialer.core.settings import CampaignSettings, Redial
from dialer.core.units import ns
from simulator.fast import draws
from simulator.fast.draws import Names
from simulator.fast.records import DISPOSITION, NONE
from simulator.world.reading import Reader
from strategies.script.records import Script


class Scripts(NamedTuple):
    """The call scripts, by row of a step and by outcome of a conversation (its place in the world's settings).

    Attributes
    ----------
    start : int64 array, shape (steps,)
        The first state of a step's script; `NONE` where no script leads the agent.
    length : int64 array, shape (steps, outcomes)
        How many answers a whole conversation has.
    end : int64 array, shape (states,)
        The disposition with which a state ends the script, `NONE` where it goes on.
    to, at : int64 array
        ``to[at[k] : at[k + 1]]`` are the states that answers on a shortest way lead to, where ``k`` is the state times
        the number of outcomes, plus the outcome.
    names : Names
        Of the states.
    """

    start: np.ndarray
    length: np.ndarray
    end: np.ndarray
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


def make(campaign: CampaignSettings, scripts: Mapping[str, Script], outcomes: Sequence[str]) -> Scripts:
    """Return the scripts of a campaign's steps, for conversations that may come to these `outcomes`."""
    used = {it.script: scripts[it.script] for it in campaign.steps.values() if it.script in scripts}
    states = [(script, state) for script in used.values() for state in script.states.values()]
    number = {(script.identity, state.name): place for place, (script, state) in enumerate(states)}
    readers = {identity: Reader(script) for identity, script in used.items()}
    of_row = [None, *(used.get(it.script) for it in campaign.steps.values())]
    to, at = list[int](), [0]
    for script, state in states:
        for outcome in outcomes:
            answers = readers[script.identity].answers(state.name, outcome)
            to += [number[script.identity, answer.to] for answer in answers]
            at.append(len(to))
    return Scripts(
        np.array([NONE if it is None else number[it.identity, it.start] for it in of_row], np.int64),
        np.array(
            [[0 if it is None else readers[it.identity].length(outcome) for outcome in outcomes] for it in of_row],
            np.int64,
        ),
        np.array([NONE if state.end is None else DISPOSITION[state.end] for _, state in states] or [NONE], np.int64),
        np.array(to or [0], np.int64),
        np.array(at, np.int64),
        draws.names([state.name for _, state in states]),
    )
