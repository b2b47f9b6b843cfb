"""Conditions over account fields: boolean SQL expressions, checked before any account is read.

Allowed are the fields, constants, comparisons, AND, OR, NOT, IN, BETWEEN, IS NULL, CASE, arithmetic,
LIKE and a few functions that every SQL engine has. Nothing else: no subquery, no file, no clock.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

import duckdb

SQL_TYPES = {
    "integer": "BIGINT",
    "number": "DOUBLE",
    "money": "DECIMAL(18,2)",
    "text": "VARCHAR",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "name": "VARCHAR",
    "last_four": "VARCHAR",
}
"""The column type of every field type."""

MAX_INTEGER = 10**12
"""Largest integer of an account field; larger ones are identifiers, and those are texts."""

FUNCTIONS = ("abs", "ceil", "floor", "greatest", "least", "length", "lower", "round", "upper")
"""Functions that a condition may call."""

_OPERATORS = frozenset({"+", "-", "*", "/", "~~", "!~~", "~~*", "!~~*"})
_OPERATOR_KINDS = frozenset(
    {"OPERATOR_NOT", "OPERATOR_IS_NULL", "OPERATOR_IS_NOT_NULL", "COMPARE_IN", "COMPARE_NOT_IN", "OPERATOR_COALESCE"}
)
_NUMBERS = ("BIGINT", "DECIMAL", "DOUBLE", "FLOAT", "HUGEINT", "INTEGER", "SMALLINT", "TINYINT")
_CLASSES = frozenset({"BETWEEN", "CASE", "COMPARISON", "CONJUNCTION", "CONSTANT", "TYPE"})

_ALLOWED = (
    "allowed: the declared fields, today, constants, comparisons, AND, OR, NOT, IN, BETWEEN, IS NULL, CASE, "
    f"COALESCE, LIKE, + - * /, {', '.join(FUNCTIONS)}"
)

# Two rows of extreme values and one of nothing: a condition that fails on one of them would fail in a shift.
_PROBES = {
    "BIGINT": (f"{MAX_INTEGER}", f"-{MAX_INTEGER}"),
    "DOUBLE": ("1e300", "-1e300"),
    "DECIMAL(18,2)": (f"{MAX_INTEGER}", f"-{MAX_INTEGER}"),
    "VARCHAR": ("'x'", "''"),
    "BOOLEAN": ("true", "false"),
    "DATE": ("'2999-12-31'", "'1900-01-01'"),
}


class ConditionError(Exception):
    """A condition cannot be used: what is wrong, and what to write instead."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message, self.hint = message, hint


class Conditions:
    """Checks conditions over one set of fields.

    Parameters
    ----------
    fields : Mapping[str, str]
        Names with their types, keys of `SQL_TYPES`.
    """

    def __init__(self, fields: Mapping[str, str]) -> None:
        self._fields = fields
        self._database = duckdb.connect(config={"enable_external_access": "false"})
        types = {name: SQL_TYPES[kind] for name, kind in fields.items()}
        columns = ", ".join(f'"{name}" {kind}' for name, kind in types.items())
        self._database.execute(f"CREATE TABLE probe ({columns})")
        high = ", ".join(_PROBES[kind][0] for kind in types.values())
        low = ", ".join(_PROBES[kind][1] for kind in types.values())
        nothing = ", ".join("NULL" for _ in types)
        self._database.execute(f"INSERT INTO probe VALUES ({high}), ({low}), ({nothing})")
        self._frame = _without_expression(self._parse("TRUE"))

    def faults(self, condition: str, *, number: bool = False) -> list[ConditionError]:
        """Return what keeps `condition` from being an allowed expression: a boolean one, or a `number`."""
        if not condition.strip():
            return [ConditionError("nothing is written here", "write a comparison, such as x > 0")]
        try:
            expression = self.expression(condition)
            faults = [fault for node in nodes(expression) if (fault := self._node_fault(node))]
            if not faults:
                self._compute(condition, number=number)
        except ConditionError as error:
            return [error]
        except RecursionError:
            return [ConditionError("this is nested too deeply", "split the segment, or use IN")]
        return list({fault.message: fault for fault in faults}.values())

    def expression(self, condition: str) -> dict[str, Any]:
        """Return the tree of `condition`, as DuckDB serialises it.

        Raises
        ------
        ConditionError
            When it is not one SQL expression.
        """
        parsed = self._parse(condition)
        expressions = _expressions(parsed)
        if _without_expression(parsed) != self._frame or len(expressions) != 1:
            raise ConditionError("this is more than one condition", _ALLOWED)
        return expressions[0]

    def _compute(self, condition: str, *, number: bool) -> None:
        try:
            result = self._database.sql(f"SELECT ({condition}\n) FROM probe")
            kind = str(result.types[0])
            if number and not kind.startswith(_NUMBERS):
                raise ConditionError(
                    f"this is a value of type {kind}, not a number", "write a sum or product of numbers"
                )
            if not number and kind != "BOOLEAN":
                raise ConditionError(
                    f"this is a value of type {kind}, not a condition", "write a comparison, such as x > 0"
                )
            result.fetchall()
        except duckdb.Error as error:
            raise ConditionError(
                f"this cannot be computed: {_first_line(error)}", "compare fields with constants of their own type"
            ) from None

    def _parse(self, condition: str) -> Any:
        query = "SELECT json_serialize_sql(?, skip_null := true, skip_empty := true)"
        ((text,),) = self._database.execute(query, [f"SELECT ({condition}\n)"]).fetchall()
        parsed = json.loads(text)
        if parsed["error"]:
            raise ConditionError(f"this is not SQL: {parsed['error_message']}", _ALLOWED)
        return parsed["statements"]

    def _node_fault(self, node: dict[str, Any]) -> ConditionError | None:
        kind = node["class"]
        if kind == "COLUMN_REF":
            name = ".".join(node["column_names"])
            if name not in self._fields:
                near = get_close_matches(name, self._fields, n=1)
                meant = f"did you mean `{near[0]}`? " if near else ""
                return ConditionError(
                    f"`{name}` is not a declared field", f"{meant}declared: {', '.join(self._fields)}"
                )
        elif kind == "FUNCTION":
            name = node["function_name"]
            if name not in (*FUNCTIONS, *_OPERATORS) or len(node.get("qualified_name", {}).get("path", [name])) != 1:
                return ConditionError(f"the function `{name}` is not allowed", _ALLOWED)
        elif kind == "OPERATOR":
            if node["type"] not in _OPERATOR_KINDS:
                return ConditionError(f"{node['type'].lower().replace('_', ' ')} is not allowed", _ALLOWED)
        elif kind == "CAST":
            if node["child"]["class"] != "CONSTANT":
                return ConditionError("a cast of a field is not allowed", "declare the field with the type you need")
        elif kind not in _CLASSES:
            return ConditionError(f"{kind.lower()} is not allowed", _ALLOWED)
        return None


def _expressions(statements: Any) -> list[Any]:
    return statements[0]["node"].get("select_list", []) if len(statements) == 1 else []


def _without_expression(statements: Any) -> Any:
    """Return the statement around the expression, without positions: the same for every lone expression."""
    return json.dumps(
        [{**s, "node": {k: v for k, v in s["node"].items() if k != "select_list"}} for s in statements], sort_keys=True
    )


def nodes(tree: Any) -> Iterator[dict[str, Any]]:
    """Yield every node of an expression's tree, from the top."""
    if isinstance(tree, dict):
        if "class" in tree:
            yield tree
        for child in tree.values():
            yield from nodes(child)
    elif isinstance(tree, list):
        for child in tree:
            yield from nodes(child)


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]
