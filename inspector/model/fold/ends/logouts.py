"""How a session is over after a logout that left its cookie: that only more answers show."""

from __future__ import annotations

from session_inspector.devserver.core.events.session import CookieLeft, SessionWritten
from session_inspector.devserver.core.frozen import replace
from session_inspector.inspector.model.facts.state import Ended, State
from session_inspector.inspector.model.fold.register import replace_session
from session_inspector.inspector.model.words.left_cookies import describe_left

LOGINS = ("login", "created", "begun")
"""Writes by which somebody may be logged in."""


def fold_logout(state: State, event: CookieLeft) -> State:
    """Return the state after what a logout has left was seen."""
    known = state.sessions.get(event.session)
    if known is None:
        return state
    ended = _end_after_logout(known.ended, event)
    return replace_session(state, known, replace(known, ended=ended))


def _end_after_logout(ended: Ended | None, event: CookieLeft) -> Ended | None:
    """Return how a session is over: another end than that by the logout is not its to undo."""
    is_of_logout = ended is not None and bool(ended.logout)
    if event.outcome == "accepted":
        return None if is_of_logout else ended
    if ended is not None and not ended.is_by_clock and not is_asked(ended):
        return ended
    reason = describe_left(event)
    return Ended(
        life="in-doubt", at=event.left_at, reason=reason, origin="seen", logout=event.left_by
    )


def is_asked(ended: Ended | None) -> bool:
    """Check whether it was asked to end a session, and nothing has shown whether it has."""
    return ended is not None and ended.life == "in-doubt" and bool(ended.logout)


def end_after_refusal(ended: Ended | None, refused: Ended | None) -> Ended | None:
    """Return how a refused session is over: after a logout that may have ended it, by that."""
    if refused is None:
        return ended
    if ended is None or not ended.logout or refused.life != "refused":
        return refused
    reason = f"{ended.logout} asked to log out; since then {refused.reason}"
    return replace(refused, life="logged-out", reason=reason, logout=ended.logout)


def end_after_write(ended: Ended | None, event: SessionWritten) -> Ended | None:
    """Return how a session is over after a write: none is, but one that may have been logged out.

    An app renews an id too to which nobody is logged in any more.
    """
    if not is_asked(ended) or event.facts.sub or event.reason in LOGINS:
        return None
    return ended
