"""What the cookies of one response do wrong: checked together, when the response has ended."""

from __future__ import annotations

from collections.abc import Sequence

from immutables import Map

from session_inspector.devserver.cookies.url_parts import split_url, target_path
from session_inspector.devserver.core.events.exchange import (
    CookieEdited,
    CookieSet,
    CookiesForgotten,
    ExchangeEnded,
    ExchangeStarted,
)
from session_inspector.devserver.core.frozen import replace
from session_inspector.devserver.core.values import Seconds
from session_inspector.inspector.model.facts.alarms import (
    AlarmMemory,
    ClientChunks,
    ClientJar,
    CookieKey,
    CookieOwner,
    OwnedKey,
)
from session_inspector.inspector.model.facts.chunks import find_written_chunks
from session_inspector.inspector.model.facts.freshness import (
    is_kept_by_cookie,
    may_be_reused,
)
from session_inspector.inspector.model.facts.scopes import (
    cookie_key,
    is_dropped,
    is_over,
    key_text,
    scope_text,
)
from session_inspector.inspector.model.fold.cookies import to_line
from session_inspector.inspector.model.fold.raising import raise_alarm

COOKIE_LIMIT = 4096
"""Bytes of name and value together that browsers keep (RFC 6265bis)."""


def check_cookies(
    memory: AlarmMemory,
    event: ExchangeEnded,
    request: ExchangeStarted | None,
    cookies: Sequence[CookieSet],
) -> AlarmMemory:
    """Return the memory after a response with cookies, with the alarms that they raise."""
    memory = _check_sizes(memory, event, cookies)
    memory = _check_caching(memory, event, request, cookies)
    if request is None or not request.client:
        return memory
    client = request.client
    before = _live(memory.jars.get(client, Map()), event.at)
    dropped = [c for c in cookies if not c.is_deletion and is_dropped(c, request.origin)]
    after = _apply(before, cookies, request, dropped)
    chunks = _note_chunks(memory.chunks, client, cookies)
    memory = replace(memory, jars=memory.jars.set(client, after), chunks=chunks)
    if dropped:
        lost = Map({cookie_key(cookie, request): cookie for cookie in dropped})
        memory = replace(memory, dropped=memory.dropped.set(client, lost))
    memory = _check_owners(memory, event, request, cookies)
    return _check_deletions(memory, event, request, cookies, before, after)


def note_edit(memory: AlarmMemory, event: CookieEdited | CookiesForgotten) -> AlarmMemory:
    """Return the memory after a browser's cookies were changed by hand; that is no alarm."""
    jar = memory.jars.get(event.client, Map())
    if isinstance(event, CookieEdited):
        line = to_line(event)
        jar = jar.set(cookie_key(line, None), line)
    else:
        for key in [key for key in jar if key[0] in event.names]:
            jar = jar.delete(key)
    return replace(memory, jars=memory.jars.set(event.client, jar))


def _live(jar: ClientJar, now: Seconds) -> ClientJar:
    """Return a jar without what its browser has forgotten meanwhile."""
    for key, cookie in jar.items():
        if is_over(cookie, now):
            jar = jar.delete(key)
    return jar


def _apply(
    jar: ClientJar,
    cookies: Sequence[CookieSet],
    request: ExchangeStarted,
    dropped: Sequence[CookieSet],
) -> ClientJar:
    """Return a jar as the browser has it after a response, of which it has dropped some cookies."""
    lost = {id(cookie) for cookie in dropped}
    for cookie in cookies:
        key = cookie_key(cookie, request)
        if not cookie.is_deletion and id(cookie) not in lost:
            jar = jar.set(key, cookie)
        elif cookie.is_deletion and key in jar:
            jar = jar.delete(key)
    return jar


def _note_chunks(chunks: ClientChunks, client: str, cookies: Sequence[CookieSet]) -> ClientChunks:
    before = chunks.get(client, Map())
    known = before
    for cookie in cookies:
        if cookie.is_deletion and cookie.name in known:
            known = known.delete(cookie.name)
    sizes = {cookie.name: cookie.size for cookie in cookies if not cookie.is_deletion}
    for base, names in find_written_chunks(sizes).items():
        if known.get(base) != names:
            known = known.set(base, names)
    if known is before:
        return chunks
    return chunks.set(client, known)


# -- deletions ---------------------------------------------------------------------------------


def _check_deletions(
    memory: AlarmMemory,
    event: ExchangeEnded,
    request: ExchangeStarted,
    cookies: Sequence[CookieSet],
    before: ClientJar,
    after: ClientJar,
) -> AlarmMemory:
    """Raise one alarm for all cookies that a response wanted to delete and that live on.

    A response that deletes one variant and sets another moves the cookie, and ends nothing. Nor is
    what it left of two paths meant: they are two cookies.
    """
    deleted = {cookie.name: cookie for cookie in cookies if cookie.is_deletion}
    made = {cookie.name for cookie in cookies if not cookie.is_deletion}
    survivors = [
        key
        for key in after
        if key[0] in deleted
        and key[0] not in made
        and key in before
        and not _is_another_cookie(key, before, after)
    ]
    if not survivors:
        return memory
    parts = [
        _describe_survivor(
            key, deleted[key[0]], request, is_hit=bool(_find_hits(key, before, after))
        )
        for key in sorted(survivors)
    ]
    text = f"{'; '.join(parts)}: {request.client} keeps it"
    group = f"{request.client} {sorted(survivors)}"
    session = next((deleted[key[0]].session for key in survivors if deleted[key[0]].session), "")
    return raise_alarm(memory, event, "useless deletion", text, session=session, group=group)


def _find_hits(key: CookieKey, before: ClientJar, after: ClientJar) -> list[CookieKey]:
    return [other for other in before if other[0] == key[0] and other not in after]


def _is_another_cookie(key: CookieKey, before: ClientJar, after: ClientJar) -> bool:
    """Check whether the cookie that was meant is gone, and this is one of another path and value.

    An app that has a cookie of one name for each of two paths deletes the one that it names. Two
    of one path are variants (with and without Domain) of what was to go.
    """
    hits = _find_hits(key, before, after)
    kept = before[key].value
    return bool(hits) and all(hit[2] != key[2] and before[hit].value != kept for hit in hits)


def _describe_survivor(
    key: CookieKey, deletion: CookieSet, request: ExchangeStarted, *, is_hit: bool
) -> str:
    how = f"deleted with {scope_text(deletion, request)}"
    if is_hit:
        return f"{key[0]} was {how}; another {key[0]}, set with {key_text(key)}, was not"
    return f"{key[0]} was set with {key_text(key)}, and {how}"


# -- sizes and caches --------------------------------------------------------------------------


def _check_sizes(
    memory: AlarmMemory, event: ExchangeEnded, cookies: Sequence[CookieSet]
) -> AlarmMemory:
    large = [c for c in cookies if not c.is_deletion and len(c.name) + c.size > COOKIE_LIMIT]
    if not large:
        return memory
    sizes = ", ".join(f"{c.name} has {len(c.name) + c.size} bytes" for c in large)
    names = " ".join(sorted(c.name for c in large))
    text = f"{sizes}: no browser keeps that"
    session = next((c.session for c in large if c.session), "")
    return raise_alarm(memory, event, "cookie too large", text, session=session, group=names)


def _check_caching(
    memory: AlarmMemory,
    event: ExchangeEnded,
    request: ExchangeStarted | None,
    cookies: Sequence[CookieSet],
) -> AlarmMemory:
    made = [cookie for cookie in cookies if cookie.session and not cookie.is_deletion]
    method = "GET"
    page = ""
    if request is not None:
        method = request.method
        page = f" to {method} {target_path(request.path)}"
    if not made or not may_be_reused(method, event) or _is_of_one_visitor(event, request, made):
        return memory
    header = "no Cache-Control"
    if event.cache_control:
        header = f"Cache-Control: {event.cache_control}"
    if is_kept_by_cookie(event):
        header += "; by its Vary: Cookie, whoever sends the same cookies as this request may get it"
    names = ", ".join(dict.fromkeys(cookie.name for cookie in made))
    verb = "is" if len(made) == 1 else "are"
    text = f"{names} {verb} set by the {event.status} response{page} with {header}"
    session = made[0].session
    group = f"{session} {names} {header}"
    return raise_alarm(memory, event, "cacheable", text, session=session, group=group)


def _is_of_one_visitor(
    event: ExchangeEnded, request: ExchangeStarted | None, made: Sequence[CookieSet]
) -> bool:
    """Check whether a cache gives a response only to who sends the session that it renews."""
    if request is None or not is_kept_by_cookie(event):
        return False
    brought = {cookie.name for cookie in request.cookies}
    return any(cookie.name in brought for cookie in made)


# -- cookies know no ports: what one app of a host sets replaces what another had set ----------


def _check_owners(
    memory: AlarmMemory,
    event: ExchangeEnded,
    request: ExchangeStarted,
    cookies: Sequence[CookieSet],
) -> AlarmMemory:
    """Raise an alarm for each session cookie that an app on another port had set, and is lost."""
    if request.party != "app" or not request.origin:
        return memory
    owned = memory.owners.get(request.client, Map())
    for cookie in cookies:
        key = _owned_key(cookie, request)
        before = owned.get(key)
        if before is not None and _is_lost(before, cookie, request):
            memory = _raise_lost(memory, event, cookie, before, request)
        if cookie.is_deletion:
            owned = _forget(owned, key)
        else:
            owned = owned.set(key, CookieOwner(origin=request.origin, cookie=cookie))
    return replace(memory, owners=memory.owners.set(request.client, owned))


def _owned_key(cookie: CookieSet, request: ExchangeStarted) -> OwnedKey:
    host = split_url(request.origin).hostname or ""
    return (host, *cookie_key(cookie, request))


def _forget(owned: Map[OwnedKey, CookieOwner], key: OwnedKey) -> Map[OwnedKey, CookieOwner]:
    if key in owned:
        return owned.delete(key)
    return owned


def _is_lost(before: CookieOwner, cookie: CookieSet, request: ExchangeStarted) -> bool:
    """Check for another app's session that lived: apps may share one, and then nothing is lost."""
    if cookie.is_deletion or before.origin == request.origin or not before.cookie.session:
        return False
    return before.cookie.session != cookie.session and not is_over(before.cookie, cookie.at)


def _raise_lost(
    memory: AlarmMemory,
    event: ExchangeEnded,
    cookie: CookieSet,
    before: CookieOwner,
    request: ExchangeStarted,
) -> AlarmMemory:
    text = (
        f"{request.client}: {cookie.name} of {request.origin} replaced the one that"
        f" {before.origin} had set in {before.cookie.exchange}"
    )
    group = name_replaced(cookie.name, request.origin)
    session = before.cookie.session
    return raise_alarm(memory, event, "across ports", text, session=session, group=group)


def name_replaced(name: str, url: str) -> str:
    """Return the group of alarms of a cookie that a port has replaced, whoever saw it."""
    return f"{name} {split_url(url).netloc}"
