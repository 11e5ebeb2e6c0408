"""Edits of a decoded session: claims by path, times in words; and the cookies on the wire."""

from __future__ import annotations

import copy
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from session_inspector.devserver.cookies.jstext import encode_component
from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.core.json.trees import find_member
from session_inspector.devserver.core.numbers import is_endless, to_number
from session_inspector.devserver.core.values import Json, JsonObject, Seconds
from session_inspector.devserver.decoders.base import CookieGroup, Decoded
from session_inspector.devserver.decoders.codecs.json_text import parse_json
from session_inspector.inspector.decode.times import NewTimes, retime

UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
LATEST = 253_402_300_799
"""Unix seconds of the last moment that dates have: the end of the year 9999."""
_SPAN = re.compile(r"([+-])([0-9]{1,9})([smhdw]?)")
_STEP = re.compile(r"[^.\[\]]+|\[[0-9]{1,6}\]")
_OCTETS = re.compile(r"[!#-+\--:<-\[\]-~]*")
"""What may stand in a cookie's value (RFC 6265 §4.1.1)."""
WARNING = (
    "this cookie is a working login for whoever holds it. Use it on your own app and test users"
    " only, and do not paste it anywhere"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """What to change; empty: seal again as it is."""

    sets: Sequence[str] = ()
    """PATH=VALUE, the value as JSON, else text; a time in words for members that are times."""
    unsets: Sequence[str] = ()
    expires: str = ""
    issued: str = ""


def apply_edit(found: Decoded, edit: Edit, now: Seconds) -> Decoded:
    """Return the session with the edits made.

    Raises: InputError for a path that is not there to remove, or a time that is none.
    """
    payload = copy.deepcopy(found.payload)
    for text in edit.sets:
        path, equals, value = text.partition("=")
        if not equals or not path:
            raise InputError(f"--set is {text!r}; it must be PATH=VALUE. Fix: --set user.name=Bob")
        _put(payload, path, _parse_value(path, value, now))
    for path in edit.unsets:
        _remove(payload, path)
    times = NewTimes(
        issued=_new_time(edit.issued, found, payload, "iat", now),
        expires=_new_time(edit.expires, found, payload, "exp", now),
    )
    return retime(found, payload, times, now)


def describe_ignored(found: Decoded, sets: Sequence[str]) -> str:
    """Return what of the edits an app ignores: its cookie holds an id, the rest is in the store."""
    if not found.session_id:
        return ""
    paths = [text.partition("=")[0].strip() for text in sets]
    added = [path for path in paths if not _is_there(found.payload, path)]
    if not added:
        return ""
    return (
        f"{', '.join(added)} is sealed in, and its app ignores it: this cookie holds the id of a"
        " row, and the session is read from the store"
    )


def _is_there(payload: JsonObject, path: str) -> bool:
    at: Json = payload
    try:
        for step in _steps(path):
            at = _member(at, step, path)
    except InputError:
        return False
    return True


def _new_time(
    text: str, found: Decoded, payload: JsonObject, name: str, now: Seconds
) -> Seconds | None:
    """Return a time that a flag gives or that was set in the payload; None: as it was."""
    if text:
        return parse_when(text, now)
    value = payload.get(name)
    if name not in found.payload or value == found.payload[name]:
        return None
    return to_number(value)


def parse_when(text: str, now: Seconds) -> Seconds:
    """Return a moment: `+1h`, `-30m`, Unix seconds, or ISO 8601. Raises: InputError."""
    span = _SPAN.fullmatch(text)
    if span:
        seconds = int(span[2]) * UNITS[span[3] or "s"]
        if span[1] == "-":
            seconds = -seconds
        return int(now) + seconds
    try:
        return _unix_seconds(text)
    except (ValueError, OverflowError) as error:
        raise InputError(
            f"{text!r} is no time. Fix: +1h, -30m, Unix seconds, or 2026-01-31T12:00:00Z"
        ) from error


def _unix_seconds(text: str) -> Seconds:
    """Read Unix seconds or ISO 8601. Raises: ValueError, OverflowError."""
    try:
        found = to_number(float(text))
    except ValueError:
        return datetime.fromisoformat(text).timestamp()
    if found is None:
        raise ValueError(f"{text} is no time")
    return found


def to_wire(found: Decoded, cookies: CookieGroup) -> dict[str, str]:
    """Return cookies as they go over the wire: escaped where the format's servers unescape."""
    is_encoded = found.traits.is_percent_encoded
    if found.traits.is_quoted:
        return {name: _quote(value) for name, value in cookies.items()}
    return {name: _escape(value, is_encoded) for name, value in cookies.items()}


def _quote(value: str) -> str:
    return value if _OCTETS.fullmatch(value) else f'"{value}"'


def _escape(value: str, is_encoded: bool) -> str:
    if is_encoded or "%" in value or not _OCTETS.fullmatch(value):
        return encode_component(value)
    return value


def _parse_value(path: str, text: str, now: Seconds) -> Json:
    name = _steps(path)[-1]
    if isinstance(name, str) and _SPAN.fullmatch(text) and _is_time(name):
        return int(parse_when(text, now))
    try:
        found = parse_json(text)
    except ValueError:
        return text
    if find_member(found, is_endless):
        raise InputError(
            f"--set {path}={text} is no number that JSON has: NaN, or one too large."
            f" Fix: a finite number; as text, --set '{path}=\"{text}\"'"
        )
    return found


def _is_time(name: str) -> bool:
    lower = name.lower()
    return lower in ("exp", "iat", "nbf", "uat", "created") or lower.endswith(("at", "expires"))


def _steps(path: str) -> list[str | int]:
    found = _STEP.findall(path)
    if "".join(found).replace("[", "").replace("]", "") != re.sub(r"[.\[\]]", "", path):
        raise InputError(f"{path!r} is no path. Fix: user.name, tokenSets[0].scope")
    return [int(one[1:-1]) if one.startswith("[") else one for one in found]


def _put(payload: JsonObject, path: str, value: Json) -> None:
    *before, last = _steps(path)
    at: Json = payload
    for step in before:
        if isinstance(at, dict) and isinstance(step, str):
            at = at.setdefault(step, {})
        else:
            at = _member(at, step, path)
    if isinstance(at, dict) and isinstance(last, str):
        at[last] = value
    elif isinstance(at, list) and isinstance(last, int) and last <= len(at):
        at[last : last + 1] = [value]
    else:
        raise InputError(f"nothing at {path!r} can be set: its parent is no object or list")


def _remove(payload: JsonObject, path: str) -> None:
    *before, last = _steps(path)
    at: Json = payload
    for step in before:
        at = _member(at, step, path)
    _member(at, last, path)
    if isinstance(at, dict):
        at.pop(str(last))
    elif isinstance(at, list):
        at.pop(int(last))


def _member(at: Json, step: str | int, path: str) -> Json:
    if isinstance(at, dict) and isinstance(step, str) and step in at:
        return at[step]
    if isinstance(at, list) and isinstance(step, int) and step < len(at):
        return at[step]
    raise InputError(f"there is no {step!r} of {path!r} in this session. Fix: see `decode --json`")
