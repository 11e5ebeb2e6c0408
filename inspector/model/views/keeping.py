"""Would browsers keep the session's cookies, and how many bytes do they send with each request?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from session_inspector.devserver.cookies.browsers.keeping import (
    BROWSERS,
    UNTRIED,
    Keeping,
    judge_browsers,
)
from session_inspector.devserver.core.events.browser import CookieJudged
from session_inspector.devserver.core.events.exchange import CookieSet
from session_inspector.devserver.core.values import Seconds
from session_inspector.inspector.model.facts.rows import Tone
from session_inspector.inspector.model.facts.scopes import response_url, to_header_line
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.views.selectors.cookie import cookie_states
from session_inspector.inspector.model.views.selectors.real_browser import find_judged
from session_inspector.inspector.model.words.browser import describe_dropped
from session_inspector.inspector.model.words.text import safe

Verdict: TypeAlias = tuple[str, Tone]


def verdicts_of(state: State, session: str, now: Seconds) -> tuple[Verdict, ...]:
    """Return a sentence for all browsers, or one for each that drops or changes a cookie."""
    live = _live_cookies(state, session, now)
    if not live:
        return ()
    found: dict[str, Verdict] = {}
    for cookie in live:
        judged = find_judged(state, cookie)
        if judged is not None:
            found[state.browser.rules] = _describe_seen(judged)
        url = response_url(state.exchanges.get(cookie.exchange), state.lab.base_url)
        for keeping in judge_browsers(to_header_line(cookie), url, is_whole=True):
            if keeping.why and keeping.browser not in found:
                found[keeping.browser] = _describe_verdict(keeping)
    rest = [browser for browser in BROWSERS if browser not in found]
    return (*found.values(), *_describe_keepers(rest))


def header_bytes(state: State, session: str) -> int:
    """Return bytes of the whole Cookie header of the browser's last request; 0: none was seen."""
    known = state.sessions.get(session)
    if known is None:
        return 0
    sent = state.alarms.sent.get(known.client)
    if sent is None:
        return 0
    return sent.cookie_bytes


def _live_cookies(state: State, session: str, now: Seconds) -> list[CookieSet]:
    """Return the lines of cookies that live, or that only a browser's rules have dropped."""
    known = state.sessions.get(session)
    if known is None:
        return []
    states = cookie_states(state, known, now)
    return [one.line for one in states if one.fact.is_alive or one.fact.origin == "rule"]


def _describe_seen(judged: CookieJudged) -> Verdict:
    """Return what the watched browser did: seen, where the others are rules."""
    why = "; ".join(judged.why)
    match judged.verdict:
        case "dropped":
            return safe(describe_dropped(judged), 200), "bad"
        case "changed":
            return safe(f"{judged.browser} changed it: {why} (seen)", 200), "warn"
        case "deleted":
            return safe(f"{judged.browser} deleted it: {why} (seen)", 200), "warn"
        case "missing":
            return safe(f"{judged.browser} has it not, or no more (seen): {why}", 200), "warn"
        case _:
            return safe(f"{judged.browser} kept it (seen)", 200), "good"


def _describe_verdict(keeping: Keeping) -> Verdict:
    why = "; ".join(keeping.why)
    if keeping.is_kept:
        return safe(f"{keeping.browser} keeps it: {why}", 200), "warn"
    if not keeping.is_dropped:
        return safe(f"{keeping.browser} deletes it: {why}", 200), "warn"
    if keeping.browser in UNTRIED:
        return safe(f"{keeping.browser} would drop it (a rule, not tried): {why}", 200), "bad"
    return safe(f"{keeping.browser} DROPS it: {why}", 200), "bad"


def _describe_keepers(browsers: Sequence[str]) -> list[Verdict]:
    """Return one sentence for all browsers that keep the cookies as they are."""
    if not browsers:
        return []
    names = ", ".join(browsers)
    if len(browsers) == 1:
        return [(f"{names} keeps it", "good")]
    return [(f"{names} keep it", "good")]
