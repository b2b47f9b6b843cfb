"""The JSON Schema of a strategy file, for editors: made from the very models that check the file."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from typing import Any

from strategies.document import Section
from strategies.schema import StrategySpec

DIALECT = "https://json-schema.org/draft/2020-12/schema"
"""What pydantic writes."""


def json_schema() -> dict[str, Any]:
    """Return the schema, each key described by the docstring of its model.

    It covers the shape of the file. What depends on other parts of it (conditions, names, windows) is
    checked by `strategies.compile` alone.
    """
    schema = StrategySpec.model_json_schema()
    parts = {StrategySpec.__name__: schema, **schema["$defs"]}
    for model in _models(Section):
        if model.__name__ in parts:
            _describe(parts[model.__name__], inspect.getdoc(model) or "")
    return {"$schema": DIALECT, "title": "Paceline strategy", **{k: v for k, v in schema.items() if k != "title"}}


def _models(base: type[Section]) -> Iterator[type[Section]]:
    for model in base.__subclasses__():
        yield model
        yield from _models(model)


def _describe(part: dict[str, Any], text: str) -> None:
    """Put the summary of a docstring on `part`, and what it says about each attribute on its property."""
    head, _, attributes = text.partition("Attributes\n----------\n")
    part["description"] = _plain(head)
    for names, body in re.findall(r"^(\S[^\n]*?)(?: : [^\n]*)?\n((?:    [^\n]*\n?)+)", attributes, re.MULTILINE):
        for name in names.split(", "):
            if name in part.get("properties", {}):
                part["properties"][name]["description"] = _plain(body)


def _plain(text: str) -> str:
    return " ".join(text.replace("``", "`").split())
