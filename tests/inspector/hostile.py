"""A journal in which every text is hostile, and what must never reach a terminal."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import fields, is_dataclass, replace
from functools import lru_cache
from typing import TypeVar, get_type_hints

from session_inspector.devserver.core.events.login import (
    LoginFailed,
    ProviderSessionEnded,
    StepFailed,
    TokenRefused,
)
from session_inspector.devserver.core.events.process import (
    AppEnded,
    AppListening,
    AppListensElsewhere,
    AppOutput,
    AppStarted,
)
from session_inspector.devserver.core.events.server import (
    CarrierSwitched,
    CommandRun,
    PluginFailed,
    ScenarioTold,
)
from session_inspector.devserver.core.events.session import (
    SessionSeen,
    SessionVanished,
    SessionWriteRefused,
    SessionWritten,
)
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.values import JsonObject, Secret
from session_inspector.devserver.session.facts import session_facts
from session_inspector.devserver.session.policy import Policy
from tests.inspector.busy import busy_events
from tests.inspector.sample import NOW

T = TypeVar("T")
WORST = (
    "[bold red on white]M[/] [@click=app.quit]quit[/] [link=http://x]l[/link] $[b \\[",
    "\x1b[2J\x1b]0;title\x07\x1b]52;c;eA==\x07\x1bP\x1b\\\x9b31m\x90\x9d0;t\x9c",
    "".join(map(chr, [*range(32), *range(127, 160)])),
    "abc\u202edef\u2066ghi\u2069\u200e\u200f\u061c\u202a",
    "\u200b\u200c\u200d\u2060\ufeff\u00ad\u180e\u3164\u115f\uffa0\u2028\u2029\u0085",
    "\ud800\udfff\U000e0041\U000f0000\ufffe",
    "e" + "\u0301" * 300 + "\u0489" * 300,
    "漢字" * 40 + "👩‍👩‍👧‍👦" * 20,
    "A" * 1_000_000,
    ("[b]\x1b[31m\u202e" * 100_000),
)
MARKS = 3
"""Combining marks in a row that a letter may have."""
FORBIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
BLANK = frozenset("\u3164\u115f\u1160\uffa0")
IDS = frozenset(
    {"session", "cause", "exchange", "previous", "login", "destroyed_by", "digest", "within"}
)


def harmful(text: str) -> str:
    """Return what of a drawn text would move the cursor, turn text around or hide; best empty."""
    bad = [char for char in text if unicodedata.category(char) in FORBIDDEN or char in BLANK]
    run = 0
    for char in text:
        if unicodedata.category(char) not in ("Mn", "Me"):
            run = 0
            continue
        run += 1
        if run > MARKS:
            bad.append(char)
    return ascii("".join(bad))[1:-1]


@lru_cache(maxsize=4096)
def spoiled(name: str, text: str) -> str:
    """Return a name that ties events, with a text in it; always the same object for the same."""
    if not name:
        return ""
    return f"{text}{name}"


def poisoned(value: T, text: str, *, ids: bool = False) -> T:
    """Return a dataclass whose free texts are another one.

    Names that tie events stay; with `ids` they have the text as well, and still tie them.
    """
    assert is_dataclass(value)
    hints = get_type_hints(type(value))
    changes: dict[str, object] = {}
    for field in fields(value):
        old = getattr(value, field.name)
        if hints[field.name] is str and field.name not in IDS:
            changes[field.name] = text
        elif hints[field.name] is str and ids:
            changes[field.name] = spoiled(old, text)
        elif isinstance(old, Secret):
            changes[field.name] = Secret.of(text)
        elif isinstance(old, tuple) and old and is_dataclass(old[0]) and field.name != "timers":
            changes[field.name] = tuple(poisoned(member, text, ids=ids) for member in old)
        elif isinstance(old, tuple) and old and isinstance(old[0], str):
            changes[field.name] = (text, text)
    return replace(value, **changes)  # type: ignore[type-var]  # asserted above


def claims(text: str) -> JsonObject:
    """Return a session whose names and values are that text."""
    return {
        "user": {
            "sub": text,
            "name": text,
            "email": text,
            text: text,
            "list": [text, {text: text}],
        },
        "tokenSet": {"accessToken": text, "refreshToken": text, "scope": text},
        "internal": {"sid": text, "createdAt": int(NOW)},
        text: {text: {text: text}},
    }


def hostile_events(text: str, *, ids: bool = False) -> Sequence[Event]:
    """Return a journal with every kind of line, each with that text wherever one is free.

    With `ids` also in the ids of sessions, exchanges, commands and logins.
    """
    facts = session_facts("stateful", claims(text), Policy(), NOW, key=text)
    seen = SessionSeen(at=NOW, session="mallory", facts=facts)
    wild = SessionWritten(at=NOW, cause="x5", session="mallory", reason="login", facts=facts)
    more: list[Event] = [
        seen,
        wild,
        CarrierSwitched(at=NOW, cause="c9", kind="stateful", store=text),
        CommandRun(at=NOW, cause="c9", command=text, is_ok=False, message=text),
        LoginFailed(at=NOW, cause="x5", login="l1", step="state", code=text, reason=text),
        StepFailed(at=NOW, session="alice", step="refresh", code=text, reason=text),
        PluginFailed(at=NOW, plugin=text, reason=text),
        ProviderSessionEnded(at=NOW, sub=text, sid=text),
        ScenarioTold(at=NOW, cause="c9", scenario=text, text=text, is_ok=False),
        SessionVanished(at=NOW, session="alice", reason=text),
        SessionWriteRefused(at=NOW, session="bob", reason=text),
        TokenRefused(at=NOW, token="refresh", code=text, digest="d", reason=text),
        AppStarted(at=NOW, command=text, pid=7, found=text),
        AppListening(at=NOW, upstream=text, how=text),
        AppListensElsewhere(at=NOW, ports=(5000,), wanted=3000),
        AppOutput(at=NOW, cause="x5", text=text),
        AppOutput(at=NOW, text=text, stream="stderr", is_error=True),
        AppEnded(at=NOW, code=1, is_crash=True, last=(text, text)),
    ]
    if ids:
        more = [poisoned(event, text, ids=True) for event in more]
    return [*(poisoned(event, text, ids=ids) for event in busy_events()), *more]
