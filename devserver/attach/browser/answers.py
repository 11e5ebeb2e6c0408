"""Reads members of what a browser answers: a member of another type is as if it were not there."""

from __future__ import annotations

from session_inspector.devserver.core.values import Json, JsonObject


def text_in(found: JsonObject, name: str) -> str:
    """Return a member that is a text; empty: there is none."""
    value = found.get(name)
    if isinstance(value, str):
        return value
    return ""


def number_in(found: JsonObject, name: str) -> float | None:
    """Return a member that is a number."""
    value = found.get(name)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return float(value)


def switch_in(found: JsonObject, name: str) -> bool:
    """Check for a member that is true."""
    return found.get(name) is True


def object_in(found: JsonObject, name: str) -> JsonObject:
    """Return a member that is an object; empty: there is none."""
    return as_object(found.get(name))


def objects_in(found: JsonObject, name: str) -> list[JsonObject]:
    """Return the objects of a member that is a list."""
    value = found.get(name)
    if not isinstance(value, list):
        return []
    return [member for member in value if isinstance(member, dict)]


def texts_in(found: JsonObject, name: str) -> list[str]:
    """Return the texts of a member that is a list."""
    value = found.get(name)
    if not isinstance(value, list):
        return []
    return [member for member in value if isinstance(member, str)]


def as_object(value: Json) -> JsonObject:
    """Return a value that is an object; empty: it is none."""
    if isinstance(value, dict):
        return value
    return {}
