"""Events and commands to and from JSON: the only place with their field names as text.

A `Secret` becomes {"$secret": {"length": …, "sha256": …}}; its text is written only when asked.
A member of an app's data with that very name gets one more `$`, and loses it when it is read.
"""

from __future__ import annotations

import re
import types
from collections.abc import Callable, Mapping
from dataclasses import asdict, fields, is_dataclass
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from session_inspector.devserver.core.commands import Command, Reply
from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.json.reading import read_json
from session_inspector.devserver.core.json.trees import find_member
from session_inspector.devserver.core.json.writing import harmless_json, strict_json
from session_inspector.devserver.core.numbers import is_endless, is_time
from session_inspector.devserver.core.values import DEEPEST, TOO_DEEP, Secret

SECRET = "$secret"
_LIKE_SECRET = re.compile(r"\$+secret")
_EVENTS = {cls.__name__: cls for cls in get_args(Event)}
MOST = 2**53
"""The largest integer that an event carries, either way."""
NOT_OF_TYPE: Mapping[type, str] = {
    bool: "neither true nor false",
    dict: "no object",
    float: "no number of seconds",
    int: "no whole number up to 2^53",
    str: "no text",
    tuple: "no list",
}
_COMMANDS = {cls.__name__: cls for cls in get_args(Command)}


def event_to_json(event: Event, *, reveal: bool = False) -> str:
    """Return one line of JSON; secrets masked unless `reveal`."""
    return harmless_json(_plain(event, reveal), separators=(",", ":"))


def event_from_json(text: str) -> Event:
    """Read a line that event_to_json wrote.

    Raises: InputError when it is not an event.
    """
    event: Event = _read(text, _EVENTS)
    return event


def command_to_json(command: Command) -> str:
    """Return a command as JSON."""
    return strict_json(_plain(command, True), separators=(",", ":"))


def command_from_json(text: str | bytes) -> Command:
    """Read a command.

    Raises: InputError when it is not a command, naming the member that is wrong.
    """
    command: Command = _read(text, _COMMANDS, _require_ends)
    return command


def reply_to_json(reply: Reply) -> str:
    """Return a reply as JSON."""
    return strict_json(asdict(reply))


def reply_from_json(text: str | bytes) -> Reply:
    """Read a reply.

    Raises: InputError when it is none.
    """
    try:
        found = read_json(text)
        if not isinstance(found, dict):
            raise TypeError("it is no object")
        reply: Reply = _build(Reply, {**found, "type": "Reply"})
    except (ValueError, TypeError, KeyError) as error:
        raise InputError(f"the answer is no reply to a command ({error})") from error
    return reply


def _plain(value: Any, reveal: bool) -> Any:
    if isinstance(value, Secret):
        inner: dict[str, Any] = {"length": value.length, "sha256": value.digest}
        if value.masked:
            inner["masked"] = value.masked
        if reveal and value.is_at_hand:
            inner["text"] = value.reveal()
        return {SECRET: inner}
    if is_dataclass(value):
        named = {f.name: _plain(getattr(value, f.name), reveal) for f in fields(value)}
        return {"type": type(value).__name__, **named}
    if isinstance(value, (list, tuple)):
        return [_plain(member, reveal) for member in value]
    if isinstance(value, dict):
        return {_escape(name): _plain(member, reveal) for name, member in value.items()}
    return value


def _escape(name: str) -> str:
    if _LIKE_SECRET.fullmatch(name):
        return f"${name}"
    return name


def _unescape(name: str) -> str:
    if name != SECRET and _LIKE_SECRET.fullmatch(name):
        return name[1:]
    return name


def _read(
    text: str | bytes, known: dict[str, type], check: Callable[[object], None] | None = None
) -> Any:
    try:
        found: Any = read_json(text)
        if check is not None:
            check(found)
        cls = known[found["type"]]
        return _build(cls, found)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        names = ", ".join(sorted(known))
        raise InputError(
            f"not understood ({error}); it must be a JSON object whose type is one of: {names}"
        ) from error


def _require_ends(found: object) -> None:
    """Check that no number of a command is NaN or Infinity: each would be left out in silence.

    Events of earlier versions have some. Raises: ValueError that names it.
    """
    endless = find_member(found, is_endless)
    if endless:
        raise ValueError(f"{endless:.60} is no finite number")


def _build(cls: type, found: dict[str, Any]) -> Any:
    hints = _hints(cls)
    unknown = set(found) - set(hints) - {"type"}
    if unknown:
        raise ValueError(f"{cls.__name__} has no member {sorted(unknown)[0]!r}")
    return cls(**_shape_members(hints, found))


def _shape_members(hints: dict[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    shaped = {}
    for name, value in found.items():
        if name not in hints:
            continue
        try:
            shaped[name] = _shape(hints[name], value)
        except TypeError as error:
            raise TypeError(f"{name}: {error}") from error
    return shaped


@cache
def _hints(cls: type) -> dict[str, Any]:
    # Shown is recursive and lives in another module, where its name cannot be looked up
    return get_type_hints(cls, localns={"Shown": Any})


def _shape(hint: Any, value: Any) -> Any:
    """Give a JSON value the type its field has: Secret, dataclass, tuple, or itself."""
    if isinstance(hint, type) and is_dataclass(hint) and isinstance(value, dict):
        if hint is Secret:
            return _secret(value)
        return _build(hint, value)
    if get_origin(hint) in (Union, types.UnionType):
        return _shape_union(hint, value)
    if get_origin(hint) is tuple and isinstance(value, list):
        return tuple(_shape(get_args(hint)[0], member) for member in value)
    if get_origin(hint) is dict and isinstance(value, dict):
        return {_unescape(name): _open_tree(member, 1) for name, member in value.items()}
    return _check_value(hint, value)


def _shape_union(hint: Any, value: Any) -> Any:
    if value is None:
        return None
    inner = [arg for arg in get_args(hint) if arg is not type(None)]
    if inner[0] is float and is_endless(value):
        return None  # NaN and Infinity stand in recordings of earlier versions
    if all(get_origin(arg) is Literal for arg in inner):
        return _check_value(Literal[tuple(word for arg in inner for word in get_args(arg))], value)
    return _shape(inner[0], value)


def _check_value(hint: Any, value: Any) -> Any:
    """Return a scalar of its field's type.

    Raises: TypeError otherwise; a boolean is no number.
    """
    if get_origin(hint) is Literal:
        is_right = value in get_args(hint)
    elif hint is float:
        is_right = is_time(value)
    elif hint is int:
        is_right = type(value) is int and -MOST <= value <= MOST
    else:
        is_right = type(value) is hint
    if not is_right:
        raise TypeError(f"{_show(value)} is {_describe_miss(hint)}")
    return value


def _show(value: Any) -> str:
    """Return a wrong value, short; Python writes no integer of more than 4,300 digits."""
    try:
        return f"{value!r:.40}"
    except ValueError:
        return "a number of thousands of digits"


def _describe_miss(hint: Any) -> str:
    """Return what a value is not, in a person's words."""
    if get_origin(hint) is Literal:
        words = ", ".join(repr(word) for word in get_args(hint))
        return f"none of {words}"
    plain = get_origin(hint) or hint
    return NOT_OF_TYPE.get(plain, f"no {getattr(plain, '__name__', plain)}")


def _secret(value: dict[str, Any]) -> Secret:
    inner = value[SECRET]
    length = _check_value(int, inner["length"])
    digest = _check_value(str, inner["sha256"])
    text = inner.get("text")
    if text is not None:
        text = _check_value(str, text)
    masked = _check_value(str, inner.get("masked", ""))
    return Secret(length, digest, text, masked)


def _open_tree(value: Any, depth: int) -> Any:
    """Turn the masked leaves of a tree back into secrets, as deep as an event carries."""
    if isinstance(value, dict) and SECRET in value:
        return _secret(value)
    if depth > DEEPEST and isinstance(value, (dict, list)):
        return TOO_DEEP
    if isinstance(value, dict):
        return {_unescape(name): _open_tree(member, depth + 1) for name, member in value.items()}
    if isinstance(value, list):
        return [_open_tree(member, depth + 1) for member in value]
    return value
