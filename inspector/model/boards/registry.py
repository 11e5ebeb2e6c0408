"""The boards: views beside the sessions, each with a number key."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from devserver.core.values import Seconds
from inspector.model.boards.alarms import alarm_fields
from inspector.model.boards.budget import WhatIf, budget_fields
from inspector.model.boards.logins import login_fields
from inspector.model.boards.requests import request_fields
from inspector.model.boards.scenarios import scenario_fields
from inspector.model.boards.tokens import token_fields
from inspector.model.rows import Field
from inspector.model.select import session_row
from inspector.model.state import State


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a board is drawn from."""

    state: State
    session: str
    now: Seconds
    whatif: WhatIf
    compared: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """One view."""

    name: str
    key: str
    title: str
    empty: str
    fields: Callable[[Look], tuple[Field, ...]]
    follows: bool = False
    """Stays at its end, as a log does."""


BOARDS: tuple[Board, ...] = (
    Board(
        name="budget",
        key="2",
        title="Byte budget",
        empty="  No session is selected: press 1, then l to log in.",
        fields=lambda look: budget_fields(look.state, look.session, look.whatif),
    ),
    Board(
        name="requests",
        key="3",
        title="Request lanes",
        empty="  No request has been seen yet.",
        fields=lambda look: request_fields(look.state),
        follows=True,
    ),
    Board(
        name="tokens",
        key="4",
        title="Refresh token families",
        empty="  No refresh token has been issued yet.",
        fields=lambda look: token_fields(look.state, look.now),
    ),
    Board(
        name="logins",
        key="5",
        title="Logins, step by step",
        empty="  Nobody has begun a login yet.",
        fields=lambda look: login_fields(look.state),
    ),
    Board(
        name="alarms",
        key="6",
        title="Alarms",
        empty="  No alarm. What is watched for: resurrection, lost updates, refresh token reuse,\n"
        "  cacheable session cookies, redirect loops, useless deletions, sizes and chunks.",
        fields=lambda look: alarm_fields(look.state),
    ),
    Board(
        name="scenarios",
        key="7",
        title="Scenarios",
        empty="  No scenario has been played yet: press p, then one key.",
        fields=lambda look: scenario_fields(look.state),
    ),
    Board(
        name="compare",
        key="8",
        title="Stateless and stores side by side",
        empty="  Press m: the same login, roll, revoke and logout on each, measured now.",
        fields=lambda look: look.compared,
    ),
)


def title_of(board: Board, look: Look) -> str:
    """Return a board's title, with whom it is about."""
    row = session_row(look.state, look.session, look.now) if board.name == "budget" else None
    return f"{board.title} · {row.who} · {row.kind}" if row else board.title


def tabs(state: State, current: str) -> tuple[tuple[str, str, bool, bool], ...]:
    """Return (key, label, is current, is alarming) of all views."""
    count = len(state.watch.alarms)
    found = [("1", "sessions", current == "", False)]
    for board in BOARDS:
        is_alarming = board.name == "alarms" and count > 0
        label = f"alarms {count}" if is_alarming else board.name
        found.append((board.key, label, current == board.name, is_alarming))
    return tuple(found)
