"""Folds events into `AlarmMemory`: each check raises an alarm for what should never happen."""

from __future__ import annotations

from dataclasses import replace

from immutables import Map

from session_inspector.devserver.core.events.base import CookieSeen
from session_inspector.devserver.core.events.exchange import (
    CookieSet,
    ExchangeEnded,
    ExchangeStarted,
)
from session_inspector.devserver.core.events.login import LoginStarted, LoginSucceeded, TokenRefused
from session_inspector.devserver.core.events.server import StoreStateChanged
from session_inspector.devserver.core.events.session import SessionResurrected, SessionWritten
from session_inspector.devserver.core.events.union import Event
from session_inspector.inspector.model.facts.alarms import Alarm, AlarmMemory
from session_inspector.inspector.model.facts.chunks import find_chunk_problems
from session_inspector.inspector.model.fold.lost_updates import check_write
from session_inspector.inspector.model.words.explanations import AlarmKind
from session_inspector.inspector.model.words.text import clock_text

KEPT = 500
"""Alarms."""
LOOP = 3
LOOP_WITHIN = 10.0
"""Logins of one browser in so many seconds, none of which ended in a session: a loop."""
HEADER_LIMIT = 8190
"""Bytes of a Cookie header that nginx and aiohttp take."""
COOKIE_LIMIT = 4096
"""Bytes of name and value together that browsers keep (RFC 6265bis)."""
NOT_CACHED = ("no-store", "private")


def fold_alarms(memory: AlarmMemory, event: Event) -> AlarmMemory:
    """Return the memory after an event, with the alarms it raises."""
    match event:
        case ExchangeStarted():
            return _check_request(memory, event)
        case CookieSet():
            return _check_cookie(memory, event)
        case ExchangeEnded():
            return _check_response(memory, event)
        case SessionWritten():
            return _hold_or_check_write(memory, event)
        case LoginStarted():
            return _check_login(memory, event)
        case LoginSucceeded():
            client = memory.clients.get(event.cause, "")
            return _set_logins(memory, client, ())
        case SessionResurrected() | TokenRefused() | StoreStateChanged():
            return _check_report(memory, event)
        case _:
            return memory


def _check_report(
    memory: AlarmMemory, event: SessionResurrected | TokenRefused | StoreStateChanged
) -> AlarmMemory:
    """Raise an alarm for an event that is one by itself."""
    match event:
        case SessionResurrected():
            later = event.at - event.destroyed_at
            destroyed = clock_text(event.destroyed_at)
            text = f"destroyed at {destroyed}, written again {later:.2f} s later"
            return _raise(memory, event, "resurrection", text)
        case TokenRefused(token="refresh", code="refresh_reused"):
            text = f"#{event.digest[:6]}: {event.reason}"
            return _raise(memory, event, "refresh reuse", text)
        case StoreStateChanged(is_up=False):
            return _raise(memory, event, "store away", f"{event.store}: {event.reason}")
        case _:
            return memory


def _raise(
    memory: AlarmMemory, event: Event, kind: AlarmKind, text: str, *, session: str = ""
) -> AlarmMemory:
    alarm = Alarm(
        kind=kind,
        at=event.at,
        seq=event.seq,
        cause=event.cause,
        session=session or event.session,
        text=text,
    )
    return replace(memory, raised=(*memory.raised[-KEPT + 1 :], alarm))


def _check_request(memory: AlarmMemory, event: ExchangeStarted) -> AlarmMemory:
    clients = memory.clients.set(event.exchange, event.client)
    if event.party != "app":
        return replace(memory, clients=clients)
    before = memory.sent.get(event.client)
    sent = memory.sent.set(event.client, event)
    memory = replace(memory, clients=clients, sent=sent)
    if before is not None and _sends_the_same(before, event):
        return memory  # what is wrong with these cookies has been reported
    if event.cookie_bytes > HEADER_LIMIT:
        text = f"{event.client} sends {event.cookie_bytes} bytes of Cookie header to {event.path}"
        memory = _raise(memory, event, "header too large", text)
    known = set(memory.jars.get(event.client, Map()))
    for kind, text in find_chunk_problems(event.cookies, known):
        memory = _raise(memory, event, kind, f"{event.client}: {text}")
    return memory


def _sends_the_same(before: ExchangeStarted, event: ExchangeStarted) -> bool:
    if before.cookie_bytes != event.cookie_bytes:
        return False
    return _names(before.cookies) == _names(event.cookies)


def _names(cookies: tuple[CookieSeen, ...]) -> set[str]:
    return {cookie.name for cookie in cookies}


def _check_cookie(memory: AlarmMemory, event: CookieSet) -> AlarmMemory:
    client = memory.clients.get(event.cause, "")
    if event.is_deletion:
        return _check_deletion(memory, event, client)
    total = len(event.name) + event.size
    if total > COOKIE_LIMIT:
        text = f"{event.name} has {total} bytes: no browser keeps it"
        memory = _raise(memory, event, "cookie too large", text)
    if event.session:
        made = (*memory.set_cookies.get(event.cause, ()), event)
        memory = replace(memory, set_cookies=memory.set_cookies.set(event.cause, made))
    jar = memory.jars.get(client, Map())
    return _keep_jar(memory, client, jar.set(event.name, event))


def _check_deletion(memory: AlarmMemory, event: CookieSet, client: str) -> AlarmMemory:
    jar = memory.jars.get(client, Map())
    live = jar.get(event.name)
    if live is None:
        return _keep_jar(memory, client, jar)
    if _scope(live) != _scope(event):
        text = (
            f"{event.name} was set with {_scope_text(live)}, and deleted with"
            f" {_scope_text(event)}: {client or 'the browser'} keeps it"
        )
        return _raise(memory, event, "useless deletion", text)
    return _keep_jar(memory, client, jar.delete(event.name))


def _keep_jar(memory: AlarmMemory, client: str, jar: Map[str, CookieSet]) -> AlarmMemory:
    if not client:
        return memory
    return replace(memory, jars=memory.jars.set(client, jar))


def _scope(cookie: CookieSet) -> tuple[str, str]:
    """Return the path and domain by which a browser tells cookies of one name apart."""
    return cookie.path or "/", cookie.domain.lstrip(".").lower()


def _scope_text(cookie: CookieSet) -> str:
    text = f"Path={cookie.path or '/'}"
    if cookie.domain:
        text += f" Domain={cookie.domain}"
    return text


def _check_response(memory: AlarmMemory, event: ExchangeEnded) -> AlarmMemory:
    pending = memory.pending.get(event.exchange)
    if pending is not None:
        memory = replace(memory, pending=memory.pending.delete(event.exchange))
        memory = _compare_write(memory, pending)
    made = memory.set_cookies.get(event.exchange, ())
    if made:
        memory = replace(memory, set_cookies=memory.set_cookies.delete(event.exchange))
        memory = _check_caching(memory, event, made[0])
    return replace(memory, clients=memory.clients.without(event.exchange))


def _check_caching(memory: AlarmMemory, event: ExchangeEnded, cookie: CookieSet) -> AlarmMemory:
    rules = event.cache_control.lower()
    if any(rule in rules for rule in NOT_CACHED):
        return memory
    header = "no Cache-Control"
    if rules:
        header = f"Cache-Control: {event.cache_control}"
    text = f"{cookie.name} is set by a response with {header}"
    return _raise(memory, event, "cacheable", text, session=cookie.session)


def _hold_or_check_write(memory: AlarmMemory, event: SessionWritten) -> AlarmMemory:
    """Check a write: a stateless one with the response, of whose writes the last one counts."""
    if event.facts.kind == "stateless" and event.cause in memory.clients:
        return replace(memory, pending=memory.pending.set(event.cause, event))
    if event.reason == "roll" and event.facts.kind == "stateful":
        return memory  # it only moves the row's end, and writes no data back
    return _compare_write(memory, event)


def _compare_write(memory: AlarmMemory, event: SessionWritten) -> AlarmMemory:
    last = memory.writes.get(event.session)
    write, problem = check_write(last, event)
    if write is not last:
        memory = replace(memory, writes=memory.writes.set(event.session, write))
    if not problem:
        return memory
    return _raise(memory, event, "lost update", problem)


def _check_login(memory: AlarmMemory, event: LoginStarted) -> AlarmMemory:
    client = memory.clients.get(event.cause, "")
    if not client:
        return memory
    recent = [at for at in memory.logins.get(client, ()) if event.at - at <= LOOP_WITHIN]
    times = (*recent, event.at)
    memory = _set_logins(memory, client, times)
    if len(times) != LOOP:
        return memory
    text = f"{client} was sent to the login {LOOP} times in {times[-1] - times[0]:.1f} s"
    return _raise(memory, event, "redirect loop", text)


def _set_logins(memory: AlarmMemory, client: str, times: tuple[float, ...]) -> AlarmMemory:
    if times:
        return replace(memory, logins=memory.logins.set(client, times))
    if client not in memory.logins:
        return memory
    return replace(memory, logins=memory.logins.delete(client))
