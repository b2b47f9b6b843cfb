"""What can still be checked of a file that has faults of shape, so that one look finds them all."""

from __future__ import annotations

from typing import Any

import yaml
from pydantic import BaseModel

from strategies.document import Document, Model, Place, shape_faults
from strategies.errors import ConfigError

_ROUNDS = 16
"""What is removed may leave a gap in what held it; no model nests deeper than this."""


def salvage(document: Document, model: type[Model]) -> tuple[Document, Model | None, list[ConfigError], frozenset[str]]:
    """Return what fits of `document`, that as `model`, every fault of shape, and the sections that have one.

    The model is None when nothing is left.
    """
    found = shape_faults(model, document.data)
    if isinstance(found, BaseModel):
        return document, found, [], frozenset()
    faults = document.explain(model, found)
    damaged = frozenset(str(step) for detail in found for step in detail["loc"][:1])
    for _ in range(_ROUNDS):
        places = {_cut(document.data, d["loc"][:-1] if d["type"] == "missing" else d["loc"]) for d in found}
        if () in places:
            break
        document = document.holding(_without(document.root, places, ()))
        found = shape_faults(model, document.data)
        if isinstance(found, BaseModel):
            return document, found, faults, damaged
    return document, None, faults, damaged


def _cut(data: Any, place: Place) -> Place:
    """Return where to cut so that the fault at `place` goes and nothing is left half said.

    That is the key, of an entry of a list or a section, under which the fault stands: a window that has a
    faulty hour goes as a whole.
    """
    found: list[str | int] = []
    deepest = 3
    for step in place:
        if (isinstance(data, dict) and step in data) or (
            isinstance(data, list) and isinstance(step, int) and step < len(data)
        ):
            data = data[step]
            found.append(step)
            if isinstance(step, int) and isinstance(data, dict):
                deepest = len(found) + 1
    return tuple(found[:deepest])


def _without(node: Any, places: set[Place], here: tuple[str | int, ...]) -> Any:
    """Return the tree without the nodes at `places`; what is left keeps its positions in the file."""
    if isinstance(node, yaml.MappingNode):
        pairs = [
            (key, _without(value, places, (*here, key.value)))
            for key, value in node.value
            if (*here, key.value) not in places
        ]
        return yaml.MappingNode(node.tag, pairs, node.start_mark, node.end_mark)
    if isinstance(node, yaml.SequenceNode):
        items = [
            _without(item, places, (*here, index))
            for index, item in enumerate(node.value)
            if (*here, index) not in places
        ]
        return yaml.SequenceNode(node.tag, items, node.start_mark, node.end_mark)
    return node
