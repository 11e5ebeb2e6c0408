"""Events and commands to and from JSON: the only place with their field names as text.

A `Secret` becomes {"$secret": {"length": …, "sha256": …}}; its text is written only when asked.
"""

from __future__ import annotations

import json
import types
from dataclasses import asdict, fields, is_dataclass
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from session_inspector.devserver.core.commands import Command, Reply
from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.numbers import is_number
from session_inspector.devserver.core.values import Secret, harmless_json

_EVENTS = {cls.__name__: cls for cls in get_args(Event)}
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
    return json.dumps(_plain(command, True), separators=(",", ":"))


def command_from_json(text: str | bytes) -> Command:
    """Read a command.

    Raises: InputError when it is not a command, naming the member that is wrong.
    """
    command: Command = _read(text, _COMMANDS)
    return command


def reply_to_json(reply: Reply) -> str:
    """Return a reply as JSON."""
    return json.dumps(asdict(reply))


def reply_from_json(text: str | bytes) -> Reply:
    """Read a reply."""
    found = json.loads(text)
    return Reply(
        is_ok=found["is_ok"],
        message=found["message"],
        value=found.get("value", ""),
        rows=found.get("rows", 0),
    )


def _plain(value: Any, reveal: bool) -> Any:
    if isinstance(value, Secret):
        inner: dict[str, Any] = {"length": value.length, "sha256": value.digest}
        if reveal and value.is_at_hand:
            inner["text"] = value.reveal()
        return {"$secret": inner}
    if is_dataclass(value):
        named = {f.name: _plain(getattr(value, f.name), reveal) for f in fields(value)}
        return {"type": type(value).__name__, **named}
    if isinstance(value, (list, tuple)):
        return [_plain(member, reveal) for member in value]
    if isinstance(value, dict):
        return {name: _plain(member, reveal) for name, member in value.items()}
    return value


def _read(text: str | bytes, known: dict[str, type]) -> Any:
    try:
        found = json.loads(text)
        cls = known[found["type"]]
        return _build(cls, found)
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        # RecursionError: brackets a few thousand deep
        names = ", ".join(sorted(known))
        raise InputError(
            f"not understood ({error}); it must be a JSON object whose type is one of: {names}"
        ) from error


def _build(cls: type, found: dict[str, Any]) -> Any:
    hints = _hints(cls)
    unknown = set(found) - set(hints) - {"type"}
    if unknown:
        raise ValueError(f"{cls.__name__} has no member {sorted(unknown)[0]!r}")
    return cls(
        **{name: _shape(hints[name], value) for name, value in found.items() if name in hints}
    )


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
        return {name: _open_tree(member) for name, member in value.items()}
    return _check_value(hint, value)


def _shape_union(hint: Any, value: Any) -> Any:
    if value is None:
        return None
    inner = [arg for arg in get_args(hint) if arg is not type(None)]
    return _shape(inner[0], value)


def _check_value(hint: Any, value: Any) -> Any:
    """Return a scalar of its field's type.

    Raises: TypeError otherwise; a boolean is no number.
    """
    if get_origin(hint) is Literal:
        is_right = value in get_args(hint)
    elif hint is float:
        is_right = is_number(value)
    else:
        is_right = type(value) is hint
    if not is_right:
        raise TypeError(f"{value!r:.40} is no {getattr(hint, '__name__', hint)}")
    return value


def _secret(value: dict[str, Any]) -> Secret:
    inner = value["$secret"]
    return Secret(inner["length"], inner["sha256"], inner.get("text"))


def _open_tree(value: Any) -> Any:
    """Turn the masked leaves of a tree back into secrets."""
    if isinstance(value, dict):
        if "$secret" in value:
            return _secret(value)
        return {name: _open_tree(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_open_tree(member) for member in value]
    return value
