"""State machines as tables: one dictionary says what may follow what, and the diagrams come from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Machine:
    """A named table of transitions.

    Attributes
    ----------
    name : str
        The word used in messages and diagrams.
    initial : str
        The state of a new thing.
    table : Mapping[tuple[str, str], str]
        ``(state, trigger)`` to the next state. A pair that is absent changes nothing: reports from
        the outside come late and twice, and that is normal.
    """

    name: str
    initial: str
    table: Mapping[tuple[str, str], str]

    def next(self, state: str, trigger: str) -> str | None:
        """Return the state after `trigger`, or None when `trigger` has no meaning in `state`."""
        return self.table.get((state, trigger))

    @property
    def states(self) -> tuple[str, ...]:
        """Every state, in the order in which the table names them."""
        names = dict.fromkeys((self.initial,))
        for (state, _), following in self.table.items():
            names.update(dict.fromkeys((state, following)))
        return tuple(names)

    def diagram(self) -> str:
        """Return the table as a Mermaid state diagram."""
        lines = ["stateDiagram-v2", f"    [*] --> {self.initial}"]
        lines += [f"    {state} --> {following}: {trigger}" for (state, trigger), following in self.table.items()]
        return "\n".join(lines)
