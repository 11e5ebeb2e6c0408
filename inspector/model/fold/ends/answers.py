"""Sessions of which it is not known whether they live: refused at one page, answered at another."""

from __future__ import annotations

from session_inspector.devserver.core.events.session import CookieLeft, SessionAnswered
from session_inspector.devserver.core.frozen import replace
from session_inspector.inspector.model.facts.state import Ended, State
from session_inspector.inspector.model.fold.ends.logouts import fold_logout
from session_inspector.inspector.model.fold.register import replace_session
from session_inspector.inspector.model.words.answers import describe_answer


def fold_doubt(state: State, event: SessionAnswered | CookieLeft) -> State:
    """Return the state after something has put the end of a session in doubt."""
    if isinstance(event, SessionAnswered):
        return _fold_answer(state, event)
    return fold_logout(state, event)


def _fold_answer(state: State, event: SessionAnswered) -> State:
    """Return the state after a refused session was answered: a logout is not undone by it."""
    known = state.sessions.get(event.session)
    if known is None or known.ended is None or known.ended.life != "refused":
        return state
    reason = describe_answer(event)
    ended = Ended(life="in-doubt", at=event.at, reason=reason, origin="seen")
    return replace_session(state, known, replace(known, ended=ended))


def is_answered(ended: Ended) -> bool:
    """Check for a session that was refused, and answered since: its row is as it was."""
    return ended.life == "in-doubt" and ended.was is None and not ended.logout
