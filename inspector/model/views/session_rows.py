"""Sessions as rows of the list, made when they are drawn."""

from __future__ import annotations

from collections.abc import Sequence

from session_inspector.devserver.core.values import Seconds
from session_inspector.inspector.model.facts.logs import Mapped
from session_inspector.inspector.model.facts.rows import SessionRow
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.views.session_summary import SessionSummary


def session_row(state: State, session: str, now: Seconds) -> SessionRow | None:
    """Return one session's row, None when it is not known."""
    known = state.sessions.get(session)
    if known is None:
        return None
    return SessionSummary(state, known, now).make_row()


def list_sessions(state: State, names: Sequence[str], now: Seconds) -> Sequence[SessionRow]:
    """Return rows of sessions by their names, made when they are drawn."""

    def make(name: str) -> SessionRow:
        return session_row(state, name, now) or _make_forgotten_row(name)

    return Mapped(names, make)


def _make_forgotten_row(name: str) -> SessionRow:
    """Return the row of a session that a search found and newer ones have pushed out since."""
    return SessionRow(
        session=name,
        who="–",
        kind="stateful",
        client="",
        created_at=None,
        size=0,
        cookies=0,
        ends=None,
        endless="",
        ended_by=None,
        life="gone",
        reason="not kept: there are too many newer ones",
    )
