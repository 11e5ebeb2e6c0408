"""Cookies know no ports: what one app of a host sets replaces what another one there had set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from immutables import Map

from session_inspector.devserver.core.events.exchange import (
    CookieSet,
    ExchangeEnded,
    ExchangeStarted,
)
from session_inspector.inspector.model.facts.alarms import AlarmMemory, CookieOwner, OwnedKey
from session_inspector.inspector.model.facts.scopes import cookie_key, is_over
from session_inspector.inspector.model.fold.raising import raise_alarm


def check_owners(
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
            memory = _raise(memory, event, cookie, before, request)
        if cookie.is_deletion:
            owned = _forget(owned, key)
        else:
            owned = owned.set(key, CookieOwner(origin=request.origin, cookie=cookie))
    return replace(memory, owners=memory.owners.set(request.client, owned))


def _owned_key(cookie: CookieSet, request: ExchangeStarted) -> OwnedKey:
    host = urlsplit(request.origin).hostname or ""
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


def _raise(
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
    group = f"{request.client} {cookie.name} {request.origin}"
    session = before.cookie.session
    return raise_alarm(memory, event, "across ports", text, session=session, group=group)
