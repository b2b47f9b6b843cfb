"""Reading the YAML files that people write, with every fault at its file, line and column.

YAML 1.2's core schema: ``9:00``, ``21:00`` and ``NO`` are texts. YAML 1.1 makes 540, 1260 and False
of them. A file is refused when it is not UTF-8, too long, nested too deeply, or uses what invites
mistakes: duplicate keys, anchors, aliases, tags, several documents.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator, Sequence
from copy import copy
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, TypeVar, get_args

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError
from yamlcore import CoreLoader

from strategies.errors import ConfigError, ConfigErrors

MAX_BYTES = 1 << 20
"""A strategy of ten thousand lines has a third of this; a larger file is data, or an accident."""

MAX_DEPTH = 32
"""No model of the project nests deeper than ten."""

Place = Sequence[str | int]
"""The way to a value: keys and list indexes from the top of the file."""


class Section(BaseModel):
    """Base of every model that is read from a file: frozen, strict about types, refusing unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


Model = TypeVar("Model", bound=BaseModel)


def fault(message: str, hint: str) -> PydanticCustomError:
    """Return what a validator of a model raises: what is wrong, and what to write instead."""
    return PydanticCustomError("fault", "{message}", {"message": message, "hint": hint})


def _clock_time(value: object) -> dt.time:
    hint = 'write hours and minutes of a 24-hour clock in quotes, such as "09:00"'
    if not isinstance(value, str):
        raise fault("this is not a clock time, but a number or something else", hint)
    found = re.fullmatch(r"([01]?[0-9]|2[0-3]):([0-5][0-9])", value, re.ASCII)
    if not found:
        raise fault("this is not a clock time", hint)
    return dt.time(int(found[1]), int(found[2]))


def _date(value: object) -> dt.date:
    hint = "write year, month and day, such as 2026-11-30"
    if not (isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value, re.ASCII)):
        raise fault("this is not a date", hint)
    try:
        return dt.date.fromisoformat(value)
    except ValueError:
        raise fault("there is no such date", hint) from None


ClockTime = Annotated[dt.time, BeforeValidator(_clock_time)]
"""A time of day, ``HH:MM``; never the integer that YAML 1.1 makes of it."""

Date = Annotated[dt.date, BeforeValidator(_date)]
"""A calendar day, ``YYYY-MM-DD``."""


class Document:
    """One file, parsed but not yet understood.

    Parameters
    ----------
    file : str
        The path as the user wrote it, for messages.
    text : str
        The file's content.

    Raises
    ------
    ConfigErrors
        When it is not one YAML mapping of the allowed kind.
    """

    def __init__(self, file: str, text: str) -> None:
        self.file, self.text = file, text
        self._faults: list[ConfigError] = []
        try:
            self._loader = _Loader(text)
        except yaml.reader.ReaderError as error:
            raise ConfigErrors([_unreadable(file, text[: error.position], "a control character")]) from None
        self._loader.name = file
        self.root = self._compose()
        self.data: Any = self._plain(self.root)
        if self._faults:
            raise ConfigErrors(self._faults)

    def holding(self, root: yaml.MappingNode) -> Document:
        """Return this document with another content, whose nodes may come from several files."""
        other = copy(self)
        other.root, other.data = root, other._plain(root)
        return other

    def validate(self, model: type[Model]) -> Model:
        """Return the file's content as `model`.

        Raises
        ------
        ConfigErrors
            Every fault that the model finds.
        """
        details = shape_faults(model, self.data)
        if isinstance(details, BaseModel):
            return details
        raise ConfigErrors(self.explain(model, details))

    def explain(self, model: type[BaseModel], details: Sequence[ErrorDetails]) -> list[ConfigError]:
        """Return the errors that people read for what `shape_faults` found in this document."""
        return [self._explain(model, detail) for detail in details]

    def fault(self, place: Place, message: str, hint: str) -> ConfigError:
        """Return an error that points at the value at `place`, or at the nearest thing that exists."""
        return self._error(self._node(place).start_mark, f"{dotted(place)}: {message}" if place else message, hint)

    def _error(self, mark: Any, message: str, hint: str) -> ConfigError:
        file = mark.name or self.file
        return ConfigError(message, file=file, line=mark.line + 1, column=mark.column + 1, hint=hint)

    def _compose(self) -> yaml.MappingNode:
        loader = self._loader
        try:
            root = loader.get_single_node()
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark or loader.get_mark()
            raise ConfigErrors([self._error(mark, *_yaml_fault(error.problem or "this is not YAML"))]) from None
        except (ValueError, OverflowError):  # PyYAML does not check the number in "\\UFFFFFFFF"
            raise ConfigErrors([self._error(loader.get_mark(), *_yaml_fault("character"))]) from None
        if not isinstance(root, yaml.MappingNode):
            message = "the file is empty" if root is None else "the file's top must be keys and values"
            raise ConfigErrors([self._error(root.start_mark if root else _START, message, _HINTS["dict_type"])])
        return root

    def _plain(self, node: yaml.Node) -> Any:
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node)
        if isinstance(node, yaml.SequenceNode):
            return [self._plain(item) for item in node.value]
        try:
            return self._loader.construct_object(node)
        except ValueError:  # Python refuses integers of more than 4300 digits
            self._faults.append(self._error(node.start_mark, "this number is too long", "write a smaller number"))
        return None

    def _mapping(self, node: yaml.MappingNode) -> dict[str, Any]:
        keys: dict[str, yaml.Node] = {}
        values: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self._faults.append(self._error(key.start_mark, "a key must be a plain text", _HINTS["dict_type"]))
            elif key.value in keys:
                first = keys[key.value].start_mark
                self._faults.append(
                    self._error(
                        key.start_mark,
                        f"the key {_short(key.value)} is here twice; first at "
                        f"{first.name}:{first.line + 1}:{first.column + 1}",
                        "keep one of the two",
                    )
                )
            else:
                keys[key.value] = key
                values[key.value] = self._plain(value)
        return values

    def _node(self, place: Place, *, key: bool = False) -> yaml.Node:
        """Return the node at `place`, or its key; steps that are no part of the file are passed over."""
        node: yaml.Node = self.root
        found: yaml.Node = node
        for step in place:
            if isinstance(node, yaml.MappingNode):
                for name, value in node.value:
                    if name.value == step:
                        found, node = (name if key else value), value
            elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
                found = node = node.value[step]
        return found

    def _explain(self, model: type[BaseModel], detail: ErrorDetails) -> ConfigError:
        kind, place, context = detail["type"], detail["loc"], detail.get("ctx", {})
        if kind.startswith("union_tag"):  # the key that tells which of several sections this is
            place = (*place, context["discriminator"].strip("'"))
            kind = "missing" if kind == "union_tag_not_found" else kind
        if at_key := place[-1:] == ("[key]",):
            place = place[:-1]
        parent, last = place[:-1], place[-1] if place else ""
        if kind == "missing":
            hint = f"write `{last}: ...` among these keys"
            return self._error(self._node(parent).start_mark, f"{dotted(place)} is missing", hint)
        if kind == "extra_forbidden":
            known = _known_keys(model, parent)
            near = get_close_matches(str(last), known, n=1)
            hint = f"did you mean `{near[0]}`? " if near else ""
            message = f"{dotted(parent)}: unknown key {_short(last)}" if parent else f"unknown key {_short(last)}"
            return self._error(self._node(place, key=True).start_mark, message, f"{hint}allowed: {', '.join(known)}")
        message = detail["msg"].removeprefix("Value error, ").removeprefix("Assertion failed, ")
        message = message[:1].lower() + message[1:]
        hint = _HINTS.get(kind, message.replace("input should be", "write a value"))
        if kind == "value_error":  # such a text says what is wrong; what to write instead
            message, _, advice = message.partition("; ")
            hint = advice or message
        elif kind == "fault":
            message, hint = context["message"], context["hint"]
        elif kind in ("literal_error", "enum"):
            message, hint = f"{_short(detail['input'])} is not allowed", f"write {context['expected']}"
        elif kind == "union_tag_invalid":
            message, hint = f"{_short(context['tag'])} is not allowed", f"write one of {context['expected_tags']}"
        elif kind == "too_short":
            message, hint = "there are not enough items", f"write at least {context['min_length']}"
        where = self._node(place, key=at_key).start_mark
        return self._error(where, f"{dotted(place)}: {message}" if place else message, hint)


def shape_faults(model: type[Model], data: Any) -> Model | list[ErrorDetails]:
    """Return `data` as `model`, or everything that does not fit."""
    try:
        # By way of JSON, where strict types still take a list for a tuple and a text for a path.
        return model.model_validate_json(json.dumps(data))
    except ValidationError as error:
        details = error.errors()
        return [detail for detail in details if not _follows(detail, details)]


def read(path: Path, model: type[Model]) -> Model:
    """Return the YAML file at `path` as `model`.

    Raises
    ------
    ConfigErrors
        Every fault of the file, each with its file, line, column and what to write instead.
    """
    return load(path).validate(model)


def load(path: Path) -> Document:
    """Return the YAML file at `path`, parsed.

    Raises
    ------
    ConfigErrors
        When it cannot be read or is not one YAML mapping.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        reason = (error.strerror or "error").lower()
        raise ConfigErrors(
            [ConfigError(f"cannot be read: {reason}", file=str(path), hint="check the path and its permissions")]
        ) from None
    if len(content) > MAX_BYTES:
        hint = "put data into a CSV or Parquet file"
        raise ConfigErrors(
            [ConfigError(f"the file has more than {MAX_BYTES} bytes", file=str(path), line=1, column=1, hint=hint)]
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8-sig", errors="replace")
        raise ConfigErrors([_unreadable(str(path), before, "a byte that is not UTF-8")]) from None
    return Document(str(path), text)


def dotted(place: Place) -> str:
    """Return a place as people write it: ``segments[2].when``."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{_cut(step)}" for step in place)
    return text.removeprefix(".")


class _Loader(CoreLoader):
    """PyYAML's loader with the core schema, refusing anchors, aliases, tags and deep nesting."""

    depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        event = self.peek_event()
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            raise yaml.MarkedYAMLError(problem="anchor", problem_mark=event.start_mark)
        if event.tag is not None:
            raise yaml.MarkedYAMLError(problem="tag", problem_mark=event.start_mark)
        if self.depth == MAX_DEPTH:
            raise yaml.MarkedYAMLError(problem="depth", problem_mark=event.start_mark)
        self.depth += 1
        node = super().compose_node(parent, index)
        self.depth -= 1
        if isinstance(node, yaml.ScalarNode) and any("\ud800" <= letter <= "\udfff" for letter in node.value):
            raise yaml.MarkedYAMLError(problem="character", problem_mark=event.start_mark)
        return node


_START = yaml.Mark("", 0, 0, 0, None, 0)

_HINTS = {
    "int_type": "write a whole number, without quotes",
    "int_parsing": "write a whole number",
    "int_from_float": "write a whole number",
    "float_type": "write a number, without quotes",
    "float_parsing": "write a number",
    "finite_number": "write an ordinary number; nan and inf are not allowed",
    "string_type": 'write a text; put it in quotes if it looks like a number, such as "12"',
    "bool_type": "write true or false",
    "bool_parsing": "write true or false",
    "tuple_type": "write a list: every item on a line of its own after `- `, or [a, b]",
    "list_type": "write a list: every item on a line of its own after `- `, or [a, b]",
    "dict_type": "write `key: value` lines",
    "model_type": "write `key: value` lines",
    "model_attributes_type": "write `key: value` lines",
}

_YAML_FAULTS = {
    "anchor": ("anchors (&) and aliases (*) are not allowed", "write the value out; quote a text that starts so"),
    "tag": ("tags (!) are not allowed", "leave the tag out; quote a text that starts with `!`"),
    "depth": (f"the nesting is deeper than {MAX_DEPTH} levels", "write it flatter"),
    "character": ("there is an escape that is no character", "write the character itself, in UTF-8"),
    "but found another document": ("there is a second document here", "keep one, and remove the `---` between them"),
}


def _yaml_fault(problem: str) -> tuple[str, str]:
    if "'\\t'" in problem:
        return "a tab is not allowed here", "indent with spaces"
    return _YAML_FAULTS.get(problem, (problem, "check indentation, colons and quotes; quote a text with signs in it"))


def _follows(detail: ErrorDetails, others: Sequence[ErrorDetails]) -> bool:
    """Whether a list is too short only because items of it are faulty, which pydantic does not count."""
    place = detail["loc"]
    return detail["type"] == "too_short" and any(
        other["loc"][: len(place)] == place for other in others if other is not detail
    )


def _unreadable(file: str, before: str, what: str) -> ConfigError:
    column = len(before) - before.rfind("\n")
    hint = "save the file as plain UTF-8 text"
    return ConfigError(f"{what} is in the file", file=file, line=before.count("\n") + 1, column=column, hint=hint)


def _cut(value: object) -> str:
    text = str(value)
    return text if len(text) <= 40 else f"{text[:37]}..."


def _short(value: object) -> str:
    return f"`{_cut(value)}`"


def _known_keys(model: type[BaseModel], place: Place) -> list[str]:
    """Return the keys that the models at `place` know; list indexes and union tags lead nowhere new."""
    models = [model]
    for step in place:
        fields = [known.model_fields[step] for known in models if step in known.model_fields]
        models = [inner for field in fields for inner in _models_in(field.annotation)] or models
    return sorted({field.alias or name for known in models for name, field in known.model_fields.items()})


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models_in(inner)
