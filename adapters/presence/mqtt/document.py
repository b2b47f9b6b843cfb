"""The messages as JSON Schemas and the topics as an AsyncAPI document, made from the very records that are spoken."""

from __future__ import annotations

import inspect
import re
from typing import Any

import msgspec

from adapters.presence.mqtt import messages as m
from adapters.presence.mqtt.topics import EVERY, TO_ENGINE, Topic

_REFS = "#/components/schemas/{name}"


def asyncapi() -> dict[str, Any]:
    """Return the AsyncAPI 3.0 document, as Paceline sees it: it receives what desktops send."""
    records = {topic.name: _records(topic) for topic in EVERY}
    every = list(dict.fromkeys(record for own in records.values() for record in own))
    _, schemas = msgspec.json.schema_components(every, ref_template=_REFS)
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Paceline desktops",
            "version": "1",
            "description": "What agents' desktops and Paceline say to each other over MQTT, with QoS 1.",
        },
        "defaultContentType": "application/json",
        "channels": {topic.name: _channel(topic, records[topic.name]) for topic in EVERY},
        "operations": {
            topic.name: {
                "action": "receive" if topic in TO_ENGINE else "send",
                "channel": {"$ref": f"#/channels/{topic.name}"},
                "bindings": {"mqtt": {"qos": 1, "retain": topic.retained}},
            }
            for topic in EVERY
        },
        "components": {
            "messages": {
                record.__name__: {
                    "name": record.__name__,
                    "summary": _about(record),
                    "payload": {"$ref": _REFS.format(name=record.__name__)},
                }
                for record in every
            },
            "schemas": {name: _plain(schema) for name, schema in sorted(schemas.items())},
        },
    }


def table() -> str:
    """Return the topics as a Markdown table."""
    lines = ["| topic | who writes | kept | message |", "|---|---|---|---|"]
    for topic in EVERY:
        said = "<br>".join(f"`{_example(record)}` {_about(record)}" for record in _records(topic))
        kept = "retained" if topic.retained else ""
        lines.append(f"| `paceline/{topic.path}` | {topic.sender} | {kept} | {said} |")
    return "\n".join(lines) + "\n"


def _records(topic: Topic) -> tuple[type[m.Message], ...]:
    return getattr(topic.messages, "__args__", (topic.messages,))


def _channel(topic: Topic, records: tuple[type[m.Message], ...]) -> dict[str, Any]:
    channel: dict[str, Any] = {
        "address": f"paceline/{topic.path}",
        "messages": {record.__name__: {"$ref": f"#/components/messages/{record.__name__}"} for record in records},
    }
    if names := re.findall(r"{(\w+)}", topic.path):
        channel["parameters"] = {name: {"description": f"The {name}'s id, matching {m.NAME}"} for name in names}
    return channel


def _example(record: type[m.Message]) -> str:
    info = msgspec.inspect.type_info(record)
    assert isinstance(info, msgspec.inspect.StructType)
    tag = [] if info.tag_field is None else [f"{info.tag_field}: {info.tag}"]
    return "{" + ", ".join([*tag, *(f"{one.encode_name}{'' if one.required else '?'}" for one in info.fields)]) + "}"


def _about(record: type[m.Message]) -> str:
    return (inspect.getdoc(record) or "").split("\n\n")[0].replace("\n", " ").replace("``", "`")


def _plain(schema: dict[str, Any]) -> dict[str, Any]:
    if "description" in schema:
        schema = schema | {"description": " ".join(schema["description"].replace("``", "`").split())}
    return schema
