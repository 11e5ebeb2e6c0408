"""What a real browser shows of cookies that never reach their app: other sites, hosts, schemes.

Each is raised by what the browser did (seen); where it gives no reason, that is from a rule.
"""

from __future__ import annotations

from session_inspector.devserver.cookies.browsers.rules import SECURE_OVER_HTTP
from session_inspector.devserver.cookies.url_parts import split_url
from session_inspector.devserver.core.events.browser import (
    BrowserEvent,
    BrowserStateChanged,
    CookieIssueSeen,
    CookieJudged,
    CookiesNotSent,
    JarSeen,
    UnsentCookie,
)
from session_inspector.devserver.core.frozen import replace
from session_inspector.inspector.model.facts.alarms import AlarmMemory
from session_inspector.inspector.model.fold.browser.ports import check_jar, check_judged, forget
from session_inspector.inspector.model.fold.raising import raise_alarm
from session_inspector.inspector.model.fold.redirects import retell_loop
from session_inspector.inspector.model.words.browser import describe_dropped
from session_inspector.inspector.model.words.explanations import AlarmKind

SIBLING = ".localhost"


def fold_browser_alarms(memory: AlarmMemory, event: BrowserEvent) -> AlarmMemory:
    """Return the memory after an event of a real browser, with the alarms it raises."""
    match event:
        case CookieJudged():
            return _check_verdict(memory, event)
        case CookiesNotSent():
            return _check_unsent(memory, event)
        case JarSeen():
            return check_jar(memory, event)
        case BrowserStateChanged():
            return forget(memory)
        case CookieIssueSeen():
            return memory


def _check_verdict(memory: AlarmMemory, event: CookieJudged) -> AlarmMemory:
    key = (event.name, event.value.digest)
    if event.verdict != "dropped":
        memory = replace(memory, judged=memory.judged.without(key))
        return check_judged(memory, event)
    memory = replace(memory, judged=memory.judged.set(key, event))
    memory = retell_loop(memory, event)
    kind = _blame_line(event)
    if kind is None:
        return memory
    text = f"{event.name} of {event.url}{_scope_text(event)}: {describe_dropped(event)}"
    return raise_alarm(memory, event, kind, text, group=f"{event.name} {_host_of(event.url)}")


def _blame_line(event: CookieJudged) -> AlarmKind | None:
    """Return what a line was dropped for, where that has an alarm of its own."""
    host = _host_of(event.url)
    if event.domain.lower().lstrip(".") == "localhost" and host.endswith(SIBLING):
        return "localhost sites"
    if event.is_third_party:
        return _blame_page(event.top, host)
    is_plain = split_url(event.url).scheme == "http"
    if is_plain and SECURE_OVER_HTTP in event.why:
        return "secure on http"
    return None


def _scope_text(event: CookieJudged) -> str:
    if event.domain:
        return f" with Domain={event.domain}"
    if event.is_third_party:
        return f" in a page of {event.top}"
    return ""


def _blame_page(top: str, host: str) -> AlarmKind:
    """Return whether the page around is a sibling under `localhost`, or any other site."""
    around = _host_of(top)
    if all(name == "localhost" or name.endswith(SIBLING) for name in (around, host)):
        return "localhost sites"
    return "third party"


def _check_unsent(memory: AlarmMemory, event: CookiesNotSent) -> AlarmMemory:
    for cookie in event.cookies:
        kind = _blame_unsent(event, cookie)
        if kind is not None:
            where = ""
            if event.top:
                where = f" in a page of {event.top}"
            text = (
                f"{event.browser} did not send {cookie.name} with {event.method} {event.url}"
                f"{where}: {cookie.why}"
            )
            group = f"{cookie.name} {_host_of(event.url)}"
            memory = raise_alarm(memory, event, kind, text, group=group)
    return memory


def _blame_unsent(event: CookiesNotSent, cookie: UnsentCookie) -> AlarmKind | None:
    host = _host_of(event.url)
    if cookie.is_third_party:
        return _blame_page(event.top, host)
    if not cookie.domain:
        return None
    if host.endswith(SIBLING) or cookie.domain.endswith(SIBLING):
        return "localhost sites"
    return "loopback names"


def _host_of(url: str) -> str:
    return split_url(url).hostname or ""
