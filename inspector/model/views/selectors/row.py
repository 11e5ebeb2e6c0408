"""Is a session's row in the store, does it count, and until when? Every pane asks here."""

from __future__ import annotations

from session_inspector.devserver.core.events.base import COOKIES_BESIDE, TOKENS_BESIDE
from session_inspector.devserver.core.events.server import IN_COOKIES, NO_STORE, READ_ONLY
from session_inspector.devserver.core.values import Seconds
from session_inspector.inspector.model.facts.fact import Fact
from session_inspector.inspector.model.facts.row_ends import obeyed_end
from session_inspector.inspector.model.facts.state import KnownSession, State

NO_ROW = "none: stateless"
UNKNOWN = "not known: its cookie is not opened"
UNKNOWN_FORMAT = "not known: its cookie is of no known format"
NOT_WATCHED = "no store is watched"
NOT_READ = "not read yet"
STATELESS = (
    "a stateless session cannot be revoked: its cookie is the session, and no store has it."
    ' Delete the cookie, rotate the secret, or run with revocation="store"'
)
UNNAMED = (
    "no store is watched, so no row can be deleted: it may be in the app's own memory. Where it is"
    " in a database: --store URL"
)


def row_fact(state: State, known: KnownSession, now: Seconds) -> Fact:
    """Return whether a request gets a session's row; None: there is none, or nobody looked."""
    if known.facts.kind == "stateless":
        return Fact(is_alive=None, origin="rule", evidence="the cookie is the session", why=NO_ROW)
    if known.facts.kind == "unknown":
        why = describe_unknown(known)
        return Fact(is_alive=None, origin="rule", evidence=why, why=why)
    row = known.row
    if row is None:
        why = NOT_READ
        if not has_store(state):
            why = NOT_WATCHED
        return Fact(is_alive=None, origin="read", evidence=why, why=why)
    if not row.is_there:
        return Fact(is_alive=False, origin=row.origin, evidence=row.evidence, why=row.why)
    ends = row_end(known)
    if row.refused:
        return Fact(
            is_alive=False, origin=row.origin, evidence=row.evidence, ends=ends, why=row.refused
        )
    return Fact(
        is_alive=ends is None or ends > now,
        origin=row.origin,
        evidence=row.evidence,
        ends=ends,
    )


def describe_unknown(known: KnownSession) -> str:
    """Return why nobody knows whether a session has a row: nothing opens what has no format."""
    is_learned = any(kind in known.facts.data for kind in (COOKIES_BESIDE, TOKENS_BESIDE))
    if is_learned and not known.facts.unverified:
        return UNKNOWN_FORMAT
    return UNKNOWN


def is_row_there(known: KnownSession) -> bool:
    """Check whether the store holds a session's row, expired or not."""
    return known.row is not None and known.row.is_there


def row_end(known: KnownSession) -> Seconds | None:
    """Return the end of a row that its framework obeys; None: it has none."""
    return obeyed_end(known.facts.timers)


def has_store(state: State) -> bool:
    """Check whether there is a store that could be away, or hold a row."""
    return state.lab.store not in ("", NO_STORE, IN_COOKIES)


def why_not_writable(state: State) -> str:
    """Return why no row of an app's store can be changed; empty: it can be tried."""
    if not state.lab.upstream:
        return ""
    if not has_store(state):
        return UNNAMED
    if not state.lab.may_write:
        return READ_ONLY
    return ""


def why_not_revocable(state: State, known: KnownSession) -> str:
    """Return why a session cannot be revoked, with what to do; empty: it can be tried."""
    if state.lab.upstream:
        return why_not_writable(state)
    if known.facts.kind == "stateless" and not state.lab.store.startswith(f"{NO_STORE},"):
        return STATELESS
    return ""
