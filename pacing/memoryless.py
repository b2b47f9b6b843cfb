"""The memoryless floor as a Markov chain, and the best policy on it when an abandon has a price.

Talk with wrap, ringing, and a waiting caller's patience are exponential, agents are alike, and leads never
run out. The state is x, idle agents minus callers waiting, and k, lines ringing; at any instant lines may
be added. A policy is a table of lines to have ringing by x: as soon as there are fewer, lines are added.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array
from scipy.sparse.linalg import splu

Table = NDArray[np.int64]
Grid = NDArray[np.float64]

_TIE_CONTACTS = 1e-10
"""A choice must be better by this much to replace another; below it rounding would decide, for ever."""


class Policy(NamedTuple):
    """An order-up-to table, shape (x,), with what it comes to in the long run."""

    order_up_to: Table
    contacts_per_s: float
    abandons_per_s: float
    cut_shares: tuple[float, float, float] = (0.0, 0.0, 0.0)
    """Share of time at the bounds of `Size` that the floor itself does not have, in its order."""
    values: tuple[Grid, Grid] | None = None
    """Contacts and abandons to come, shape (x, k) each, by state relative to a common one."""

    @property
    def abandon_share(self) -> float:
        """Abandoned ÷ (abandoned + connected)."""
        return self.abandons_per_s / (self.abandons_per_s + self.contacts_per_s)

    def worth(self, price: float) -> float:
        """Return contacts per second when an abandon costs `price` contacts."""
        return self.contacts_per_s - price * self.abandons_per_s


class Size(NamedTuple):
    """How much of the state space is kept: −waiting ≤ x ≤ idle and k ≤ lines."""

    waiting: int
    idle: int
    lines: int

    @property
    def states(self) -> int:
        """Number of states."""
        return (self.waiting + self.idle + 1) * (self.lines + 1)


class MemorylessFloor:
    """A floor, for policy iteration. The parameters are those of `pacing.optimal.solve`.

    Transitions: an agent frees or a waiting caller is lost (x + 1), a line is answered (x − 1, k − 1), or
    its ringing ends without an answer (k − 1).
    """

    def __init__(
        self, agents: int, answer_share: float, handle_s: float, ring_s: float, patience_s: float, size: Size
    ) -> None:
        self.agents, self.handle_s, self.size = agents, handle_s, size
        self.iterations = self.states = 0
        """Policies evaluated so far, and the states of the largest chain among them."""
        row, self._k = np.indices((size.waiting + size.idle + 1, size.lines + 1))
        x = row - size.waiting
        # At the bound agents stay busy, and earn nothing by it: else the bound would be the best place to be.
        freed_per_s = np.where(x < size.idle, (agents - np.maximum(x, 0)) / handle_s, 0.0)
        lost_per_s = np.maximum(-x, 0) / patience_s if patience_s else np.zeros(x.shape)
        answered_per_s = self._k * (answer_share / ring_s)
        unanswered_per_s = self._k * ((1.0 - answer_share) / ring_s)
        more, less = np.minimum(row + 1, size.waiting + size.idle), np.maximum(row - 1, 0)
        fewer = np.maximum(self._k - 1, 0)
        # Rate and next state, before lines are added.
        self._moves = (
            (freed_per_s + lost_per_s, more, self._k),
            (answered_per_s, less, fewer),
            (unanswered_per_s, row, fewer),
        )
        self._leaving_per_s: Grid = freed_per_s + lost_per_s + answered_per_s + unanswered_per_s
        # A contact is counted at its end, which needs no distinction between idle and waiting at its start.
        self._rewards = (freed_per_s, lost_per_s + np.where(row == 0, answered_per_s, 0.0))
        idle = np.maximum(x[:, 0], 0)
        self.progressive = Policy(idle, agents / (handle_s + ring_s / answer_share), 0.0)
        """One line for each idle agent: the most that abandons nobody."""
        # The lines whose answers take up what agents free.
        self._balanced_lines = (agents - idle) * (ring_s / answer_share / handle_s)
        first = np.where(idle > 0, self._balanced_lines + np.ceil(idle / answer_share), 0).astype(np.int64)
        self._first_table = np.minimum(first, size.lines)

    def best(self, price: float, start: Policy | None = None) -> Policy:
        """Return the best policy when an abandon costs `price` contacts, by policy iteration from `start`."""
        policy = start if start and start.values else self.evaluated(self._first_table)
        least = self.progressive.order_up_to
        while True:
            # Fewer lines than idle agents are never better, as none of these is abandoned (`is_optimal` would
            # tell), and without them a policy tried on the way could come to a standstill.
            worth = np.where(self._k < least[:, None], -np.inf, self._worth(policy, price))
            kept = np.take_along_axis(worth, policy.order_up_to[:, None], axis=1)[:, 0]
            better = worth.max(axis=1) > kept + _TIE_CONTACTS
            if not better.any():
                return policy
            policy = self.evaluated(np.where(better, worth.argmax(axis=1), policy.order_up_to))

    def is_optimal(self, policy: Policy, price: float, tolerance_contacts: float = 1e-7) -> bool:
        """Return whether no way to add lines, at the table or above it, is better than `policy` at `price`."""
        worth = self._worth(policy, price)
        best = np.maximum.accumulate(worth[:, ::-1], axis=1)[:, ::-1]
        chosen = np.take_along_axis(worth, np.maximum(self._k, policy.order_up_to[:, None]), axis=1)
        return bool(np.all(best <= chosen + tolerance_contacts))

    def evaluated(self, table: Table) -> Policy:
        """Return the policy of `table`: its rates, its values, and what the bounds cut.

        In the states that the policy does not leave at once, the values w and the gain g (the rate of the
        reward) solve ``sum(rate * (w[next] - w)) + reward = g`` with w = 0 in the reference state. Taking
        that state out leaves an M-matrix, which is factored once, safely without pivoting, for the two
        rewards, the time until the reference state, and the stationary distribution.
        """
        resting = self._k >= table[:, None]
        states = int(resting.sum())
        self.iterations, self.states = self.iterations + 1, max(self.states, states)
        number = np.cumsum(resting).reshape(resting.shape) - 1
        to = [number[row, np.maximum(k, table[row])] for _, row, k in self._moves]
        origin = np.arange(states)
        # A line that is replaced at once is no move.
        rates = [
            np.where(end[resting] == origin, 0.0, rate[resting])
            for (rate, _, _), end in zip(self._moves, to, strict=True)
        ]
        weights = np.concatenate([sum(rates), *(-rate for rate in rates)])
        starts, ends = np.tile(origin, 4), np.concatenate([origin, *(end[resting] for end in to)])
        reference = number[self._haunt(table)]
        others = np.delete(origin, reference)
        kept = (starts != reference) & (ends != reference)
        starts_kept, ends_kept = (node - (node > reference) for node in (starts[kept], ends[kept]))
        factors = splu(
            csc_array((weights[kept], (starts_kept, ends_kept)), shape=(states - 1, states - 1)),
            permc_spec="MMD_AT_PLUS_A",
            diag_pivot_thresh=0.0,
            options={"SymmetricMode": True},
        )
        leaving = starts == reference
        onward = -np.bincount(ends[leaving], weights[leaving], states)[others]
        accrued = np.column_stack([*(reward[resting] for reward in self._rewards), np.ones(states)])
        until = factors.solve(accrued[others])
        cycle = accrued[reference] + onward @ until
        gains = cycle[:2] / cycle[2]

        def values(reward: Grid, gain: float, total: Grid) -> Grid:
            """Return a reward's values, by one step from the states that the policy leaves at once."""
            at_rest = np.zeros(states)
            at_rest[others] = total - gain * until[:, 2]
            flow = reward - gain
            for (rate, _, _), end in zip(self._moves, to, strict=True):
                flow = flow + rate * at_rest[end]
            value = np.divide(flow, self._leaving_per_s, out=np.zeros(flow.shape), where=self._leaving_per_s > 0.0)
            value[resting] = at_rest
            return value

        visits = np.zeros(resting.shape)
        stationary = np.ones(states)
        stationary[others] = factors.solve(onward, trans="T")
        visits[resting] = stationary / stationary.sum()
        cuts = (
            float(visits[0].sum()) if self.size.waiting else 0.0,
            float(visits[-1].sum()) if self.size.idle < self.agents else 0.0,
            float(visits[:, -1].sum()),
        )
        return Policy(
            order_up_to=table,
            contacts_per_s=float(gains[0]),
            abandons_per_s=float(gains[1]),
            cut_shares=cuts,
            values=(values(self._rewards[0], gains[0], until[:, 0]), values(self._rewards[1], gains[1], until[:, 1])),
        )

    def _worth(self, policy: Policy, price: float) -> Grid:
        assert policy.values is not None
        contacts, abandons = policy.values
        # Where nothing would ever happen again, adding no line is no choice.
        return np.where(self._leaving_per_s > 0.0, contacts - price * abandons, -np.inf)

    def _haunt(self, table: Table) -> tuple[int, int]:
        """Return a state that the policy of `table` often visits: until a rare one, times are beyond all numbers.

        All busy at the table's lines is a state that every policy comes to, and from there agents may free
        one by one while no line ends. On that way stands the state where lines and agents are in balance.
        """
        lines = np.maximum.accumulate(table[self.size.waiting :])
        balanced = lines >= self._balanced_lines[self.size.waiting :]
        idle = int(balanced.argmax()) if balanced.any() else self.size.idle
        return self.size.waiting + idle, int(lines[idle])
