"""One selector a fact: does the cookie, the row, the refresh token, the session itself live?

Every pane asks here, so that no two of them disagree. Where the selectors of other facts are:

    which clock ends a session, and all its clocks   views/clocks.py
    its life and the reason it ended                 views/session_summary.py
    its cookies                                      views/cookies.py
    what browsers do with the cookies                views/keeping.py
    who presented a token                            views/presenter.py
    the chunks of a request's cookies                facts/chunks.py
    what is watched: lab, app or store               views/watch_mode.py
"""

from __future__ import annotations

from collections.abc import Sequence

from session_inspector.devserver.core.values import Seconds, Secret
from session_inspector.inspector.model.facts.rows import CookieRow
from session_inspector.inspector.model.facts.state import KnownSession, State

USABLE = ("current", "exchanged")
"""Fates of a refresh token that may still be presented: an exchanged one has a grace period."""


def is_cookie_alive(rows: Sequence[CookieRow], now: Seconds) -> bool:
    """Check whether any cookie of a session is neither deleted nor expired."""
    return any(_lives_on(row, now) for row in rows)


def is_row_kept(known: KnownSession) -> bool:
    """Check whether the store still has a session's row: a clock's end deletes none."""
    return known.ended is None or known.ended.life == "expired"


def is_refresh_token_alive(state: State, known: KnownSession, now: Seconds) -> bool:
    """Check the very refresh token that the session holds."""
    tokens = known.facts.data.get("tokenSet")
    if not isinstance(tokens, dict):
        return False
    held = tokens.get("refreshToken")
    if not isinstance(held, Secret):
        return False
    token = state.families.by_digest.get(held.digest)
    if token is None or token.fate not in USABLE:
        return False
    return token.expires is None or token.expires > now


def is_provider_session_alive(state: State, known: KnownSession, now: Seconds) -> bool:
    """Check the session at the provider that the session came from."""
    return state.provider_ends.get(known.facts.sid, 0.0) > now


def _lives_on(row: CookieRow, now: Seconds) -> bool:
    if row.is_deleted:
        return False
    return row.ends is None or row.ends > now
