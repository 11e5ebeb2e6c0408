"""JSON Schemas of what travels: the same members that `wire.py` reads and writes."""

from __future__ import annotations

from dataclasses import fields
from typing import get_args

import pytest

from session_inspector.devserver.core.commands import Command, MoveClock, Reply, Reveal, SetKnobs
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.numbers import FURTHEST
from session_inspector.devserver.web.shapes import SECRET, shape_of


def test_a_command_is_tagged_with_its_name() -> None:
    assert shape_of(Reveal) == {
        "description": "Return the text of one secret, by its digest, in the reply's value.",
        "type": "object",
        "required": ["type", "digest"],
        "properties": {
            "type": {"const": "Reveal"},
            "digest": {"type": "string"},
            "use": {"enum": ["screen", "decode", "export", "request"]},
        },
        "additionalProperties": False,
    }


def test_a_reply_is_not_tagged() -> None:
    found = shape_of(Reply, is_tagged=False)
    assert found["required"] == ["is_ok", "message"]
    assert isinstance(found["properties"], dict)
    assert set(found["properties"]) == {"is_ok", "message", "value", "rows", "at", "has_more"}


def test_numbers_and_inherited_members_are_typed() -> None:
    moved = shape_of(MoveClock)["properties"]
    knobs = shape_of(SetKnobs)["properties"]
    assert isinstance(moved, dict)
    assert isinstance(knobs, dict)
    assert moved["seconds"] == {"type": "number", "minimum": -FURTHEST, "maximum": FURTHEST}
    assert knobs["rotate"] == {"anyOf": [{"type": "boolean"}, {"type": "null"}]}
    assert knobs["latency"] == {"anyOf": [{"type": "object"}, {"type": "null"}]}


@pytest.mark.parametrize("cls", [*get_args(Command), *get_args(Event)])
def test_each_command_and_event_has_a_schema_of_all_its_members(cls: type) -> None:
    found = shape_of(cls)["properties"]
    assert isinstance(found, dict)
    assert set(found) == {"type", *(field.name for field in fields(cls))}


def test_a_secret_is_a_length_and_a_digest() -> None:
    cookie_set = next(cls for cls in get_args(Event) if cls.__name__ == "CookieSet")
    found = shape_of(cookie_set)["properties"]
    assert isinstance(found, dict)
    assert found["value"] == SECRET
