"""Which node gets a call, and what is remembered of it."""

from __future__ import annotations

from pathlib import Path

from adapters.telephony.group import MOST_REFUSALS, Group
from adapters.telephony.memory import Memory
from tests.unit.telephony.asterisk.parts import NODE, section


def test_calls_go_to_the_emptier_node_within_its_pace() -> None:
    nodes = section(
        nodes=[NODE | {"name": "a", "lines": 10, "calls_per_s": 10.0}, NODE | {"name": "b", "lines": 20}],
        agents={"legs": "per_call"},
    ).nodes
    group = Group(nodes)
    assert group.choose(0, {"a": 5, "b": 2}) == ("b", 0)
    assert group.choose(0, {"a": 0}) == ("a", 0)
    assert group.choose(0, {"a": 1}) == ("a", 100_000_000)
    assert group.choose(0, {"a": 10, "b": 20}) is None
    group.came("a", 7)
    assert group.state("a", 8) == ("up", 7)
    for _ in range(MOST_REFUSALS):
        group.dialled("a", 9, failed=True)
    assert group.choose(10, {"a": 0}) is None
    assert group.state("a", 10) == ("draining", 9)
    assert group.choose(11 * 10**9, {"a": 0}) is not None
    assert group.state("a", 11 * 10**9) == ("up", 10 * 10**9 + 9)


def test_the_ledger_outlives_a_torn_line(tmp_path: Path) -> None:
    memory = Memory(tmp_path / "calls")
    memory.add("c/l 1/1", "a")
    memory.close()
    with (tmp_path / "calls").open("a") as file:
        file.write("\nc~2Fl2~2F1 nod")
    memory = Memory(tmp_path / "calls")
    assert memory.node_of == {"c/l 1/1": "a"}
    memory.add("c/l3/1", "b")
    memory.close()
    memory = Memory(tmp_path / "calls")
    assert memory.node_of == {"c/l 1/1": "a", "c/l3/1": "b"}
    memory.close()
