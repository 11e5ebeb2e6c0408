"""Times in cookies and rows: the stamp that itsdangerous signs, and ISO 8601."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from session_inspector.devserver.core.numbers import to_number
from session_inspector.devserver.core.values import Json, JsonObject
from session_inspector.devserver.decoders.codecs.base64_text import from_base64url, to_base64url


def to_timestamp(seconds: float) -> str:
    """Return the seconds as big-endian bytes in base64url."""
    whole = int(seconds)
    size = max(1, (whole.bit_length() + 7) // 8)
    return to_base64url(whole.to_bytes(size, "big"))


def from_timestamp(text: str) -> float:
    """Return Unix seconds; 0 for a text that is no time stamp."""
    seconds = int.from_bytes(from_base64url(text) or b"", "big")
    return to_number(seconds) or 0.0


def from_iso(value: Json) -> float | None:
    """Return Unix seconds of an ISO 8601 text, None for anything else."""
    if not isinstance(value, str):
        return None
    try:
        return datetime.fromisoformat(value).timestamp()
    except (ValueError, OverflowError, OSError):
        return None


def to_iso(seconds: float) -> str:
    """Return ISO 8601 in UTC with milliseconds, as JavaScript writes it."""
    text = datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def drop_unknown_times(times: Mapping[str, float | None]) -> JsonObject:
    """Return those of some times that are known, as whole seconds: claims to seal."""
    return {name: int(at) for name, at in times.items() if at is not None}
