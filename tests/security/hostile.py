"""Texts that steer terminals, and events that carry one in every place where a text can be."""

from __future__ import annotations

import types
import unicodedata
from dataclasses import fields, is_dataclass
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.values import Secret
from tests.inspector.sample import NOW

HOSTILE = (
    "\x1b]0;pwned\x07\x1b[2J\x9b31m\x90q\x9c\r\nfake line\t\x08\x7f\x00[bold red]x[/]"
    "\u202eevil\u2066\u200b\ud800\u2028"
)
"""OSC, CSI (7 and 8 bits), DCS, line breaks, backspace, markup, bidi, zero width, surrogate."""
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def steering(text: str, *, allowed: str = "") -> list[str]:
    """Return the characters of a text that move a cursor, turn text around, or show nothing."""
    return [
        f"U+{ord(char):04X}"
        for char in text
        if char not in allowed and unicodedata.category(char) in _HIDDEN
    ]


def hostile_events() -> list[Event]:
    """Return one event of each kind, hostile throughout; they belong together by their ids."""
    return [_made(cls) for cls in get_args(Event)]


def _made(cls: Any) -> Any:
    hints = get_type_hints(cls, localns={"Shown": Any})
    return cls(**{field.name: _value(field.name, hints[field.name]) for field in fields(cls)})


def _value(name: str, hint: Any) -> Any:
    origin = get_origin(hint)
    inner = get_args(hint)
    if name == "seq":
        return 0
    if hint is Secret:
        return Secret.of(HOSTILE)
    if isinstance(hint, type) and is_dataclass(hint):
        return _made(hint)
    if origin in (Union, types.UnionType):
        return _value(name, inner[0])
    if origin is Literal:
        return inner[0]
    if origin is tuple:
        return (_value(name, inner[0]),)
    if origin is dict:
        return {HOSTILE: {HOSTILE: [HOSTILE]}, "user": {"sub": HOSTILE, "name": HOSTILE}}
    return {str: HOSTILE, bool: True, int: 1, float: NOW}[hint]
