"""Sessions whose cookie is only an id: what their row says, where it is at hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from session_inspector.devserver.core.values import JsonObject, Seconds
from session_inspector.devserver.decoders.base import Decoded, Material, find_row
from session_inspector.devserver.decoders.evidence import NO_ROW

IN_STORE = "the session is in a store, by this id"
HASH_TEXT = "latin-1"
"""How the bytes of a hash's values are written as texts: each byte is a character."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSession:
    """What a row holds."""

    payload: JsonObject = field(default_factory=dict)
    format: str = ""
    """A framework that the row tells, over the one that the id tells."""
    issued: Seconds | None = None
    updated: Seconds | None = None
    expires: Seconds | None = None
    """The end that its framework obeys and that the row has inside."""
    ends_by: str = ""
    notes: tuple[str, ...] = ()


ReadRow: TypeAlias = Callable[[bytes], StoredSession]
"""Raises: DecodeError for a row that is not of the format."""


def open_stored(
    format_name: str,
    cookie: tuple[str, str],
    keys: tuple[str, ...],
    material: Material,
    read: ReadRow,
) -> Decoded:
    """Return the session of an id, or the id alone. Raises: DecodeError of its row.

    `cookie`: name and value; `keys`: what may be its row's key, the id first.
    """
    name, value = cookie
    rows = (find_row(material, key) for key in keys)
    row = next((row for row in rows if row is not None), None)
    if row is None:
        return Decoded(
            format=format_name,
            cookies=(name,),
            payload={"id": keys[0]},
            unverified=NO_ROW,
            size=len(value),
            session_id=keys[0],
            notes=(IN_STORE,),
        )
    stored = read(row)
    return Decoded(
        format=stored.format or format_name,
        cookies=(name,),
        payload=stored.payload,
        size=len(value),
        session_id=keys[0],
        issued=stored.issued,
        updated=stored.updated,
        notes=stored.notes,
    ).with_end(stored.expires, stored.ends_by, material.now)


def hash_values(fields: Mapping[str, object]) -> dict[str, bytes]:
    """Return the values of a hash that came as JSON: texts whose characters are bytes."""
    return {
        name: value.encode(HASH_TEXT, "replace")
        for name, value in fields.items()
        if isinstance(value, str)
    }
