"""The end that a foreign row keeps inside itself, beside its store's: put into the past."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from session_inspector.devserver.core.json.reading import is_cut
from session_inspector.devserver.core.numbers import to_number
from session_inspector.devserver.core.values import JsonObject, Seconds
from session_inspector.devserver.decoders.codecs.json_text import parse_object


def end_content(layout: str, content: bytes, at: Seconds) -> bytes | None:
    """Return a row's content with its own end at a moment; None: it keeps none, or is sealed."""
    found = parse_object(content)
    if found is None or is_cut(content):
        return None
    changed = _with_end(layout, found, at)
    if changed is None:
        return None
    return _to_json(changed)


def _to_json(changed: JsonObject) -> bytes:
    """Return JSON as JavaScript writes it: a lone surrogate is escaped."""
    try:
        return json.dumps(changed, separators=(",", ":"), ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return json.dumps(changed, separators=(",", ":")).encode()


def _with_end(layout: str, found: JsonObject, at: Seconds) -> JsonObject | None:
    match layout:
        case "connect-redis":
            return _end_connect(found, at)
        case "starsessions":
            return _end_starsessions(found, at)
        case "authjs" if isinstance(found.get("expires"), str):
            return {**found, "expires": _iso_moment(at)}
        case _:
            return None


def _end_connect(found: JsonObject, at: Seconds) -> JsonObject | None:
    header = found.get("header")
    if isinstance(header, dict) and "exp" in header:
        return {**found, "header": {**header, "exp": int(at)}}
    cookie = found.get("cookie")
    if isinstance(cookie, dict) and cookie.get("expires"):
        return {**found, "cookie": {**cookie, "expires": _iso_moment(at)}}
    return None


def _end_starsessions(found: JsonObject, at: Seconds) -> JsonObject | None:
    meta = found.get("__metadata__")
    if not isinstance(meta, dict):
        return None
    lifetime = to_number(meta.get("lifetime"))
    if not lifetime:
        return None
    return {**found, "__metadata__": {**meta, "created": int(at - lifetime)}}


def _iso_moment(at: Seconds) -> str:
    moment = datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds")
    return moment.replace("+00:00", "Z")
