"""Which accounts a segment can get at all: unreachable segments, overlaps, steps that are never due.

The conditions are computed by DuckDB over a grid of sample accounts, made from the constants that the
conditions compare each field with: every constant, a value on either side of it, values between two of
them, and no value. When each comparison is of one field with constants, every account that there can
be agrees with one of the samples in all comparisons, so that what the grid does not show does not
exist. Otherwise (arithmetic, two fields in a comparison, LIKE with a wildcard, a grid too large to
compute) what is found is still true, with a witness, and what is not found is not proven.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any, NamedTuple

import duckdb

from strategies.compiled import AccountField
from strategies.conditions import MAX_INTEGER, SQL_TYPES, Conditions, nodes

GRID_LIMIT = 300_000
"""Sample accounts that are computed: a second or two of work."""

TODAY = dt.date(2026, 11, 23)
"""The samples' day: dates are compared with constants and with it only, so that any day shows the same."""

_COMPARED = frozenset({"COMPARISON", "BETWEEN"})
_UNORDERED = ("COMPARE_EQUAL", "COMPARE_NOTEQUAL", "COMPARE_IN", "COMPARE_NOT_IN")
_TEXTS = ("text", "last_four")
_FREE = frozenset({"CONJUNCTION", "OPERATOR", "CONSTANT", "COLUMN_REF", "CAST", "TYPE"})


class Witness(NamedTuple):
    """A sample account, by field; fields that make no difference are left out."""

    values: dict[str, object]

    def __str__(self) -> str:
        return ", ".join(f"{name} = {_shown(value)}" for name, value in self.values.items()) or "any account"


class Reach:
    """The samples of some conditions, and which of them each condition fits.

    Parameters
    ----------
    fields : iterable of AccountField
        What conditions may use, besides ``today``.
    conditions : sequence of str
        Sound conditions, see `strategies.conditions`.
    """

    def __init__(self, fields: Iterable[AccountField], conditions: Sequence[str]) -> None:
        known = {field.name: field for field in fields if field.type != "name"}
        parser = Conditions({**{name: field.type for name, field in known.items()}, "today": "date"})
        trees = [parser.expression(condition) for condition in conditions]
        kinds = {name: field.type for name, field in known.items()}
        self._plain = [_is_plain(tree, kinds) for tree in trees]
        self._fields = [{name for node in nodes(tree) for name in _names(node)} for tree in trees]
        constants = _constants(trees, known)
        values = {name: _values(known[name], found) for name, found in constants.items()}
        self._whole = _thin(values) and not _mixes_days(trees, kinds)
        self._names = list(values)
        self._database = duckdb.connect(config={"enable_external_access": "false"})
        self._database.execute("CREATE TABLE sample AS SELECT 1 AS one").fetchall()
        for name, listed in values.items():
            self._database.execute(f'CREATE TABLE "v_{name}" (value {SQL_TYPES[known[name].type]})').fetchall()
            self._database.executemany(f'INSERT INTO "v_{name}" VALUES (?)', [[value] for value in listed]).fetchall()
        columns = "".join(f', "v_{name}".value AS {name}' for name in values)
        tables = "".join(f' CROSS JOIN "v_{name}"' for name in values)
        fits = "".join(f", coalesce(({text}\n), FALSE) AS fit_{n}" for n, text in enumerate(conditions))
        self._database.execute(
            f"CREATE TABLE fit AS WITH account AS (SELECT DATE '{TODAY}' AS today{columns} FROM sample{tables}) "
            f"SELECT *{fits} FROM account"
        ).fetchall()

    def proves(self, conditions: Iterable[int]) -> bool:
        """Whether a set of accounts that these conditions make, and no sample is in, is empty."""
        return self._whole and all(self._plain[n] for n in conditions)

    def witness(self, fitting: Sequence[int], not_fitting: Sequence[int] = ()) -> Witness | None:
        """Return a sample that fits all conditions of the one kind and none of the other, or None."""
        named = set().union(*(self._fields[n] for n in (*fitting, *not_fitting)))
        names = [name for name in self._names if name in named]
        wanted = [f"fit_{n}" for n in fitting] + [f"NOT fit_{n}" for n in not_fitting]
        # The shortest to read: known values, few digits.
        unknown = " + ".join(f"({name} IS NULL)::INTEGER" for name in names) or "0"
        letters = " + ".join(f"coalesce(length({name}::VARCHAR), 0)" for name in names) or "0"
        rows = self._database.execute(
            f"SELECT {', '.join(names) or '1'} FROM fit WHERE {' AND '.join(wanted)} "
            f"ORDER BY {', '.join([f'({unknown})', f'({letters})', *names])} LIMIT 1"
        ).fetchall()
        return Witness(dict(zip(names, rows[0], strict=False))) if rows else None


def _is_plain(tree: Any, kinds: Mapping[str, str]) -> bool:
    """Whether every comparison is of one field, or of the days since a date, with constants."""
    kind = tree["class"]
    if _is_comparison(tree):
        first, *others = _operands(tree)
        if kind == "COMPARISON" and _is_constant(first):
            first, others = others[0], [first]
        if not _is_field(first) or not all(map(_is_constant, others)):
            return False
        ordered = kind == "BETWEEN" or tree["type"] not in _UNORDERED
        return not ordered or _age_of(first) is not None or kinds.get(first["column_names"][-1]) not in _TEXTS
    if kind not in _FREE:
        return False
    return all(_is_plain(child, kinds) for child in _children(tree))


def _is_comparison(tree: Any) -> bool:
    return tree["class"] in _COMPARED or tree.get("type") in ("COMPARE_IN", "COMPARE_NOT_IN")


def _mixes_days(trees: Iterable[Any], kinds: Mapping[str, str]) -> bool:
    """Whether a date is compared with today and with days of the calendar: which is later changes from day to day."""
    found: dict[str, set[bool]] = {}
    for node in (node for tree in trees for node in nodes(tree) if _is_comparison(node)):
        names = {name for inner in nodes(node) for name in _names(inner)}
        for name in names:
            if kinds.get(name) == "date":
                found.setdefault(name, set()).add("today" in names)
    return any(len(ways) > 1 for ways in found.values())


def _operands(tree: Any) -> list[Any]:
    if tree["class"] == "COMPARISON":
        return [tree["left"], tree["right"]]
    if tree["class"] == "BETWEEN":
        return [tree["input"], tree["lower"], tree["upper"]]
    return tree["children"]


def _children(tree: Any) -> list[Any]:
    return [*tree.get("children", []), *([tree["child"]] if "child" in tree else [])]


def _is_field(tree: Any) -> bool:
    return (tree["class"] == "COLUMN_REF" and tree["column_names"] != ["today"]) or _age_of(tree) is not None


def _age_of(tree: Any) -> str | None:
    """Return the date field of ``today - field``, or None."""
    if tree["class"] == "FUNCTION" and tree["function_name"] == "-" and len(tree["arguments"]) == 2:
        left, right = (argument["expression"] for argument in tree["arguments"])
        if left["class"] == right["class"] == "COLUMN_REF" and left["column_names"] == ["today"]:
            return right["column_names"][0]
    return None


def _is_constant(tree: Any) -> bool:
    inner = tree["child"] if tree["class"] == "CAST" else tree
    if inner["class"] == "FUNCTION" and inner["function_name"] == "-" and len(inner["arguments"]) == 1:
        inner = inner["arguments"][0]["expression"]
    return inner["class"] == "CONSTANT" or tree.get("column_names") == ["today"]


def _constants(trees: Iterable[Any], fields: Mapping[str, AccountField]) -> dict[str, set[Any]]:
    """Return the fields that the conditions name, each with the constants that stand near it.

    Every constant of a comparison is a candidate for each of its fields: too many samples do no harm.
    """
    found: dict[str, set[Any]] = {}
    for tree in trees:
        for node in nodes(tree):
            for name in _names(node):
                if name in fields:
                    found.setdefault(name, set())
            if _is_comparison(node) or node["class"] == "FUNCTION":
                texts = {text for inner in nodes(node) if (text := _text(inner)) is not None}
                inside = {name for inner in nodes(node) for name in _names(inner)}
                for name in inside & fields.keys():
                    kind = fields[name].type
                    values = {v for text in texts for v in _read(kind, text, aged="today" in inside)}
                    if kind == "date" and "today" in inside:
                        values.add(TODAY)
                    found.setdefault(name, set()).update(values)
    return dict(sorted(found.items()))


def _names(node: Any) -> list[str]:
    return [node["column_names"][-1]] if node["class"] == "COLUMN_REF" else []


def _text(node: Any) -> str | None:
    literal = node.get("literal") if node["class"] == "CONSTANT" else None
    return literal.get("text") if literal else None


def _read(kind: str, text: str, *, aged: bool) -> Iterator[object]:
    """Yield what a constant may mean for a field of type `kind`; `aged`: as a number of days since."""
    try:
        if kind in ("integer", "number", "money"):
            number = Decimal(text)
            yield from (number, -number)  # the sign is an operator of its own
        elif kind == "date" and aged:
            yield from (TODAY - dt.timedelta(days=int(text)), TODAY + dt.timedelta(days=int(text)))
        elif kind == "date":
            yield dt.date.fromisoformat(text)
        elif kind in ("text", "last_four"):
            yield text
    except (ValueError, ArithmeticError, OverflowError):
        return


def _values(field: AccountField, constants: set[Any]) -> list[object]:
    """Return samples of a field: one in every stretch between constants, each constant, and none at all."""
    if field.type == "boolean":
        return [True, False, None]
    if field.type in ("text", "last_four"):
        other = next(text for n in range(len(constants) + 1) if (text := f"other{n or ''}") not in constants)
        return [*sorted(constants), other, None]
    step: Any = {"date": dt.timedelta(days=1), "money": Decimal("0.01")}.get(field.type, 1)
    if field.type == "date":
        inner = constants or {TODAY}
        return [*sorted({v + step * k for v in inner for k in (-1, 0, 1)}), None]
    bounds = {Decimal(repr(bound)) for bound in (field.min, field.max) if bound is not None}
    points = sorted(constants | bounds) or [Decimal(0)]
    if field.type == "number":
        between = [(a + b) / 2 for a, b in pairwise(points)]
        found = {float(v) for v in [*points, *between, points[0] - 1, points[-1] + 1]}
        found |= {math.nextafter(float(v), way) for v in points for way in (-math.inf, math.inf)}
    elif field.type == "money":
        # A constant finer than a cent lies between two amounts.
        found = {v.quantize(step) + step * k for v in points for k in (-1, 0, 1)}
    else:
        found = {math.floor(v) + k for v in points for k in (-1, 0, 1, 2)}
    most = math.inf if field.type == "number" else MAX_INTEGER
    low = -most if field.min is None else field.min
    high = most if field.max is None else field.max
    return [*sorted(v for v in found if low <= v <= high), None]


def _thin(values: dict[str, list[object]]) -> bool:
    """Take samples away, from the longest list, until the grid can be computed; say whether none was taken."""
    whole = True
    while math.prod(map(len, values.values())) > GRID_LIMIT:
        longest = max(values, key=lambda name: len(values[name]))
        *some, none = values[longest]
        values[longest] = [*some[::2], none]
        whole = False
    return whole


def _shown(value: object) -> str:
    match value:
        case None:
            return "unknown"
        case bool():
            return str(value).lower()
        case str():
            return f"'{value}'"
        case _:
            return str(value)
