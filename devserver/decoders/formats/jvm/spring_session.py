"""Spring Session: base64 of a UUID; the session is a hash in Redis, or rows of two tables."""

from __future__ import annotations

import re

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.numbers import to_number
from session_inspector.devserver.core.values import Json, JsonObject, Seconds
from session_inspector.devserver.decoders.base import CookieGroup, Decoded, Material
from session_inspector.devserver.decoders.claims import (
    NOT_MINE,
    Claim,
    choose_cookie,
    could_be,
    looks_like,
    strongest_cookie,
)
from session_inspector.devserver.decoders.codecs.base64_text import from_base64
from session_inspector.devserver.decoders.codecs.json_text import parse_json, parse_object
from session_inspector.devserver.decoders.codecs.serialised.java_stream import is_java, read_java
from session_inspector.devserver.decoders.stored import StoredSession, hash_values, open_stored
from session_inspector.devserver.decoders.traits import Traits

UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
ENCODED = re.compile(r"[A-Za-z0-9+/]{48}")
"""36 characters in base64."""
ATTRIBUTE = "sessionAttr:"
PRINCIPAL = "org.springframework.session.FindByIndexNameSessionRepository.PRINCIPAL_NAME_INDEX_NAME"
RULE = "lastAccessedTime + maxInactiveInterval"
WHY_NAMED = "named SESSION, and base64 of a UUID, as DefaultCookieSerializer writes an id"
WHY_BARE = "base64 of a UUID"
MILLISECONDS = 1000


class SpringSessionDecoder:
    """`SESSION`: an id. Java's serialised attributes are shown as structure, never loaded."""

    name = "spring-session"
    traits = Traits(json="strict", cookie_names=("SESSION",))  # it tries each of equal names

    def claim(self, cookies: CookieGroup) -> Claim | None:
        """Claim base64 of a UUID under its name; others encode UUIDs as well."""
        return strongest_cookie(cookies, _claim_cookie)

    def decode(self, material: Material) -> Decoded:
        """Return the id, and its row where there is one. Raises: DecodeError."""
        cookie = choose_cookie(material.cookies, _claim_cookie)
        key = _read_id(cookie[1])
        if key is None:
            raise DecodeError("it is no base64 of a UUID", code="not_a_session")
        return open_stored("Spring Session", cookie, (key,), material, row_of)


def row_of(row: bytes) -> StoredSession:
    """Return the session of a hash. Raises: DecodeError (not_a_session).

    `row`: JSON of the hash, its values' bytes as latin-1 texts.
    """
    found = parse_object(row) or {}
    fields = {name: show_value(value) for name, value in hash_values(found).items()}
    touched = _to_seconds(fields.get("lastAccessedTime"))
    if touched is None or "creationTime" not in fields:
        raise DecodeError(
            "the row has no creationTime and lastAccessedTime, as Spring Session writes",
            code="not_a_session",
        )
    idle = to_number(fields.get("maxInactiveInterval"))
    ends: Seconds | None = None
    if idle is not None and idle >= 0:
        ends = touched + idle
    return StoredSession(
        payload=_to_payload(fields),
        issued=_to_seconds(fields.get("creationTime")),
        updated=touched,
        expires=ends,
        ends_by=RULE,
    )


def show_value(raw: bytes) -> Json:
    """Return a value: of a Java stream its structure, of JSON its value, else text."""
    if is_java(raw):
        try:
            return read_java(raw)
        except DecodeError as error:
            return error.message
    try:
        return parse_json(raw)
    except ValueError:
        return raw.decode("utf-8", "replace")


def _to_payload(fields: JsonObject) -> JsonObject:
    """Return the attributes, and whose session it is."""
    payload: JsonObject = {}
    for name, value in fields.items():
        if not name.startswith(ATTRIBUTE):
            continue
        bare = name.removeprefix(ATTRIBUTE)
        if bare == PRINCIPAL:
            payload["username"] = value
        else:
            payload[bare] = value
    return payload


def _to_seconds(value: Json) -> Seconds | None:
    found = to_number(value)
    if found is None:
        return None
    return found / MILLISECONDS


def _claim_cookie(name: str, value: str) -> Claim | None:
    if _read_id(value) is None:
        return NOT_MINE
    if name in SpringSessionDecoder.traits.cookie_names:
        return looks_like(WHY_NAMED)
    return could_be(WHY_BARE)


def _read_id(value: str) -> str | None:
    """Return the UUID inside, None for anything else."""
    if not ENCODED.fullmatch(value):
        return None
    text = (from_base64(value) or b"").decode("latin-1")
    if UUID.fullmatch(text):
        return text
    return None
