"""The end that a foreign row keeps inside itself, beside its store's: put into the past."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from session_inspector.devserver.core.numbers import to_number
from session_inspector.devserver.core.values import JsonObject, Seconds
from session_inspector.devserver.decoders.codecs.json_text import parse_object


def ended_value(layout: str, value: bytes, at: Seconds) -> bytes | None:
    """Return a row's content with its own end at a moment; None: it keeps none, or is sealed."""
    found = parse_object(value)
    if found is None:
        return None
    changed = _ended(layout, found, at)
    if changed is None:
        return None
    return json.dumps(changed, separators=(",", ":"), ensure_ascii=False).encode()


def _ended(layout: str, found: JsonObject, at: Seconds) -> JsonObject | None:
    header, cookie, meta = found.get("header"), found.get("cookie"), found.get("__metadata__")
    if layout == "connect-redis" and isinstance(header, dict) and "exp" in header:
        return {**found, "header": {**header, "exp": int(at)}}
    if layout == "connect-redis" and isinstance(cookie, dict) and cookie.get("expires"):
        return {**found, "cookie": {**cookie, "expires": _iso(at)}}
    if layout == "starsessions" and isinstance(meta, dict):
        life = to_number(meta.get("lifetime"))
        if life:
            return {**found, "__metadata__": {**meta, "created": int(at - life)}}
    if layout == "authjs" and isinstance(found.get("expires"), str):
        return {**found, "expires": _iso(at)}
    return None


def _iso(at: Seconds) -> str:
    moment = datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds")
    return moment.replace("+00:00", "Z")
