"""Any event as a line: mark, title, detail and tone."""

from __future__ import annotations

from typing import assert_never

from session_inspector.devserver.core.events.base import SessionFacts
from session_inspector.devserver.core.events.browser import BrowserEvent
from session_inspector.devserver.core.events.exchange import (
    CookieEdited,
    CookieSet,
    CookiesForgotten,
    EqualCookiesSeen,
    ExchangeEnded,
    ExchangeEvent,
    ExchangeStarted,
)
from session_inspector.devserver.core.events.login import LoginEvent
from session_inspector.devserver.core.events.process import ProcessEvent
from session_inspector.devserver.core.events.session import (
    ClockForced,
    ClockRestored,
    CookieLeft,
    CookieReused,
    RowRead,
    SessionAnswered,
    SessionDestroyed,
    SessionEvent,
    SessionLoaded,
    SessionNotOpened,
    SessionRefused,
    SessionResurrected,
    SessionSeen,
    SessionShownAgain,
    SessionVanished,
    SessionWriteRefused,
    SessionWritten,
)
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.numbers import count_noun
from session_inspector.inspector.model.facts.rows import Line, Tone
from session_inspector.inspector.model.facts.sessions.users import name_user
from session_inspector.inspector.model.facts.sweeps import CookieSweep
from session_inspector.inspector.model.fold.cookies import is_emptied
from session_inspector.inspector.model.views.browser_lines import browser_line
from session_inspector.inspector.model.views.lines.copy_lines import doubt_line, reuse_line
from session_inspector.inspector.model.views.login_lines import login_line
from session_inspector.inspector.model.views.process_lines import process_line
from session_inspector.inspector.model.views.server_lines import server_line
from session_inspector.inspector.model.words.auth_reasons import reason_text
from session_inspector.inspector.model.words.cookie_life import life_text
from session_inspector.inspector.model.words.text import size
from session_inspector.inspector.model.words.unverified import refusal_title, unverified_title

WRITES: dict[str, tuple[str, str]] = {
    "login": ("✚", "session created"),
    "created": ("✚", "session created, no login seen"),
    "begun": ("✚", "login into the session that was there"),
    "roll": ("↻", "rolled"),
    "refresh": ("⟳", "tokens refreshed and saved"),
    "update": ("✎", "session changed"),
    "migrate": ("⇧", "v3 session migrated"),
    "rotate": ("⟳", "cookies rotated: new values, the same session"),
}

TAKEN_FOR_THE_SAME = ("⟳", "new values in place of its cookies: taken for the same session")


def line_of(event: Event) -> Line:
    """Return mark, title, detail and tone of any event."""
    if isinstance(event, ExchangeEvent):
        return _exchange_line(event)
    if isinstance(event, SessionEvent):
        return _session_line(event)
    if isinstance(event, LoginEvent):
        return login_line(event)
    if isinstance(event, ProcessEvent):
        return process_line(event)
    if isinstance(event, BrowserEvent):
        return browser_line(event)
    return server_line(event)


def _exchange_line(event: ExchangeEvent) -> Line:
    match event:
        case ExchangeStarted():
            return _request_line(event)
        case ExchangeEnded():
            return _response_line(event)
        case CookieSet():
            return _cookie_line(event)
        case EqualCookiesSeen():
            return _equal_line(event)
        case CookiesForgotten():
            names = ", ".join(event.names)
            title = "cookies deleted in the browser, by command"
            return "✂", title, f"{event.client} · {names}", "warn"
        case CookieEdited():
            detail = f"{event.client} · {size(event.size)} · Path={event.path}"
            return "✎", f"cookie {event.name} put in by hand", detail, "warn"
        case _:
            assert_never(event)


def sweep_line(sweep: CookieSweep) -> Line:
    """Return the line of cookies that one response has deleted."""
    names = ", ".join(cookie.name for cookie in sweep.deletions)
    title = f"{len(sweep.deletions)} cookies deleted"
    return "✂", title, f"{names} · Path={sweep.first.path}", "dim"


def _request_line(event: ExchangeStarted) -> Line:
    sender = event.client
    if event.party == "provider":
        sender = f"provider {event.client}"
    sent = "no cookie"
    if event.cookies:
        sent = f"{count_noun(len(event.cookies), 'cookie')}, {size(event.cookie_bytes)}"
    if event.bearer:
        sent += f", bearer token #{event.bearer[:6]}"
    return "→", f"{event.method} {event.path}", f"{sender} · {sent}", "dim"


def _response_line(event: ExchangeEnded) -> Line:
    details = [f"{event.duration * 1000:.1f} ms", f"{event.set_cookies} Set-Cookie"]
    if event.location:
        details.append(f"→ {event.location}")
    if event.auth_reason:
        details.append(reason_text(event))
    tone: Tone = "dim"
    if event.status >= 400:
        tone = "warn"
    return "←", str(event.status), " · ".join(details), tone


def _cookie_line(event: CookieSet) -> Line:
    if event.is_deletion:
        return "✂", f"cookie {event.name} deleted", f"Path={event.path}", "dim"
    if is_emptied(event):
        return "✂", f"cookie {event.name} emptied", f"Path={event.path}", "dim"
    age = "browser session"
    if event.max_age is not None:
        age = life_text(event)
    return "◍", f"cookie {event.name} set", f"{size(event.size)} · {age}", "plain"


READS = {
    "first": "{family} reads the first",
    "last": "{family} reads the last",
    "": "which one the app reads is not known",
}


def _equal_line(event: EqualCookiesSeen) -> Line:
    detail = READS[event.reads].format(family=event.family)
    return "⧉", f"cookie {event.name} comes {len(event.digests)} times", detail, "warn"


def _session_line(event: SessionEvent) -> Line:
    match event:
        case SessionWritten():
            mark, title = _write_title(event)
            return mark, title, f"{event.facts.kind}{_spell_content(event.facts)}", "good"
        case SessionLoaded():
            return _loaded_line(event)
        case SessionSeen():
            return _seen_line(event)
        case RowRead():
            return _row_line(event)
        case SessionWriteRefused():
            return "⊠", "late write refused", event.reason, "good"
        case ClockForced() | ClockRestored():
            return _clock_line(event)
        case SessionShownAgain() | CookieLeft() | SessionAnswered():
            return doubt_line(event)
        case CookieReused():
            return reuse_line(event)
        case _:
            return _ending_line(event)


def _write_title(event: SessionWritten) -> tuple[str, str]:
    """Return what was written: of new values only a user inside shows whose session it is."""
    if event.reason == "rotate" and not event.facts.sub:
        return TAKEN_FOR_THE_SAME
    return WRITES[event.reason]


def _clock_line(event: ClockForced | ClockRestored) -> Line:
    name = event.clock.replace("_", " ")
    if isinstance(event, ClockForced):
        return "◔", f"clock expired by hand: {name}", "", "warn"
    return "◕", f"clock put back: {name}", "", "plain"


def _loaded_line(event: SessionLoaded) -> Line:
    if event.origin == "told":
        return "✓", "session accepted", event.sub, "plain"
    if event.origin == "seen":
        return "✓", "session accepted again, by the app's answer", event.sub, "plain"
    return (
        "→",
        "session presented",
        f"{event.sub} · the response shows the rest",
        "plain",
    )


def _seen_line(event: SessionSeen) -> Line:
    if event.taken_from:
        who = f"{event.taken_from} before, {name_user(event.facts) or 'nobody'} now"
        return "⇄", "another user is in its row", who, "warn"
    title = "seen in the store"
    if event.cause:
        title = "seen"
    return "▤", title, _spell_content(event.facts).removeprefix(" · "), "dim"


def _spell_content(facts: SessionFacts) -> str:
    """Return how large the content is, and whose; of what nobody can read the cookie has a size."""
    if facts.kind == "unknown":
        return f" · {facts.name}"
    return f" · {size(facts.size)} · {facts.name}"


def _row_line(event: RowRead) -> Line:
    """Return what a row was after an answer, with the members that were not so before."""
    data = event.facts.data
    before = event.before.data
    names = dict.fromkeys((*data, *before))
    changed = [name for name in names if data.get(name) != before.get(name)]
    detail = f"{', '.join(changed)} changed · {count_noun(len(event.beside), 'request')} beside it"
    return "▤", "row read after this answer", detail, "dim"


def _ending_line(
    event: SessionNotOpened
    | SessionRefused
    | SessionDestroyed
    | SessionVanished
    | SessionResurrected,
) -> Line:
    match event:
        case SessionNotOpened():
            return "○", unverified_title(event.code), event.reason, "warn"
        case SessionRefused():
            return "✕", refusal_title(event), event.reason, "bad"
        case SessionDestroyed():
            return "✖", f"session ended: {event.reason}", event.detail, "bad"
        case SessionVanished(is_by_hand=True):
            return "◔", "the store has dropped the row that was expired by hand", "", "warn"
        case SessionVanished() if event.row_of:
            return "⇢", "the row is another session's", event.reason, "dim"
        case SessionVanished():
            return "✖", "session vanished from the store", event.reason, "bad"
        case SessionResurrected():
            title = "RESURRECTED: a destroyed session was written again"
            return "⚠", title, event.reason, "bad"
