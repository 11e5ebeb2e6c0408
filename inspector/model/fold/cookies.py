"""Folds what is seen of a session's cookies: set, deleted, sent, and forgotten without a line."""

from __future__ import annotations

from dataclasses import replace

from session_inspector.devserver.core.events.exchange import CookieSet, CookiesForgotten
from session_inspector.inspector.model.facts.alarms import CookieKey
from session_inspector.inspector.model.facts.fact import LostCookie
from session_inspector.inspector.model.facts.scopes import cookie_key
from session_inspector.inspector.model.fold.draft import Draft


def fold_cookie(draft: Draft, event: CookieSet) -> None:
    """Note that a response set a cookie; one of an unknown session is left out."""
    known = draft.sessions.get(event.session)
    if known is None:
        return
    scope = cookie_key(event, draft.exchanges.get(event.exchange))
    cookies = {**known.cookies, scope: event}
    lost = known.lost
    if scope in lost:
        lost = {one: loss for one, loss in lost.items() if one != scope}
    draft.replace_session(known, replace(known, cookies=cookies, lost=lost))
    if not event.is_deletion:
        _overwrite(draft, known.previous, scope, event)


def fold_forgotten(draft: Draft, event: CookiesForgotten) -> None:
    """Note that a simulated browser was made to forget cookies."""
    known = draft.sessions.get(event.session)
    if known is None:
        return
    loss = LostCookie(
        at=event.at,
        seq=event.seq,
        origin="told",
        why=f"{event.client} was made to forget it",
    )
    names = set(event.names)
    gone = {scope: loss for scope, cookie in known.cookies.items() if cookie.name in names}
    draft.replace_session(known, replace(known, lost={**known.lost, **gone}))


def _overwrite(draft: Draft, previous: str, scope: CookieKey, event: CookieSet) -> None:
    """Note that the cookie of a session that was replaced has another value now."""
    replaced = draft.sessions.get(previous)
    if replaced is None or scope not in replaced.cookies:
        return
    loss = LostCookie(
        at=event.at,
        seq=event.seq,
        origin="seen",
        why=f"{event.cause} set it for another session",
    )
    lost = {**replaced.lost, scope: loss}
    draft.replace_session(replaced, replace(replaced, lost=lost))
