"""Timeline lines of a real browser that is watched."""

from __future__ import annotations

from typing import assert_never

from session_inspector.devserver.core.events.browser import (
    BrowserEvent,
    BrowserStateChanged,
    CookieIssueSeen,
    CookieJudged,
    CookiesNotSent,
    JarSeen,
)
from session_inspector.devserver.core.numbers import count_noun
from session_inspector.inspector.model.facts.rows import Line, Tone

STATES: dict[str, tuple[str, str, Tone]] = {
    "starting": ("○", "is starting", "dim"),
    "watching": ("●", "is watched", "good"),
    "lost": ("○", "lost its connection; reconnecting", "bad"),
    "closed": ("○", "was closed", "warn"),
}
VERDICTS: dict[str, tuple[str, Tone]] = {
    "kept": ("kept", "dim"),
    "changed": ("changed", "warn"),
    "dropped": ("dropped", "bad"),
    "deleted": ("deleted", "plain"),
    "missing": ("has not, or no more,", "warn"),
}


def browser_line(event: BrowserEvent) -> Line:
    """Return mark, title, detail and tone."""
    match event:
        case BrowserStateChanged():
            mark, words, tone = STATES[event.state]
            return mark, f"{event.browser} {words}", _describe_state(event), tone
        case JarSeen():
            return "▤", f"{event.browser}: its jar", _describe_jar(event), "dim"
        case CookieJudged():
            return _verdict_line(event)
        case CookiesNotSent():
            told = "; ".join(f"{cookie.name}: {cookie.why}" for cookie in event.cookies)
            return "⊘", f"not sent with {event.method} {event.url}", told, "warn"
        case CookieIssueSeen():
            return "⚠", f"{event.browser} warns of {event.name}", _with_fix(event), "warn"
        case _:
            assert_never(event)


def _describe_state(event: BrowserStateChanged) -> str:
    detail = event.reason or ", ".join(event.origins)
    if event.has_window:
        return detail
    return f"it has no window · {detail}".removesuffix(" · ")


def _describe_jar(event: JarSeen) -> str:
    words = [count_noun(len(event.cookies), "cookie")]
    if event.page:
        readable = ", ".join(event.readable) or "nothing"
        words.append(f"document.cookie reads {readable}")
    if event.equal_names:
        words.append(f"several of one name: {', '.join(event.equal_names)}")
    return " · ".join(words)


def _verdict_line(event: CookieJudged) -> Line:
    word, tone = VERDICTS[event.verdict]
    why = "; ".join(event.why)
    if why and event.origin == "rule":
        why += " (a rule; the browser gives no reason)"
    if event.fix:
        why += f". Fix: {event.fix}"
    return "◇", f"{event.browser} {word} {event.name or '(no name)'}", why, tone


def _with_fix(event: CookieIssueSeen) -> str:
    if not event.fix:
        return event.why
    return f"{event.why}. Fix: {event.fix}"
