"""Folds events into `AlarmMemory`: each check raises an alarm for what should never happen."""

from __future__ import annotations

from immutables import Map

from session_inspector.devserver.core.events.base import CookieSeen
from session_inspector.devserver.core.events.browser import BrowserEvent
from session_inspector.devserver.core.events.exchange import (
    CookieEdited,
    CookieSet,
    CookiesForgotten,
    EqualCookiesSeen,
    ExchangeEnded,
    ExchangeStarted,
)
from session_inspector.devserver.core.events.login import LoginStarted, LoginSucceeded, TokenRefused
from session_inspector.devserver.core.events.process import AppOutput
from session_inspector.devserver.core.events.server import ServerStarted, StoreStateChanged
from session_inspector.devserver.core.events.session import (
    CookieLeft,
    CookieReused,
    RowRead,
    SessionResurrected,
    SessionSeen,
    SessionShownAgain,
    SessionWritten,
)
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.frozen import replace
from session_inspector.inspector.model.facts.alarms import AlarmMemory
from session_inspector.inspector.model.facts.chunks import find_chunk_problems
from session_inspector.inspector.model.facts.scopes import key_text
from session_inspector.inspector.model.fold.browser.alarms import fold_browser_alarms
from session_inspector.inspector.model.fold.browser.ports import note_app
from session_inspector.inspector.model.fold.raising import (
    find_raised,
    is_raised,
    raise_alarm,
    retell,
)
from session_inspector.inspector.model.fold.redirects import follow_request, follow_response
from session_inspector.inspector.model.fold.set_cookies import check_cookies, note_edit
from session_inspector.inspector.model.fold.writes.checks import check_content, compare_write
from session_inspector.inspector.model.words.copies import describe_copy
from session_inspector.inspector.model.words.left_cookies import describe_left
from session_inspector.inspector.model.words.sdk_settings import find_needed
from session_inspector.inspector.model.words.text import clock_text, describe_offset

LOOP = 3
LOOP_WITHIN = 10.0
"""Logins of one browser in so many seconds, none of which ended in a session: a loop."""
HEADER_LIMIT = 8190
"""Bytes of a Cookie header that nginx and aiohttp take."""


def fold_alarms(memory: AlarmMemory, event: Event) -> AlarmMemory:
    """Return the memory after an event, with the alarms it raises."""
    if isinstance(event, BrowserEvent):
        return fold_browser_alarms(memory, event)
    match event:
        case ExchangeStarted():
            return _check_request(memory, event)
        case CookieSet():
            made = (*memory.set_cookies.get(event.cause, ()), event)
            return replace(memory, set_cookies=memory.set_cookies.set(event.cause, made))
        case ExchangeEnded():
            return _check_response(memory, event)
        case SessionWritten() | RowRead() | SessionSeen():
            return check_content(memory, event)
        case CookieEdited() | CookiesForgotten():
            return note_edit(memory, event)
        case LoginStarted():
            return _check_login(memory, event)
        case LoginSucceeded():
            return _set_logins(memory, _client_of(memory, event), ())
        case _:
            return _check_report(memory, event)


def _check_report(memory: AlarmMemory, event: Event) -> AlarmMemory:
    """Raise an alarm for an event that is one by itself."""
    match event:
        case ServerStarted():
            return note_app(memory, event)
        case SessionResurrected():
            later = event.at - event.destroyed_at
            destroyed = clock_text(event.destroyed_at)
            text = f"written again {later:.2f} s after it was destroyed at {destroyed}"
            return raise_alarm(memory, event, "resurrection", text)
        case TokenRefused(token="refresh", code="refresh_reused"):
            text = f"#{event.digest[:6]}: {event.reason}"
            return raise_alarm(memory, event, "refresh reuse", text)
        case CookieReused():
            return _check_reuse(memory, event)
        case SessionShownAgain() | CookieLeft():
            return _check_logout(memory, event)
        case EqualCookiesSeen():
            return _check_equal_names(memory, event)
        case AppOutput():
            return _check_output(memory, event)
        case StoreStateChanged(is_up=False):
            return raise_alarm(memory, event, "store away", f"{event.store}: {event.reason}")
        case _:
            return memory


def _check_logout(memory: AlarmMemory, event: SessionShownAgain | CookieLeft) -> AlarmMemory:
    """Raise an alarm for an end that has not ended its session, where that is proven."""
    if isinstance(event, SessionShownAgain):
        return _check_copy(memory, event)
    if event.outcome != "accepted":
        return memory
    return raise_alarm(memory, event, "logout incomplete", describe_left(event))


def _check_copy(memory: AlarmMemory, event: SessionShownAgain) -> AlarmMemory:
    """Raise an alarm for a copy that was accepted; an answer that anybody may get is no proof."""
    match event.outcome:
        case "accepted":
            group = f"{event.session} {event.ended_by}"
            return raise_alarm(memory, event, "copy accepted", describe_copy(event), group=group)
        case "answered" | "public":
            return replace(memory, unproven=describe_copy(event))
        case _:
            return memory


def _check_output(memory: AlarmMemory, event: AppOutput) -> AlarmMemory:
    """Raise an alarm for a line by which the app's SDK asks for a setting."""
    needed = find_needed(event.text)
    if needed is None:
        return memory
    return raise_alarm(memory, event, "setting missing", needed.describe(), group=needed.setting)


def _client_of(memory: AlarmMemory, event: Event) -> str:
    request = memory.requests.get(event.cause)
    if request is None:
        return ""
    return request.client


# -- requests and responses --------------------------------------------------------------------


def _check_request(memory: AlarmMemory, event: ExchangeStarted) -> AlarmMemory:
    requests = memory.requests.set(event.exchange, event)
    if event.party != "app":
        return replace(memory, requests=requests)
    memory = follow_request(memory, event)
    before = memory.sent.get(event.client)
    memory = replace(memory, requests=requests, sent=memory.sent.set(event.client, event))
    if before is not None and _sends_the_same(before, event):
        return memory  # what is wrong with these cookies has been reported
    if event.cookie_bytes > HEADER_LIMIT:
        text = f"{event.client} sends {event.cookie_bytes} bytes of Cookie header to {event.path}"
        memory = raise_alarm(memory, event, "header too large", text, group=event.client)
    written = memory.chunks.get(event.client, Map())
    for kind, text in find_chunk_problems(event.cookies, written):
        text = f"{event.client}: {text}"
        memory = raise_alarm(memory, event, kind, text, group=text)
    return memory


def _sends_the_same(before: ExchangeStarted, event: ExchangeStarted) -> bool:
    if before.cookie_bytes != event.cookie_bytes:
        return False
    return _names(before.cookies) == _names(event.cookies)


def _names(cookies: tuple[CookieSeen, ...]) -> set[str]:
    return {cookie.name for cookie in cookies}


def _check_response(memory: AlarmMemory, event: ExchangeEnded) -> AlarmMemory:
    request = memory.requests.get(event.exchange)
    pending = memory.pending.get(event.exchange)
    if pending is not None:
        memory = replace(memory, pending=memory.pending.delete(event.exchange))
        memory = compare_write(memory, pending)
    cookies = memory.set_cookies.get(event.exchange, ())
    chain = memory.chains.get(event.exchange)
    memory = replace(
        memory,
        set_cookies=memory.set_cookies.without(event.exchange),
        requests=memory.requests.without(event.exchange),
        chains=memory.chains.without(event.exchange),
    )
    if cookies:
        memory = check_cookies(memory, event, request, cookies)
    memory = follow_response(memory, event, request, chain)
    return _check_clock(memory, event, request)


def _check_clock(
    memory: AlarmMemory, event: ExchangeEnded, request: ExchangeStarted | None
) -> AlarmMemory:
    """Raise an alarm for an app's clock that is off, once for each way it is."""
    if not event.clock_offset:
        return memory
    origin = ""
    if request is not None:
        origin = request.origin
    text = f"the clock of {origin or 'the app'} is {describe_offset(event.clock_offset)}"
    if is_raised(memory, "clocks apart", text):
        return memory
    return raise_alarm(memory, event, "clocks apart", text, group=text)


# -- cookies -----------------------------------------------------------------------------------


def _check_equal_names(memory: AlarmMemory, event: EqualCookiesSeen) -> AlarmMemory:
    client = _client_of(memory, event)
    digests = ", ".join(f"#{digest[:6]}" for digest in event.digests)
    count = len(event.digests)
    text = (
        f"{client or 'a client'} sends {event.name} {count} times ({digests}); {_read_text(event)}"
    )
    jar = memory.jars.get(client, Map())
    scopes = [f"{key_text(key)} by {jar[key].cause}" for key in sorted(jar) if key[0] == event.name]
    if scopes:
        text += f"; set with {', and with '.join(scopes)}"
    if len(scopes) < count:
        text += "; two paths, or the host and a domain above it"
    group = f"{client} {event.name}"
    return raise_alarm(memory, event, "equal names", text, group=group)


def _read_text(event: EqualCookiesSeen) -> str:
    if event.reads == "last":
        return f"{event.family} reads the last, #{event.digests[-1][:6]}"
    if event.reads == "first":
        return f"{event.family} reads the first, #{event.digests[0][:6]}"
    return "which one the app reads is not known; the first is shown"


OUTCOMES = {
    "ended": "the app ended the session, its cookies were deleted",
    "refused": "the app refused it",
    "accepted": "the app accepted it all the same",
    "unknown": "not seen whether the app accepted it",
}


def _check_reuse(memory: AlarmMemory, event: CookieReused) -> AlarmMemory:
    """Raise an alarm for a replaced value; what a later answer corrects is told in other words.

    That an app refuses the id that it has replaced is how it should be.
    """
    if not event.renews:
        return _check_old_id(memory, event)
    group = f"{event.session} {event.digest}"
    text = _reuse_text(event)
    before = find_raised(memory, "refresh reuse", group)
    if before is not None and before.cause == event.cause and before.text != text:
        return retell(memory, "refresh reuse", group, text)
    return raise_alarm(memory, event, "refresh reuse", text, group=group)


def _check_old_id(memory: AlarmMemory, event: CookieReused) -> AlarmMemory:
    if event.outcome != "accepted":
        return memory
    text = _reuse_text(event)
    return raise_alarm(memory, event, "old id accepted", text, group=event.session)


def _reuse_text(event: CookieReused) -> str:
    when = f"{event.at - event.replaced_at:.1f} s after {event.replaced_by} had replaced it"
    if event.is_parallel:
        when = f"at the same time as in {event.replaced_by}, which replaced it"
    return (
        f"{OUTCOMES[event.outcome]} ({event.status}):"
        f" {event.name} #{event.digest[:6]} was presented again, {when}"
    )


# -- logins ------------------------------------------------------------------------------------


def _check_login(memory: AlarmMemory, event: LoginStarted) -> AlarmMemory:
    client = _client_of(memory, event)
    if not client:
        return memory
    recent = [at for at in memory.logins.get(client, ()) if event.at - at <= LOOP_WITHIN]
    times = (*recent, event.at)
    memory = _set_logins(memory, client, times)
    if len(times) != LOOP:
        return memory
    text = f"{client} was sent to the login {LOOP} times in {times[-1] - times[0]:.1f} s"
    return raise_alarm(memory, event, "redirect loop", text, group=client)


def _set_logins(memory: AlarmMemory, client: str, times: tuple[float, ...]) -> AlarmMemory:
    if times:
        return replace(memory, logins=memory.logins.set(client, times))
    if client not in memory.logins:
        return memory
    return replace(memory, logins=memory.logins.delete(client))
