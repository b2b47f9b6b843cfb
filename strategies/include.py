"""Strategy files that are put on top of others.

``include: [promise-care, house/texts.yaml]`` names strategies of the library, or paths relative to
the file. Lists are joined, the included ones first; what has keys is joined key by key, and a key that
two files give different contents is a fault. Name, version, purpose and the texts about the strategy
are those of the file that includes.
"""

from __future__ import annotations

from pathlib import Path

import yaml

from strategies.document import Document, load
from strategies.errors import ConfigError, ConfigErrors
from strategies.shipped import shipped

_OWN = ("name", "version", "purpose", "about", "source", "limits", "include")


def library() -> dict[str, Path]:
    """Return the strategies that come with Paceline, by name."""
    return shipped("library")


def with_includes(document: Document) -> Document:
    """Return `document` joined with all that it includes; faults keep pointing at the file that has them.

    Raises
    ------
    ConfigErrors
        Every file that is missing, cannot be read, or includes itself, and every key that is given
        different contents.
    """
    faults: list[ConfigError] = []
    files = _collect(document, (_resolved(document),), set(), faults)
    if faults:
        raise ConfigErrors(faults)
    if len(files) == 1:
        return document
    root = _joined(files, faults)
    if faults:
        raise ConfigErrors(faults)
    return document.holding(root)


def _collect(document: Document, way: tuple[Path, ...], seen: set[Path], faults: list[ConfigError]) -> list[Document]:
    """Return the included documents and then `document` itself, each file once; `way` leads to it from the top."""
    found: list[Document] = []
    included = document.data.get("include")
    for index, name in enumerate(included if isinstance(included, list) else []):
        if not isinstance(name, str):
            continue  # the schema says so
        path = _path(document, name)
        try:
            if path is None or not path.is_file():
                hint = f"write the path of a YAML file, relative to this file, or one of {', '.join(library())}"
                raise ConfigErrors([document.fault(("include", index), "there is no such file", hint)])
            if path in way:
                circle = " -> ".join(step.name for step in (*way[way.index(path) :], path))
                message = f"this file includes itself: {circle}"
                raise ConfigErrors([document.fault(("include", index), message, "leave one of them out")])
            if path not in seen:
                seen.add(path)
                found += _collect(load(path), (*way, path), seen, faults)
        except ConfigErrors as error:
            faults += error.errors
    return [*found, document]


def _resolved(document: Document) -> Path:
    return Path(document.file).resolve()


def _path(document: Document, name: str) -> Path | None:
    if "/" in name or name.endswith((".yaml", ".yml")):
        return (_resolved(document).parent / name).resolve()
    path = library().get(name)
    return path and path.resolve()


def _joined(files: list[Document], faults: list[ConfigError]) -> yaml.MappingNode:
    top = files[-1]
    values: dict[str, tuple[yaml.Node, yaml.Node, Document]] = {}
    for document in files:
        for key, value in document.root.value:
            if key.value in _OWN and document is not top:
                continue
            if key.value in values:
                value = _join(values[key.value], key.value, value, document, faults)
            values[key.value] = key, value, document
    pairs = [(key, value) for key, value, _ in values.values()]
    return yaml.MappingNode(top.root.tag, pairs, top.root.start_mark, top.root.end_mark)


def _join(
    before: tuple[yaml.Node, yaml.Node, Document],
    section: str,
    value: yaml.Node,
    document: Document,
    faults: list[ConfigError],
) -> yaml.Node:
    """Return what two files say in one section; `before` is what earlier ones said together."""
    _, old, origin = before
    if isinstance(old, yaml.SequenceNode) and isinstance(value, yaml.SequenceNode):
        texts = {item.value for item in old.value if isinstance(item, yaml.ScalarNode)}
        fresh = [item for item in value.value if not (isinstance(item, yaml.ScalarNode) and item.value in texts)]
        return yaml.SequenceNode(value.tag, old.value + fresh, value.start_mark, value.end_mark)
    if not (isinstance(old, yaml.MappingNode) and isinstance(value, yaml.MappingNode)):
        return value  # the schema says that one of the two has the wrong shape
    pairs = {key.value: (key, item) for key, item in old.value}
    for key, item in value.value:
        if key.value in pairs and not _same(pairs[key.value][1], item):
            mark = pairs[key.value][0].start_mark
            where = f"{mark.name or origin.file}:{mark.line + 1}:{mark.column + 1}"
            hint = "give them the same content, or one of them another name"
            faults.append(document.fault((section, key.value), f"this is not what {where} says", hint))
        pairs[key.value] = key, item
    return yaml.MappingNode(value.tag, list(pairs.values()), value.start_mark, value.end_mark)


def _same(one: yaml.Node, other: yaml.Node) -> bool:
    """Tell whether two nodes say the same, wherever they stand."""
    if isinstance(one, yaml.ScalarNode) or isinstance(other, yaml.ScalarNode):
        return (one.tag, one.value) == (other.tag, other.value)
    if isinstance(one, yaml.MappingNode) and isinstance(other, yaml.MappingNode):
        left, right = ({key.value: item for key, item in node.value} for node in (one, other))
        return left.keys() == right.keys() and all(_same(left[key], right[key]) for key in left)
    return one.tag == other.tag and len(one.value) == len(other.value) and all(map(_same, one.value, other.value))
