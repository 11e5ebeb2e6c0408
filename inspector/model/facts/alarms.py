"""Watches the events for what should never happen, and remembers what that needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from immutables import Map

from session_inspector.devserver.cookies.chunk_rules import recognise_chunks
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
from session_inspector.devserver.core.values import Seconds, Shown, ShownObject
from session_inspector.inspector.model.facts.recent import Recent
from session_inspector.inspector.model.words.explanations import Alarm, AlarmKind
from session_inspector.inspector.model.words.text import clock_text

T = TypeVar("T")
KEPT = 500
LOOP = 3
LOOP_WITHIN = 10.0
"""Logins of one browser in so many seconds, none of which ended in a session: a loop."""
HEADER_LIMIT = 8190
"""Bytes of a Cookie header that nginx and aiohttp take."""
COOKIE_LIMIT = 4096
NOT_CACHED = ("no-store", "private")


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """The last write of a session."""

    seq: int
    cause: str
    data: Mapping[str, Shown]
    """Members by path."""
    before: Mapping[str, Shown]
    """What they were until then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """What the witness remembers."""

    alarms: tuple[Alarm, ...] = ()
    """The newest last."""
    set_cookies: Recent[str, tuple[CookieSet, ...]] = field(default_factory=Recent)
    """Exchange under way to the session cookies it set."""
    pending: Recent[str, SessionWritten] = field(default_factory=Recent)
    """Exchange under way to the last write of its stateless session."""
    writes: Recent[str, Write] = field(default_factory=Recent)
    jars: Recent[str, Map[str, CookieSet]] = field(default_factory=Recent)
    """Client to the cookies it was last given."""
    clients: Recent[str, str] = field(default_factory=Recent)
    """Exchange under way to its client."""
    logins: Recent[str, tuple[Seconds, ...]] = field(default_factory=Recent)
    """Client to the moments of its logins since the last success."""
    sent: Recent[str, ExchangeStarted] = field(default_factory=Recent)
    """Client to its last request to the app."""


def noted(watch: Watch, event: Event) -> Watch:
    """Return the watch after an event, with the alarms it raises."""
    match event:
        case ExchangeStarted():
            return _started(watch, event)
        case CookieSet():
            return _cookie(watch, event)
        case ExchangeEnded():
            return _ended(watch, event)
        case SessionWritten():
            return _written(watch, event)
        case SessionResurrected():
            since = event.at - event.destroyed_at
            text = (
                f"destroyed at {clock_text(event.destroyed_at)}, written again {since:.2f} s later"
            )
            return _raised(watch, event, "resurrection", text)
        case TokenRefused(token="refresh", code="refresh_reused"):
            return _raised(watch, event, "refresh reuse", f"#{event.digest[:6]}: {event.reason}")
        case StoreStateChanged(is_up=False):
            return _raised(watch, event, "store away", f"{event.store}: {event.reason}")
        case LoginStarted():
            return _login(watch, event)
        case LoginSucceeded():
            client = watch.clients.get(event.cause, "")
            return (
                replace(watch, logins=watch.logins.delete(client))
                if client in watch.logins
                else watch
            )
        case _:
            return watch


def _raised(watch: Watch, event: Event, kind: AlarmKind, text: str) -> Watch:
    alarm = Alarm(
        kind=kind, at=event.at, seq=event.seq, cause=event.cause, session=event.session, text=text
    )
    return replace(watch, alarms=(*watch.alarms[-KEPT + 1 :], alarm))


def _started(watch: Watch, event: ExchangeStarted) -> Watch:
    watch = replace(
        watch,
        clients=watch.clients.set(event.exchange, event.client),
    )
    if event.party != "app":
        return watch
    before = watch.sent.get(event.client)
    watch = replace(watch, sent=watch.sent.set(event.client, event))
    names = {cookie.name for cookie in before.cookies} if before else set()
    if (
        before
        and names == {c.name for c in event.cookies}
        and before.cookie_bytes == event.cookie_bytes
    ):
        return watch  # the same jar as before: said already
    if event.cookie_bytes > HEADER_LIMIT:
        text = f"{event.client} sends {event.cookie_bytes} bytes of Cookie header to {event.path}"
        watch = _raised(watch, event, "header too large", text)
    known = set(watch.jars.get(event.client, Map()))
    for kind, text in [*chunk_problems(event.cookies), *orphans(event.cookies, known)]:
        watch = _raised(watch, event, kind, f"{event.client}: {text}")
    return watch


def chunk_problems(cookies: Sequence[CookieSeen]) -> list[tuple[AlarmKind, str]]:
    """Return what is wrong with the chunks of a request's cookies."""
    sizes = {cookie.name: cookie.size for cookie in cookies}
    groups = recognise_chunks(sizes)
    problems: list[tuple[AlarmKind, str]] = []
    for group in sorted(groups, key=lambda group: (group.base, group.rule.separator)):
        is_head = bool(group.rule.head)
        if group.base in sizes and not is_head:
            problems.append(
                ("mixed chunks", f"{group.base} and {', '.join(group.names)} are both sent")
            )
        elif group.missing:
            lost = ", ".join(group.missing)
            problems.append(("missing chunk", f"{lost} is not sent, {group.names[-1]} is"))
    return problems


def orphans(cookies: Sequence[CookieSeen], known: set[str]) -> list[tuple[AlarmKind, str]]:
    """Return chunks that are sent although the last write of their session has none of them.

    `known` are the cookies the browser was given and not asked to delete, as far as was seen.
    """
    lost: list[str] = []
    for group in recognise_chunks({cookie.name: cookie.size for cookie in cookies}):
        if any(name.startswith(group.base) for name in known):
            lost += [name for name in group.names if name not in known]
    return [("orphan chunk", f"{', '.join(lost)} is left over")] if lost else []


def _cookie(watch: Watch, event: CookieSet) -> Watch:
    client = watch.clients.get(event.cause, "")
    jar = watch.jars.get(client, Map())
    live = jar.get(event.name)
    if event.is_deletion:
        if live is not None and _place(live) != _place(event):
            text = (
                f"{event.name} was set with {_shown(live)}, and deleted with {_shown(event)}:"
                f" {client or 'the browser'} keeps it"
            )
            return _raised(watch, event, "useless deletion", text)
        jar = jar.delete(event.name) if live is not None else jar
    else:
        jar = jar.set(event.name, event)
        if len(event.name) + event.size > COOKIE_LIMIT:
            text = f"{event.name} has {len(event.name) + event.size} bytes: no browser keeps it"
            watch = _raised(watch, event, "cookie too large", text)
        if event.session:
            made = (*watch.set_cookies.get(event.cause, ()), event)
            watch = replace(watch, set_cookies=watch.set_cookies.set(event.cause, made))
    return replace(watch, jars=watch.jars.set(client, jar)) if client else watch


def _place(cookie: CookieSet) -> tuple[str, str]:
    return cookie.path or "/", cookie.domain.lstrip(".").lower()


def _shown(cookie: CookieSet) -> str:
    domain = f" Domain={cookie.domain}" if cookie.domain else ""
    return f"Path={cookie.path or '/'}{domain}"


def _ended(watch: Watch, event: ExchangeEnded) -> Watch:
    pending = watch.pending.get(event.exchange)
    if pending is not None:
        watch = _judged(replace(watch, pending=watch.pending.delete(event.exchange)), pending)
    made = watch.set_cookies.get(event.exchange, ())
    if made:
        watch = replace(watch, set_cookies=watch.set_cookies.delete(event.exchange))
        rules = event.cache_control.lower()
        if not any(rule in rules for rule in NOT_CACHED):
            said = f"Cache-Control: {event.cache_control}" if rules else "no Cache-Control"
            text = f"{made[0].name} is set by a response with {said}"
            watch = _raised(watch, replace(event, session=made[0].session), "cacheable", text)
    return replace(
        watch,
        clients=_without(watch.clients, event.exchange),
    )


def _written(watch: Watch, event: SessionWritten) -> Watch:
    """Judge a write: a stateless one with the response, of whose writes the last one counts."""
    if event.facts.kind == "stateless" and event.cause in watch.clients:
        return replace(watch, pending=watch.pending.set(event.cause, event))
    if event.reason == "roll" and event.facts.kind == "stateful":
        return watch  # it only moves the row's end, and writes no data back
    return _judged(watch, event)


def _judged(watch: Watch, event: SessionWritten) -> Watch:
    """Compare a write with the two before it: what it puts back, somebody had just changed."""
    last = watch.writes.get(event.session)
    data = flat(event.facts.data)
    if last is not None and last.data == data:
        return watch  # nothing new: the one who changed it stays its author
    before = last.data if last else {}
    write = Write(seq=event.seq, cause=event.cause, data=data, before=before)
    watch = replace(watch, writes=watch.writes.set(event.session, write))
    if last is None or last.cause == event.cause:
        return watch
    lost = sorted(
        name
        for name in {*last.data, *data}
        if data.get(name) != last.data.get(name)
        and data.get(name) == last.before.get(name)
        and name in last.before
    )
    if not lost:
        return watch
    text = f"{event.cause} put back {', '.join(lost[:4])}, which {last.cause} had just changed"
    return _raised(watch, event, "lost update", text)


def flat(data: ShownObject) -> Mapping[str, Shown]:
    """Return members of a session by path, two levels deep; bookkeeping is left out."""
    found: dict[str, Shown] = {}
    for name, value in data.items():
        if isinstance(value, dict) and name != "internal":
            found |= {f"{name}.{inner}": member for inner, member in value.items()}
        elif name not in ("internal", "exp"):
            found[name] = value
    return found


def _login(watch: Watch, event: LoginStarted) -> Watch:
    client = watch.clients.get(event.cause, "")
    if not client:
        return watch
    recent = [at for at in watch.logins.get(client, ()) if event.at - at <= LOOP_WITHIN]
    moments = (*recent, event.at)
    watch = replace(watch, logins=watch.logins.set(client, moments))
    if len(moments) != LOOP:
        return watch
    text = f"{client} was sent to the login {LOOP} times in {moments[-1] - moments[0]:.1f} s"
    return _raised(watch, event, "redirect loop", text)


def _without(table: Recent[str, T], key: str) -> Recent[str, T]:
    return table.delete(key) if key in table else table
