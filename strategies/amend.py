"""Changing single values of a YAML file that somebody wrote, and leaving the rest of the text as it is."""

from __future__ import annotations

from collections.abc import Mapping

import yaml

from strategies.document import Document
from strategies.errors import ConfigError


def amend(document: Document, changes: Mapping[str, object]) -> Document:
    """Return `document` with other values.

    Parameters
    ----------
    document : Document
        The file.
    changes : Mapping[str, object]
        By place: keys from the top with dots between them, such as ``campaigns.cards.lines``; an item of a list is
        named by its ``name`` or by its number from 0. A key that the file does not have is added.

    Raises
    ------
    ConfigError
        When a place leads into something that is no mapping or list, or names an item that is not there.
    """
    for place, value in changes.items():
        document = Document(document.file, _changed(document, place, value))
    return document


def _changed(document: Document, place: str, value: object) -> str:
    keys = place.split(".")
    node: yaml.Node = document.root
    for depth, key in enumerate(keys):
        if isinstance(node, yaml.SequenceNode):
            found = _item(node, key)
            if found is None:
                raise _lost(document, place, key)
        elif isinstance(node, yaml.MappingNode):
            found = next((own for name, own in node.value if name.value == key), None)
            if found is None:
                return _with_key(document.text, node, keys[depth:], value)
        else:
            raise _lost(document, place, key)
        node = found
    text, start, end = document.text, node.start_mark.index, node.end_mark.index
    old = text[start:end]
    # A block ends where the next key begins: what stands between, comments too, is kept.
    kept = old[len(old.rstrip()) :]
    return text[:start] + _flow(value) + kept + text[end:]


def _item(node: yaml.SequenceNode, key: str) -> yaml.Node | None:
    if key.isdecimal():
        return node.value[int(key)] if int(key) < len(node.value) else None
    for item in node.value:
        if isinstance(item, yaml.MappingNode):
            names = [value.value for name, value in item.value if name.value == "name"]
            if names == [key]:
                return item
    return None


def _with_key(text: str, node: yaml.MappingNode, keys: list[str], value: object) -> str:
    for key in reversed(keys[1:]):
        value = {key: value}
    entry = f"{_flow(keys[0])}: {_flow(value)}"
    if node.flow_style:
        end = node.end_mark.index - 1
        comma = ", " if node.value else ""
        return text[:end].rstrip() + comma + entry + text[end:]
    first = node.value[0][0].start_mark
    return text[: first.index] + entry + "\n" + " " * first.column + text[first.index :]


def _flow(value: object) -> str:
    """Return a value as YAML on one line."""
    written = yaml.safe_dump(value, default_flow_style=True, width=float("inf"), allow_unicode=True).strip()
    return written.removesuffix("...").strip()


def _lost(document: Document, place: str, key: str) -> ConfigError:
    return ConfigError(
        f"{place} leads nowhere: there is no {key}",
        file=document.file,
        hint="write keys with dots between them; an item of a list by its name or its number from 0",
    )
