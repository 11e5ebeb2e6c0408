"""The event timeline: each event as a line with its cause, for people."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TypeAlias

from session_inspector.devserver.core.events.exchange import (
    CookieSet,
    ExchangeEnded,
    ExchangeStarted,
)
from session_inspector.devserver.core.events.login import (
    LoginFailed,
    LoginStarted,
    LoginSucceeded,
    ProviderSessionEnded,
    ProviderSessionStarted,
    TokenMinted,
    TokenRefused,
    TokenRevoked,
)
from session_inspector.devserver.core.events.server import ClockMoved, CommandRun, ScenarioTold
from session_inspector.devserver.core.events.session import (
    ClockForced,
    SessionDestroyed,
    SessionLoaded,
    SessionRefused,
    SessionResurrected,
    SessionSeen,
    SessionVanished,
    SessionWriteRefused,
    SessionWritten,
)
from session_inspector.devserver.core.events.union import Event
from session_inspector.inspector.model.facts.logs import Mapped
from session_inspector.inspector.model.facts.rows import TimelineRow, Tone
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.views.server_lines import server_line
from session_inspector.inspector.model.words.text import clock_text, duration, safe, size

Line: TypeAlias = tuple[str, str, str, Tone]
"""(mark, title, detail, tone)"""
WRITES: dict[str, tuple[str, str]] = {
    "login": ("✚", "session created"),
    "roll": ("↻", "rolled"),
    "refresh": ("⟳", "tokens refreshed and saved"),
    "update": ("✎", "session changed"),
    "migrate": ("⇧", "v3 session migrated"),
}
SCANNED = 20_000
"""Newest events in which those of one session are looked for."""


def timeline_rows(state: State, *, session: str = "") -> Sequence[TimelineRow]:
    """Return the events, oldest first: of one session its newest, or all, made when looked at."""
    if not session:
        return Mapped(state.loud, lambda event: row_of(state, event))
    recent = state.timeline[-SCANNED:]
    causes = {e.cause for e in recent if e.session == session and e.cause}
    events = [e for e in recent if e.session == session or _is_part(e, causes)]
    return tuple(row_of(state, event) for event in events)


def row_of(state: State, event: Event) -> TimelineRow:
    """Return one event as a line."""
    mark, title, detail, tone = line_of(event)
    return TimelineRow(
        seq=event.seq,
        at=event.at,
        clock=clock_text(event.at),
        mark=mark,
        title=safe(title, 160),
        detail=safe(detail, 400),
        cause=cause_of(state, event),
        session=event.session,
        tone=tone,
    )


def cause_of(state: State, event: Event) -> str:
    """Return what made it happen: `GET /protected (lab:alice)`, `you: Revoke`, or nothing."""
    if isinstance(event, (ExchangeStarted, CommandRun)):
        return ""
    exchange = state.exchanges.get(event.cause)
    if exchange is not None:
        path = exchange.path.partition("?")[0]
        return safe(f"{exchange.method} {path} ({exchange.client})", 80)
    command = state.commands.get(event.cause)
    if command is not None or event.cause.startswith("c"):
        return safe(f"you: {_words(command)}", 80) if command else "you"
    return ""


def _words(command: str) -> str:
    """Return a command's name as a person says it: `refresh tokens`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", command).lower()


def line_of(event: Event) -> Line:
    """Return mark, title, detail and tone of any event."""
    match event:
        case ExchangeStarted() | ExchangeEnded() | CookieSet():
            return _http(event)
        case SessionWritten() | SessionLoaded() | SessionSeen():
            return _alive(event)
        case (
            SessionRefused()
            | SessionDestroyed()
            | SessionVanished()
            | SessionResurrected()
            | SessionWriteRefused()
            | ClockForced()
        ):
            return _over(event)
        case LoginStarted() | LoginSucceeded() | LoginFailed():
            return _login(event)
        case (
            TokenMinted()
            | TokenRefused()
            | TokenRevoked()
            | ProviderSessionStarted()
            | ProviderSessionEnded()
        ):
            return _provider(event)
        case ScenarioTold():
            return server_line(event)
        case CommandRun():
            tone: Tone = "accent" if event.is_ok else "bad"
            return "»", f"you: {_words(event.command)}", event.message, tone
        case ClockMoved():
            return (
                "◷",
                f"time travel {duration(event.by)}",
                f"offset {duration(event.offset)}",
                "accent",
            )
        case _:
            return server_line(event)


def _http(event: ExchangeStarted | ExchangeEnded | CookieSet) -> Line:
    match event:
        case ExchangeStarted():
            where = "provider " if event.party == "provider" else ""
            count = len(event.cookies)
            sent = f"{count} cookie{'s' * (count != 1)}, {size(event.cookie_bytes)}"
            sent = sent if count else "no cookie"
            return "→", f"{event.method} {event.path}", f"{where}{event.client} · {sent}", "dim"
        case ExchangeEnded():
            extra = [f"{event.duration * 1000:.1f} ms", f"{event.set_cookies} Set-Cookie"]
            extra += [f"→ {event.location}"] if event.location else []
            tone: Tone = "warn" if event.status >= 400 else "dim"
            return "←", str(event.status), " · ".join(extra), tone
        case CookieSet():
            if event.is_deletion:
                return "✂", f"cookie {event.name} deleted", f"Path={event.path}", "dim"
            age = "browser session" if event.max_age is None else f"Max-Age {event.max_age:g} s"
            return "◍", f"cookie {event.name} set", f"{size(event.size)} · {age}", "plain"


def _alive(event: SessionWritten | SessionLoaded | SessionSeen) -> Line:
    match event:
        case SessionWritten():
            mark, title = WRITES[event.reason]
            facts = event.facts
            detail = f"{facts.kind} · {size(facts.size)} · {facts.name}"
            return mark, title, detail, "good"
        case SessionLoaded():
            return "✓", "session accepted", event.sub, "plain"
        case SessionSeen():
            where = "seen" if event.cause else "seen in the store"
            return "▤", where, f"{size(event.facts.size)} · {event.facts.name}", "dim"


def _over(
    event: SessionRefused
    | SessionDestroyed
    | SessionVanished
    | SessionResurrected
    | SessionWriteRefused
    | ClockForced,
) -> Line:
    match event:
        case SessionRefused():
            return "✕", f"session refused: {event.code}", event.reason, "bad"
        case SessionDestroyed():
            return "✖", f"session ended: {event.reason}", event.detail, "bad"
        case SessionVanished():
            return "✖", "session vanished from the store", event.reason, "bad"
        case SessionResurrected():
            return "⚠", "RESURRECTED: a destroyed session was written again", event.reason, "bad"
        case SessionWriteRefused():
            return "⊠", "late write refused", event.reason, "good"
        case ClockForced():
            return "◔", f"clock expired by hand: {event.clock.replace('_', ' ')}", "", "warn"


def _login(event: LoginStarted | LoginSucceeded | LoginFailed) -> Line:
    match event:
        case LoginStarted():
            return "⇢", "login started", f"returns to {event.return_to}", "plain"
        case LoginSucceeded():
            return "★", "login succeeded", event.sub, "good"
        case LoginFailed():
            return "✕", f"login failed at {event.step}", event.reason, "bad"


def _provider(
    event: TokenMinted
    | TokenRefused
    | TokenRevoked
    | ProviderSessionStarted
    | ProviderSessionEnded,
) -> Line:
    match event:
        case TokenMinted():
            parent = f" · child of #{event.parent[:6]}" if event.parent else ""
            return "⊕", f"{event.token} token minted", f"#{event.value.digest[:6]}{parent}", "dim"
        case TokenRefused():
            return "⊘", f"{event.token} token refused: {event.code}", event.reason, "bad"
        case TokenRevoked():
            return "⊖", f"{event.token} tokens revoked", f"{event.family} of the family", "warn"
        case ProviderSessionStarted():
            return "⌂", "signed in at the provider", event.sub, "plain"
        case ProviderSessionEnded():
            return "⌂", "signed out at the provider", event.sub, "plain"


def _is_part(event: Event, causes: set[str]) -> bool:
    """Say whether an event of no session belongs to an exchange or command that touched one."""
    return not event.session and event.cause in causes
