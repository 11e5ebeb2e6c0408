"""Folds what a real browser said and showed."""

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
from session_inspector.devserver.core.frozen import replace
from session_inspector.inspector.model.facts.browser import RealBrowserFacts


def fold_browser(browser: RealBrowserFacts, event: BrowserEvent) -> RealBrowserFacts:
    """Return what is known of the browser after an event."""
    match event:
        case BrowserStateChanged():
            return _note_state(browser, event)
        case JarSeen():
            return replace(
                browser,
                jar=event.cookies,
                readable=event.readable,
                equal_names=event.equal_names,
            )
        case CookieJudged():
            key = (event.name, event.value.digest)
            return replace(browser, judged=browser.judged.set(key, event))
        case CookiesNotSent() | CookieIssueSeen():
            return browser
        case _:
            assert_never(event)


def _note_state(browser: RealBrowserFacts, event: BrowserStateChanged) -> RealBrowserFacts:
    """A browser that comes back begins with an empty jar: its profile was removed, or is read."""
    if event.is_over:
        return RealBrowserFacts(judged=browser.judged)
    found = replace(
        browser,
        name=event.browser,
        state=event.state,
        reason=event.reason,
        has_window=event.has_window,
        origins=event.origins,
    )
    if event.state == "watching":
        return found
    return replace(found, jar=(), readable=(), equal_names=())
