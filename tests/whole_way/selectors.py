"""Everything that is computed from a state: each selector, each board, each export."""

from __future__ import annotations

from session_inspector.devserver.core.values import Seconds
from session_inspector.inspector.model.boards.costs import WhatIf
from session_inspector.inspector.model.boards.registry import ALL_BOARDS, BoardInput, tabs, title_of
from session_inspector.inspector.model.boards.what_if import what_if_fields
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.views.cookies import cookie_rows, live_cookie_rows
from session_inspector.inspector.model.views.detail import (
    content_fields,
    sealed_fields,
    store_fields,
)
from session_inspector.inspector.model.views.export import curl, har, session_json
from session_inspector.inspector.model.views.keeping import header_bytes, verdicts_of
from session_inspector.inspector.model.views.ladder import axis_marks, timer_rows
from session_inspector.inspector.model.views.lamps import lamps_of
from session_inspector.inspector.model.views.search import SORTS, count_run_out, session_rows
from session_inspector.inspector.model.views.session_rows import session_row
from session_inspector.inspector.model.views.status import status
from session_inspector.inspector.model.views.timeline import timeline_rows
from session_inspector.inspector.model.views.watch_mode import welcome

QUERIES = ("", "state:live", "kind:stateful expires:<10m", "user:alice size:>1k")
PARTS = [("user.sub", 12), ("internal", 90)]
MOST = 4
"""Sessions that are looked at one by one."""


def compute_all(state: State, now: Seconds) -> list[str]:
    """Compute whatever a pane or an export shows; returns what goes out as JSON."""
    status(state, now, count_run_out(state, now))
    tabs(state, "budget")
    welcome(state, "lab")
    list(timeline_rows(state))
    for sort in SORTS:
        for query in QUERIES:
            session_rows(state, now, query=query, sort=sort)
    _compute_boards(state, "", now)
    written = [har(state)]
    for session in list(state.order)[-MOST:]:
        _compute_boards(state, session, now)
        _compute_session(state, session, now)
        written.append(session_json(state, session, now))
    return written


def _compute_boards(state: State, session: str, now: Seconds) -> None:
    given = BoardInput(state=state, session=session, now=now, whatif=WhatIf())
    for board in ALL_BOARDS:
        list(board.fields(given))
        title_of(board, given)


def _compute_session(state: State, session: str, now: Seconds) -> None:
    session_row(state, session, now)
    list(timeline_rows(state, session=session))
    rows = timer_rows(state, session, now)
    axis_marks(rows, now)
    lamps_of(state, session, now)
    cookie_rows(state, session, now)
    live_cookie_rows(state, session, now)
    verdicts_of(state, session, now)
    header_bytes(state, session)
    content_fields(state, session, now)
    sealed_fields(state, session, now)
    store_fields(state, session, now)
    curl(state, session, {})
    list(what_if_fields(state.sessions[session], PARTS, WhatIf()))
