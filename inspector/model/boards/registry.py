"""The boards: views beside the sessions, each with a number key."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from session_inspector.devserver.core.values import Seconds
from session_inspector.inspector.model.boards.alarms import alarm_fields
from session_inspector.inspector.model.boards.budget import WhatIf, budget_fields
from session_inspector.inspector.model.boards.logins import login_fields
from session_inspector.inspector.model.boards.requests import request_fields
from session_inspector.inspector.model.boards.rows import row_fields
from session_inspector.inspector.model.boards.scenarios import scenario_fields
from session_inspector.inspector.model.boards.tokens import token_fields
from session_inspector.inspector.model.facts.rows import Field
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.views.select import session_row


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a board is drawn from."""

    state: State
    session: str
    now: Seconds
    whatif: WhatIf
    compared: tuple[Field, ...] = ()
    playable: Sequence[tuple[str, str, str]] = ()
    """(key, name, title) of scenarios."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """One view."""

    name: str
    key: str
    short: str
    """Its name in a narrow header."""
    title: str
    about: str
    """What it shows, for the help."""
    empty: str
    fields: Callable[[Look], Sequence[Field]]
    follows: bool = False
    """Stays at its end, as a log does."""


BOARDS: tuple[Board, ...] = (
    Board(
        name="budget",
        key="2",
        short="bytes",
        title="Byte budget",
        about="What the session costs against 4096 bytes a cookie, 8 KB and 16 KB a header; "
        "what takes the space; and what if.",
        empty="  No session is selected: press 1, then l to log in.",
        fields=lambda look: budget_fields(look.state, look.session, look.whatif),
    ),
    Board(
        name="requests",
        key="3",
        short="lanes",
        title="Request lanes",
        about="Each request in a lane of its own: ● does something, │ is under way beside it. "
        "What it wrote, rolled, deleted stands in its lane.",
        empty="  No request has been seen yet: press l to log in, then r.",
        fields=lambda look: request_fields(look.state),
        follows=True,
    ),
    Board(
        name="tokens",
        key="4",
        short="tokens",
        title="Refresh token families",
        about="Refresh tokens as trees: ● current, ○ exchanged, ✖ presented again, ⊖ died with "
        "its family; and who presented each.",
        empty="  No refresh token has been issued yet: press l to log in, then t.",
        fields=lambda look: token_fields(look.state, look.now),
    ),
    Board(
        name="logins",
        key="5",
        short="logins",
        title="Logins, step by step",
        about="The code flow of each login, step by step: ✓ done, ✕ where it broke and why, · "
        "not reached.",
        empty="  Nobody has begun a login yet: press l, or b for your own browser.",
        fields=lambda look: login_fields(look.state),
    ),
    Board(
        name="alarms",
        key="6",
        short="alarms",
        title="Alarms",
        about="What should never happen to a session; mark one to read why it matters, and the "
        "fix.",
        empty="",
        fields=lambda look: alarm_fields(look.state),
    ),
    Board(
        name="scenarios",
        key="7",
        short="plays",
        title="Scenarios",
        about="What was played against the running server, step by step: ✔ or ✘ and the "
        "verdict. Below: all that can be played.",
        empty="",
        fields=lambda look: scenario_fields(look.state, look.playable),
    ),
    Board(
        name="compare",
        key="8",
        short="costs",
        title="Stateless and stores side by side",
        about="The same login, roll, revoke and logout on stateless sessions and on each store, "
        "measured now.",
        empty="  Press m: the same login, roll, revoke and logout on each, measured now.",
        fields=lambda look: look.compared,
    ),
    Board(
        name="rows",
        key="9",
        short="rows",
        title="Store rows",
        about="What the store keeps, and what of it is of no use: expired, without browser, "
        "endless.",
        empty="  No row in the store: press l to log in (stateful; s switches).",
        fields=lambda look: row_fields(look.state, look.now),
    ),
)


def title_of(board: Board, look: Look) -> str:
    """Return a board's title, with whom it is about."""
    row = session_row(look.state, look.session, look.now) if board.name == "budget" else None
    return f"{board.title} · {row.who} · {row.kind}" if row else board.title


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    """One view in the header."""

    key: str
    label: str
    short: str
    is_current: bool = False
    count: int = 0
    """Alarms."""


def tabs(state: State, current: str) -> tuple[Tab, ...]:
    """Return all views, the sessions first."""
    first = Tab(key="1", label="sessions", short="live", is_current=current == "")
    count = len(state.watch.alarms)
    return (
        first,
        *(
            Tab(
                key=board.key,
                label=board.name,
                short=board.short,
                is_current=current == board.name,
                count=count if board.name == "alarms" else 0,
            )
            for board in BOARDS
        ),
    )
