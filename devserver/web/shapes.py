"""JSON Schemas of the dataclasses that travel, as `wire.py` reads and writes them.

shape_of(MoveClock)  {"type": "object", "required": ["type", "seconds"], …}
"""

from __future__ import annotations

import types
from dataclasses import MISSING, Field, fields, is_dataclass
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from session_inspector.devserver.core.numbers import FURTHEST
from session_inspector.devserver.core.values import JsonObject, Secret

_SCALARS: dict[object, JsonObject] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number", "minimum": -FURTHEST, "maximum": FURTHEST},
}
SECRET: JsonObject = {
    "type": "object",
    "description": "A credential, masked: its length and the beginning of its SHA-256.",
    "required": ["$secret"],
    "properties": {
        "$secret": {
            "type": "object",
            "required": ["length", "sha256"],
            "properties": {
                "length": {"type": "integer"},
                "sha256": {"type": "string"},
                "masked": {"type": "string"},
            },
        }
    },
}


def shape_of(cls: type, *, is_tagged: bool = True) -> JsonObject:
    """Return the schema of a dataclass; tagged ones carry their name as `type`."""
    hints = get_type_hints(cls, localns={"Shown": Any})  # Shown is recursive, as in wire.py
    members: JsonObject = {}
    required = []
    if is_tagged:
        members["type"] = {"const": cls.__name__}
        required.append("type")
    for field in fields(cls):
        members[field.name] = _shape(hints[field.name])
        if not _has_default(field):
            required.append(field.name)
    found: JsonObject = {
        "type": "object",
        "required": [*required],
        "properties": members,
        "additionalProperties": False,
    }
    description = (cls.__doc__ or "").strip()
    if description:
        return {"description": description, **found}
    return found


def _has_default(field: Field[Any]) -> bool:
    return field.default is not MISSING or field.default_factory is not MISSING


def _shape(hint: Any) -> JsonObject:
    if hint is Secret:
        return SECRET
    if isinstance(hint, type) and is_dataclass(hint):
        return shape_of(hint)
    origin = get_origin(hint)
    inner = get_args(hint)
    if origin is Literal:
        return {"enum": [*inner]}
    if origin in (Union, types.UnionType):
        kinds = [_shape(kind) for kind in inner if kind is not type(None)]
        return {"anyOf": [*kinds, {"type": "null"}]}
    if origin is tuple:
        return {"type": "array", "items": _shape(inner[0])}
    if origin is dict:
        return {"type": "object"}
    return _SCALARS.get(hint, {})
