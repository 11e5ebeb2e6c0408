"""The jar of the real browser that is watched, as its developer tools show it: seen, no rule."""

from __future__ import annotations

from collections.abc import Iterator

from session_inspector.devserver.cookies.edited_line import LineParts, write_line
from session_inspector.devserver.core.events.browser import HeldCookie
from session_inspector.devserver.core.values import Seconds
from session_inspector.inspector.model.facts.browser import RealBrowserFacts
from session_inspector.inspector.model.facts.rows import Field, Tone
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.words.key_names import mark_keys
from session_inspector.inspector.model.words.text import duration, is_moment, moment, safe, size

HELD = "held "
"""What the key of a held cookie's lines begins with."""
FINGERPRINT = 8
EDITS = mark_keys(
    "<cookie_edit> edits it, <cookie_add> adds one, <drop> ends it: the browser forgets it at"
    " once. <undo_revoke> undoes."
)
SEEN = "read from the browser itself (seen)"


def held_fields(state: State, now: Seconds) -> tuple[Field, ...]:
    """Return the cookies that the browser holds; none: no browser is watched."""
    browser = state.browser
    if not browser.name:
        return ()
    found = [_head(browser)]
    for cookie in browser.jar:
        found += _draw(browser, cookie, now)
    return tuple(found)


def find_held_cookie(state: State, key: str) -> HeldCookie | None:
    """Return the cookie that a row is of; None: it is of none."""
    name = key.partition("\n")[0]
    return next((one for one in state.browser.jar if key_of_held(one) == name), None)


def key_of_held(cookie: HeldCookie) -> str:
    """Return what a cookie's lines are known by: all that tells it from others."""
    scope = (cookie.name, cookie.domain, str(cookie.is_host_only), cookie.path, cookie.partition)
    return HELD + "\t".join(scope)


def describe_held(cookie: HeldCookie, value: str, now: Seconds) -> str:
    """Return a cookie as the Set-Cookie line that a person edits."""
    return write_line(_parts_of(cookie, now), value)


def _parts_of(cookie: HeldCookie, now: Seconds) -> LineParts:
    max_age = None
    if cookie.ends is not None:
        max_age = max(1, round(cookie.ends - now))
    return LineParts(
        name=cookie.name,
        path=cookie.path,
        domain="" if cookie.is_host_only else cookie.domain,
        max_age=max_age,
        secure=cookie.secure,
        http_only=cookie.http_only,
        partitioned=bool(cookie.partition),
        same_site=cookie.same_site,
    )


def _head(browser: RealBrowserFacts) -> Field:
    count = f"{len(browser.jar)} cookie{'' if len(browser.jar) == 1 else 's'}"
    tone: Tone = "accent"
    if browser.state != "watching":
        count = f"{browser.state}: {browser.reason or 'not there yet'}"
        tone = "warn"
    label = f"in the jar of {browser.name}"
    return Field(
        depth=0, label=safe(label, 60), value=safe(count, 120), tone=tone, key=HELD, explain=SEEN
    )


def _draw(browser: RealBrowserFacts, cookie: HeldCookie, now: Seconds) -> Iterator[Field]:
    key = key_of_held(cookie)
    yield Field(
        depth=1,
        lead=(("● ", "good"), (f"{safe(cookie.name, 60)}  ", "accent")),
        label="",
        value=safe(" · ".join(_describe_head(cookie, now)), 240),
        tone="plain",
        explain=f"{SEEN}. {EDITS}",
        key=key,
    )
    yield Field(
        depth=2, label="value", value=str(cookie.value), secret=cookie.value, key=f"{key}\nvalue"
    )
    for label, text, tone in _detail_rows(browser, cookie, now):
        yield Field(depth=2, label=label, value=safe(text, 240), tone=tone, key=f"{key}\n{label}")


def _describe_head(cookie: HeldCookie, now: Seconds) -> Iterator[str]:
    yield f"#{cookie.value.digest[:FINGERPRINT]}"
    yield size(cookie.size)
    if cookie.ends is None:
        yield "ends with the browser"
    elif is_moment(cookie.ends):
        yield f"{duration(max(0.0, cookie.ends - now))} left"
    yield from (word for word, is_set in _parts_of(cookie, now).flags() if is_set)
    if cookie.same_site:
        yield cookie.same_site


def _detail_rows(
    browser: RealBrowserFacts, cookie: HeldCookie, now: Seconds
) -> Iterator[tuple[str, str, Tone]]:
    whose = "the host's own (no Domain)" if cookie.is_host_only else "and its subdomains"
    yield "Domain", f"{cookie.domain}: {whose}", "plain"
    yield "Path", cookie.path, "plain"
    if cookie.ends is not None and is_moment(cookie.ends):
        yield "Expires", moment(cookie.ends), "plain"
    yield "SameSite", cookie.same_site or "not set", "plain"
    if cookie.partition:
        yield "partition", f"only in pages of {cookie.partition}", "plain"
    if cookie.source_port:
        yield "set by port", f"{cookie.source_port}; it goes to every port of the host", "plain"
    if cookie.name in browser.readable:
        yield "scripts", "the page reads it (document.cookie)", "warn"
    elif cookie.http_only:
        yield "scripts", "hidden from the page (HttpOnly)", "plain"
    if cookie.name in browser.equal_names:
        yield "equal names", "several cookies of this name may go in one request", "warn"
