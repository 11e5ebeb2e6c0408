"""Folds what is seen of a session's cookies: set, deleted, sent, and forgotten without a line."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from session_inspector.devserver.cookies.chunk_rules import recognise_chunks
from session_inspector.devserver.core.correlation import is_resender
from session_inspector.devserver.core.events.exchange import (
    CookieEdited,
    CookieSet,
    CookiesForgotten,
    ExchangeEnded,
    ExchangeStarted,
)
from session_inspector.devserver.core.events.session import (
    SessionRefused,
    Verdict,
)
from session_inspector.devserver.core.frozen import replace
from session_inspector.inspector.model.facts.alarms import CookieKey
from session_inspector.inspector.model.facts.fact import CookieSent, LostCookie
from session_inspector.inspector.model.facts.scopes import cookie_key
from session_inspector.inspector.model.facts.state import KnownSession, State
from session_inspector.inspector.model.fold.register import is_visitor, replace_session

SEARCHED = 1000
"""The newest sessions, among which one is looked for by its cookies."""


def fold_cookie(state: State, event: CookieSet) -> State:
    """Return the state after a response set a cookie; one of an unknown session is left out."""
    known = state.sessions.get(event.session)
    if known is None:
        return state
    exchange = state.exchanges.get(event.exchange)
    if known.cookies and exchange is not None and is_resender(exchange.client):
        return state  # no browser has got it
    scope = cookie_key(event, exchange)
    if event.is_deletion or is_emptied(event):
        return replace_session(state, known, _without_line(known, scope, event))
    state = replace_session(state, known, _with_line(known, scope, event))
    previous = known.previous
    if not previous and exchange is not None and scope not in known.cookies and is_visitor(known):
        previous = _find_left(state, known, scope, exchange)
    replaced = state.sessions.get(previous)
    if replaced is None or _is_elsewhere(replaced, exchange):
        return state
    return _overwrite(state, replaced, scope, event)


def _find_left(
    state: State, visitor: KnownSession, scope: CookieKey, exchange: ExchangeStarted
) -> str:
    """Return the session that a request brought, and whose cookie is a visitor's by its response.

    Flask's logout leaves `_flashes` in the cookie of the session that it ends. Empty: none.
    """
    for one in _brought_by(state, exchange):
        if one is not visitor and scope in one.cookies and scope not in one.lost:
            return one.session
    return ""


def is_emptied(event: CookieSet) -> bool:
    """Check whether a line leaves a cookie in the browser that holds no session."""
    return not event.is_deletion and (event.is_emptied or not event.size)


def _without_line(known: KnownSession, scope: CookieKey, line: CookieSet) -> KnownSession:
    """Return a session from which a line has taken a cookie: it deletes or empties it."""
    before = known.cookies.get(scope)
    if before is None or before.is_deletion:
        known = _with_line(known, scope, line)
        if line.is_deletion:
            return known
    return replace(known, lost={**known.lost, scope: describe_deletion(line)})


def fold_edited(state: State, event: CookieEdited) -> State:
    """Return the state after a cookie was put into a browser by hand.

    One of another name is none of the session: it does not make its cookie live.
    """
    known = state.sessions.get(event.session)
    line = to_line(event)
    if known is None or not _is_of_session(known, line):
        return state
    return replace_session(state, known, _with_line(known, cookie_key(line, None), line))


def to_line(event: CookieEdited) -> CookieSet:
    """Return a cookie that was put in by hand as a line that no exchange has brought."""
    return CookieSet(
        at=event.at,
        cause=event.cause,
        session=event.session,
        seq=event.seq,
        exchange="",
        name=event.name,
        value=event.value,
        size=event.size,
        line_size=event.line_size,
        max_age=event.max_age,
        path=event.path,
        domain=event.domain,
        secure=event.secure,
        http_only=event.http_only,
        same_site=event.same_site,
        partitioned=event.partitioned,
    )


def _is_of_session(known: KnownSession, line: CookieSet) -> bool:
    """Check whether a cookie is one of a session's, or a chunk beside its chunks."""
    sizes = {name: cookie.size for (name, _, _), cookie in known.cookies.items()}
    if line.name in sizes:
        return True
    groups = recognise_chunks({**sizes, line.name: line.size})
    return any(
        line.name in group.by_number.values() and len(group.by_number) > 1 for group in groups
    )


def _with_line(known: KnownSession, scope: CookieKey, line: CookieSet) -> KnownSession:
    """Return a session with a new line of a cookie, and the one before it."""
    overwritten = known.overwritten
    before = known.cookies.get(scope)
    if before is not None:
        overwritten = {**overwritten, scope: before}
    lost = {one: loss for one, loss in known.lost.items() if one != scope}
    return replace(
        known, cookies={**known.cookies, scope: line}, lost=lost, overwritten=overwritten
    )


def describe_deletion(event: CookieSet) -> LostCookie:
    """Return how a browser lost a cookie, by a line that deletes or empties it."""
    what = "deleted"
    if not event.is_deletion:
        what = "emptied"
    return LostCookie(
        at=event.at,
        seq=event.seq,
        origin="seen",
        why=f"{event.cause} {what} it",
        evidence=f"Set-Cookie in {event.cause}",
    )


def has_lost_all(known: KnownSession) -> bool:
    """Check whether its browser has none of a session's cookies, as far as lines show."""
    return all(line.is_deletion or scope in known.lost for scope, line in known.cookies.items())


def find_bearer(state: State, event: SessionRefused) -> KnownSession | None:
    """Return the session whose cookies a refused request brought, though they did not open.

    That is the one of its browser whose lines are as long; None: of several, or of none.
    """
    exchange = state.exchanges.get(event.cause)
    if exchange is None or event.session:
        return None
    found = list(_brought_by(state, exchange))
    if len(found) != 1:
        return None
    return found[0]


def _brought_by(state: State, exchange: ExchangeStarted) -> Iterator[KnownSession]:
    """Yield the sessions of its browser whose lines are as long as what a request brought."""
    sent = {(cookie.name, cookie.size) for cookie in exchange.cookies}
    for name in reversed(state.order[-SEARCHED:]):
        one = state.sessions[name]
        if one.client == exchange.client and _has_brought(one, sent):
            yield one


def _has_brought(known: KnownSession, sent: Collection[tuple[str, int]]) -> bool:
    live = [
        line
        for scope, line in known.cookies.items()
        if not line.is_deletion and scope not in known.lost
    ]
    return bool(live) and all((line.name, line.size) in sent for line in live)


def fold_forgotten(state: State, event: CookiesForgotten) -> State:
    """Return the state after a simulated browser was made to forget cookies."""
    known = state.sessions.get(event.session)
    if known is None:
        return state
    loss = LostCookie(
        at=event.at,
        seq=event.seq,
        origin="told",
        why=f"{event.client} was told to delete it",
    )
    names = set(event.names)
    gone = {scope: loss for scope, cookie in known.cookies.items() if cookie.name in names}
    return replace_session(state, known, replace(known, lost={**known.lost, **gone}))


def find_sent(state: State, known: KnownSession, event: Verdict) -> CookieSent | None:
    """Return the last request that brought a cookie of a session."""
    exchange = state.exchanges.get(event.cause)
    if exchange is None:
        return known.sent
    if known.sent is not None and known.sent.seq > exchange.seq:
        return known.sent  # what an earlier request was about has become known
    return _describe_sent(exchange)


def note_brought(state: State, event: ExchangeEnded) -> State:
    """Note that a request brought a session's cookie, where no verdict has said so.

    One that is not opened, or is refused, has one verdict for many requests.
    """
    known = state.sessions.get(event.session)
    exchange = state.exchanges.get(event.exchange)
    if known is None or exchange is None or not state.lab.upstream:
        return state
    if known.sent is not None and known.sent.seq >= exchange.seq:
        return state
    names = {cookie.name for cookie in exchange.cookies}
    held = {
        line.name
        for scope, line in known.cookies.items()
        if line.exchange != event.exchange or scope in known.overwritten
    }
    if known.cookies and not names & held:
        return state  # it is the session that the response began
    if not names:
        return state
    return replace_session(state, known, replace(known, sent=_describe_sent(exchange)))


def _describe_sent(exchange: ExchangeStarted) -> CookieSent:
    return CookieSent(
        exchange=exchange.exchange,
        client=exchange.client,
        at=exchange.at,
        seq=exchange.seq,
        names=frozenset(cookie.name for cookie in exchange.cookies if cookie.size),
    )


def _is_elsewhere(known: KnownSession, exchange: ExchangeStarted | None) -> bool:
    """Check whether a response goes to another browser than the one that has a session's cookies.

    A copy of what took its place may be answered there, while its own browser has it again.
    """
    return bool(exchange is not None and known.client and exchange.client != known.client)


def _overwrite(state: State, replaced: KnownSession, scope: CookieKey, event: CookieSet) -> State:
    """Note that the cookie of a session that was replaced has another value now."""
    if scope not in replaced.cookies:
        return state
    loss = LostCookie(
        at=event.at,
        seq=event.seq,
        origin="seen",
        why=f"{event.cause} set it for another session",
    )
    lost = {**replaced.lost, scope: loss}
    return replace_session(state, replaced, replace(replaced, lost=lost))
