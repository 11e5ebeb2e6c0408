"""ASP.NET Core's authentication ticket: schemes, identities with their claims, properties."""

from __future__ import annotations

from datetime import UTC
from email.utils import parsedate_to_datetime

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.values import Json, JsonObject, Seconds
from session_inspector.devserver.decoders.codecs.data_protection import write_length
from session_inspector.devserver.decoders.codecs.json_text import object_member
from session_inspector.devserver.decoders.codecs.serialised.byte_reader import ByteReader

TICKET_VERSION = 5
PROPERTIES_VERSION = 1
DEFAULT = "\0"
"""Stands for a text's usual value."""
NAME_CLAIM = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name"
SHORT = {
    NAME_CLAIM: "name",
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier": "sub",
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress": "email",
    "http://schemas.microsoft.com/ws/2008/06/identity/claims/role": "role",
}
"""Claims by the names that people know them by."""


def read_ticket(raw: bytes) -> JsonObject | None:
    """Return the claims of all identities and the properties, None for what is no ticket."""
    reader = ByteReader(raw)
    try:
        if _int(reader) != TICKET_VERSION:
            return None
        scheme = _text(reader)
        claims: JsonObject = {}
        for _ in range(_int(reader)):
            _read_identity(reader, claims)
        return {"scheme": scheme, "claims": claims, "properties": _read_properties(reader)}
    except ValueError:
        return None


def write_ticket(raw: bytes, edited: JsonObject) -> bytes:
    """Return a ticket with other properties; its identities stay as they are written.

    Raises: DecodeError (not_sealable) for an edit of the claims or the scheme.
    """
    reader = ByteReader(raw)
    _int(reader)
    _text(reader)
    for _ in range(_int(reader)):
        _read_identity(reader, {})
    properties = object_member(edited, "properties")
    found = raw[: reader.at] + _write_int(PROPERTIES_VERSION) + _write_int(len(properties))
    for name, value in properties.items():
        found += _write_text(name) + _write_text(str(value))
    if read_ticket(found) != edited:
        raise DecodeError(
            "of a ticket only the properties are written anew (.issued, .expires): its claims say"
            " more than is shown",
            code="not_sealable",
        )
    return found


def _write_int(number: int) -> bytes:
    return number.to_bytes(4, "little")


def _write_text(text: str) -> bytes:
    raw = text.encode("utf-8", "replace")
    return write_length(len(raw)) + raw


def issued_of(ticket: JsonObject) -> Seconds | None:
    """Return when a ticket was made."""
    return _moment(object_member(ticket, "properties").get(".issued"))


def ends_of(ticket: JsonObject) -> Seconds | None:
    """Return when a ticket ends; None: never by itself."""
    return _moment(object_member(ticket, "properties").get(".expires"))


def _moment(value: Json) -> Seconds | None:
    if not isinstance(value, str):
        return None
    try:
        found = parsedate_to_datetime(value)
    except (ValueError, TypeError):
        return None
    return found.replace(tzinfo=found.tzinfo or UTC).timestamp()


def _read_identity(reader: ByteReader, claims: JsonObject) -> None:
    reader.enter()
    _text(reader)  # the kind of authentication
    name_claim = _text(reader, NAME_CLAIM)
    _text(reader)  # the claim of roles
    for _ in range(_int(reader)):
        _read_claim(reader, name_claim, claims)
    if reader.byte():
        _text(reader)  # a bootstrap context
    if reader.byte():
        _read_identity(reader, {})  # who acts for somebody
    reader.leave()


def _read_claim(reader: ByteReader, name_claim: str, claims: JsonObject) -> None:
    kind = _text(reader, name_claim)
    value = _text(reader)
    for _ in range(3):
        _text(reader)  # type of the value, issuer, first issuer
    for _ in range(_int(reader)):
        _text(reader)
        _text(reader)
    name = SHORT.get(kind, kind)
    before = claims.get(name)
    if before is None:
        claims[name] = value
    elif isinstance(before, list):
        claims[name] = [*before, value]
    else:
        claims[name] = [before, value]


def _read_properties(reader: ByteReader) -> JsonObject:
    if _int(reader) != PROPERTIES_VERSION:
        raise ValueError("properties of another version")
    return {_text(reader): _text(reader) for _ in range(_int(reader))}


def _int(reader: ByteReader) -> int:
    found = int.from_bytes(reader.take(4), "little", signed=True)
    if not 0 <= found <= len(reader.raw):
        raise ValueError("a count is too large")
    return found


def _text(reader: ByteReader, usual: str = "") -> str:
    """Return a text behind its length, seven bits a byte."""
    size = 0
    for shift in range(0, 35, 7):
        part = reader.byte()
        size |= (part & 0x7F) << shift
        if part < 0x80:
            break
    found = reader.take(size).decode("utf-8", "replace")
    if found == DEFAULT:
        return usual
    return found
