"""Files on top of others: what is joined, what is refused, and that every fault keeps its file."""

from __future__ import annotations

from pathlib import Path

import pytest

from strategies.compile import compile_strategy
from strategies.errors import ConfigErrors

TOP = """\
name: top
purpose: collections
include: [./parts/base.yaml]
segments: [{name: rest, when: "true"}]
fields: {days: integer}
packs: [house]
"""
BASE = """\
name: base
purpose: informational
include: [deeper.yaml]
fields: {days: integer, balance: money}
segments: [{name: late, when: days > 0, cadence: mild}]
packs: [house]
"""
DEEPER = """\
cadences: {mild: [{channel: agent_call}]}
calls: {preview: {}}
packs: [house-gentle]
"""


@pytest.fixture
def top(tmp_path: Path) -> Path:
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts/base.yaml").write_text(BASE)
    (tmp_path / "parts/deeper.yaml").write_text(DEEPER)
    path = tmp_path / "top.yaml"
    path.write_text(TOP)
    return path


def errors(path: Path) -> list[str]:
    with pytest.raises(ConfigErrors) as caught:
        compile_strategy(path)
    return [str(error).removeprefix(f"{path.parent}/") for error in caught.value.errors]


def test_lists_are_joined_and_keys_are_shared(top: Path) -> None:
    strategy = compile_strategy(top)
    assert (strategy.name, strategy.purpose) == ("top", "collections")
    assert [segment.name for segment in strategy.segments] == ["late", "rest"]
    assert [field.name for field in strategy.fields] == ["days", "balance"]
    assert [pack.name for pack in strategy.packs] == ["house-gentle", "house"]


def test_the_hash_sees_what_is_included(top: Path) -> None:
    before = compile_strategy(top).content_hash
    (top.parent / "parts/deeper.yaml").write_text(DEEPER.replace("preview", "progressive"))
    assert compile_strategy(top).content_hash != before


def test_a_file_that_is_included_on_two_ways_counts_once(top: Path) -> None:
    top.write_text(TOP.replace("[./parts/base.yaml]", "[./parts/deeper.yaml, ./parts/base.yaml]"))
    assert [segment.name for segment in compile_strategy(top).segments] == ["late", "rest"]


def test_circles_are_refused_where_they_close(top: Path) -> None:
    (top.parent / "parts/deeper.yaml").write_text(DEEPER + "include: [../top.yaml]\n")
    assert errors(top) == [
        "parts/deeper.yaml:4:11: include[0]: this file includes itself: top.yaml -> base.yaml -> deeper.yaml -> "
        "top.yaml (leave one of them out)"
    ]


def test_faults_of_all_files_are_reported_at_once(top: Path) -> None:
    top.write_text(TOP.replace("packs: [house]", "packs: [hose]\nnonsense: 1").replace("days: integer", "days: int"))
    (top.parent / "parts/base.yaml").write_text(BASE.replace("days: integer, ", "").replace("days > 0", "dayz > 0"))
    (top.parent / "parts/deeper.yaml").write_text(DEEPER.replace("agent_call", "agent_cal"))
    found = errors(top)
    assert [fault.split(": ")[0] for fault in found] == [
        "parts/deeper.yaml:1:29",
        "top.yaml:5:16",
        "top.yaml:6:9",
        "top.yaml:7:1",
    ]


def test_what_rests_on_a_faulty_section_is_not_blamed(top: Path) -> None:
    (top.parent / "parts/base.yaml").write_text(BASE.replace("balance: money", "balance: mony"))
    assert [fault.split(" (")[0] for fault in errors(top)] == [
        "parts/base.yaml:4:34: fields.balance.type: `mony` is not allowed"
    ]


def test_different_contents_of_one_key_are_refused(top: Path) -> None:
    top.write_text(TOP.replace("days: integer", "days: number"))
    assert errors(top) == [
        f"top.yaml:5:16: fields.days: this is not what {top.parent}/parts/base.yaml:4:10 says "
        "(give them the same content, or one of them another name)"
    ]


def test_a_file_that_is_missing_or_broken_is_named(top: Path) -> None:
    top.write_text(TOP.replace("[./parts/base.yaml]", "[nobody, ./parts/base.yaml]"))
    (top.parent / "parts/deeper.yaml").write_text("cadences: [")
    first, second = errors(top)
    assert first.startswith("top.yaml:3:11: include[0]: there is no such file (write the path of a YAML file")
    assert second.startswith("parts/deeper.yaml:1:12: ")


def test_the_library_is_included_by_name(top: Path) -> None:
    top.write_text("name: top\npurpose: collections\ninclude: [cards-demo]\n")
    strategy = compile_strategy(top)
    assert [segment.name for segment in strategy.segments][:2] == ["M0 (early warning)", "M0"]
    assert strategy.name == "top"
