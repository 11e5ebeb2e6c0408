"""MessagePack as JSON values: maps, lists, texts, numbers, time stamps; bytes as base64."""

from __future__ import annotations

from base64 import b64encode
from datetime import UTC, datetime

from devserver.core.errors import DecodeError
from devserver.core.values import Json
from devserver.decoders.keys import LARGEST

DEEPEST = 64


def unpack(raw: bytes) -> Json:
    """Return a MessagePack value.

    Bytes become base64 text. Raises: DecodeError (not_decoded; no_library without `msgpack`).
    """
    try:
        import msgpack  # an extra: few formats need it
    except ImportError as error:
        raise DecodeError(
            "it holds MessagePack; Fix: pip install 'session-inspector[formats]'",
            code="no_library",
        ) from error
    if len(raw) > LARGEST:
        raise DecodeError("its MessagePack is too large for a session", code="too_large")
    try:
        found: object = msgpack.unpackb(raw, timestamp=3, strict_map_key=False)
    except (ValueError, TypeError, RecursionError, OverflowError, msgpack.UnpackException) as error:
        raise DecodeError(f"its MessagePack is damaged: {error}", code="tampered") from error
    return _json(found, 0)


def _json(value: object, depth: int) -> Json:
    if depth > DEEPEST:
        raise DecodeError("its MessagePack nests too deep for a session", code="too_large")
    match value:
        case dict():
            return {str(name): _json(member, depth + 1) for name, member in value.items()}
        case list() | tuple():
            return [_json(member, depth + 1) for member in value]
        case bytes():
            return b64encode(value).decode()
        case datetime():
            text = value.astimezone(UTC).isoformat(timespec="auto")
            return text.replace("+00:00", "Z")
        case None | bool() | int() | float() | str():
            return value
        case _:
            return str(value)
