"""MessagePack as JSON values: maps, lists, texts, numbers, time stamps; bytes as base64."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Collection
from datetime import UTC, datetime

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.installation import install_command
from session_inspector.devserver.core.values import Json, JsonObject
from session_inspector.devserver.decoders.codecs.limits import DEEPEST, LARGEST


def unpack(raw: bytes) -> Json:
    """Return a MessagePack value.

    Bytes become base64 text. Raises: DecodeError (tampered, too_large; no_library without
    `msgpack`).
    """
    try:
        import msgpack  # an extra: few formats need it
    except ImportError as error:
        raise DecodeError(
            f"it holds MessagePack. Fix: {install_command('formats')}",
            code="no_library",
        ) from error
    if len(raw) > LARGEST:
        raise DecodeError("its MessagePack is too large for a session", code="too_large")
    try:
        found: object = msgpack.unpackb(raw, timestamp=3, strict_map_key=False)
    except (ValueError, TypeError, RecursionError, OverflowError, msgpack.UnpackException) as error:
        raise DecodeError(f"its MessagePack is damaged: {error}", code="tampered") from error
    return _to_json(found, 0)


def pack(value: JsonObject, times: Collection[str]) -> bytes:
    """Return MessagePack; the members named in `times` become time stamps, `n_b64` the bytes n.

    Raises: DecodeError (no_library; not_sealable for a time that is none).
    """
    try:
        import msgpack  # as above
    except ImportError as error:
        raise DecodeError(
            f"it needs MessagePack. Fix: {install_command('formats')}",
            code="no_library",
        ) from error
    plain: dict[str, object] = {}
    for name, member in value.items():
        if name in times and isinstance(member, str):
            plain[name] = msgpack.Timestamp.from_datetime(_parse_time(name, member))
        elif name == "n_b64" and isinstance(member, str):
            plain["n"] = b64decode(member)
        else:
            plain[name] = member
    found: bytes = msgpack.packb(plain)
    return found


def _parse_time(name: str, text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise DecodeError(f"{name} is {text!r}, no ISO 8601 time", code="not_sealable") from error


def _to_json(value: object, depth: int) -> Json:
    if depth > DEEPEST:
        raise DecodeError("its MessagePack nests too deep for a session", code="too_large")
    match value:
        case dict():
            return {str(name): _to_json(member, depth + 1) for name, member in value.items()}
        case list() | tuple():
            return [_to_json(member, depth + 1) for member in value]
        case bytes():
            return b64encode(value).decode()
        case datetime():
            text = value.astimezone(UTC).isoformat(timespec="auto")
            return text.replace("+00:00", "Z")
        case None | bool() | int() | float() | str():
            return value
        case _:
            return str(value)
