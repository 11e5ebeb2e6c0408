"""Cookies ignore ports: what one app of a host sets replaces what an app on another port had set.

A real browser shows it in its jar (Chromium keeps the port that set a cookie), or by the line that
it kept: also of an app that nobody watches.
"""

from __future__ import annotations

from immutables import Map

from session_inspector.devserver.cookies.url_parts import split_url
from session_inspector.devserver.core.events.browser import CookieJudged, HeldCookie, JarSeen
from session_inspector.devserver.core.events.server import ServerStarted
from session_inspector.devserver.core.frozen import replace
from session_inspector.inspector.model.facts.alarms import AlarmMemory, HeldBy, HeldKey
from session_inspector.inspector.model.fold.raising import is_raised, raise_alarm
from session_inspector.inspector.model.fold.set_cookies import name_replaced

PORTS = {"http": 80, "https": 443}


def note_app(memory: AlarmMemory, event: ServerStarted) -> AlarmMemory:
    """Return the memory after a start: the proxy and the app behind it are one app."""
    ports = frozenset({_port_of(event.base_url), _port_of(event.upstream)} - {0})
    return replace(memory, app_ports=ports)


def forget(memory: AlarmMemory) -> AlarmMemory:
    """Return the memory without a jar: the browser went away, or another one came."""
    return replace(memory, held=Map())


def check_jar(memory: AlarmMemory, event: JarSeen) -> AlarmMemory:
    """Return the memory after a look into a jar, with an alarm for what another port replaced."""
    now: dict[HeldKey, HeldBy] = {}
    for cookie in event.cookies:
        key = (cookie.name, cookie.domain, cookie.path, cookie.partition)
        before = memory.held.get(key)
        found = _who_set(cookie, before)
        now[key] = found
        memory = _compare(memory, event, key, found)
    return replace(memory, held=Map(now))


def check_judged(memory: AlarmMemory, event: CookieJudged) -> AlarmMemory:
    """Return the memory after a line that a browser kept, or deleted a cookie by."""
    if event.domain or event.top or event.verdict == "missing":
        return memory  # the jar shows whose it is
    host = split_url(event.url).hostname or ""
    key = (event.name, host, event.path, "")
    if event.verdict == "deleted":
        return _forget_held(memory, key)
    found = HeldBy(port=_port_of(event.url), digest=event.value.digest)
    memory = _compare(memory, event, key, found)
    return replace(memory, held=memory.held.set(key, found))


def _forget_held(memory: AlarmMemory, key: HeldKey) -> AlarmMemory:
    if key not in memory.held:
        return memory
    return replace(memory, held=memory.held.delete(key))


def _compare(
    memory: AlarmMemory, event: JarSeen | CookieJudged, key: HeldKey, found: HeldBy
) -> AlarmMemory:
    before = memory.held.get(key)
    if before is None or not _is_replaced(before, found, memory.app_ports):
        return memory
    name, host, _, _ = key
    group = name_replaced(name, f"http://{host}:{found.port}")
    if is_raised(memory, "across ports", group):
        return memory
    text = (
        f"{event.browser}: {name} of {host}, which port {before.port} had set, was replaced by"
        f" port {found.port}"
    )
    return raise_alarm(memory, event, "across ports", text, group=group)


def _is_replaced(before: HeldBy, found: HeldBy, one_app: frozenset[int]) -> bool:
    if not before.port or not found.port or before.port == found.port:
        return False
    is_one_app = {before.port, found.port} <= one_app
    return before.digest != found.digest and not is_one_app


def _who_set(cookie: HeldCookie, before: HeldBy | None) -> HeldBy:
    """Return the port by the jar. Where it keeps none, its last line says so, which may follow."""
    if cookie.source_port == 0 and before is not None:
        return before
    return HeldBy(port=cookie.source_port, digest=cookie.value.digest)


def _port_of(url: str) -> int:
    parts = split_url(url)
    try:
        return parts.port or PORTS.get(parts.scheme, 0)
    except ValueError:  # a stranger's number
        return 0
