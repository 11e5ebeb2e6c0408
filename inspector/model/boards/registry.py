"""The boards: views beside the sessions, each with a number key."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from session_inspector.devserver.core.values import Seconds
from session_inspector.inspector.model.boards.alarms import alarm_fields
from session_inspector.inspector.model.boards.budget import budget_fields, summarize_cost
from session_inspector.inspector.model.boards.changes import change_fields
from session_inspector.inspector.model.boards.cookies import EDITS, cookie_fields
from session_inspector.inspector.model.boards.costs import WhatIf
from session_inspector.inspector.model.boards.logins import login_fields
from session_inspector.inspector.model.boards.output import output_fields, summarize_app
from session_inspector.inspector.model.boards.request_list import RequestView, request_lines
from session_inspector.inspector.model.boards.rows import row_fields
from session_inspector.inspector.model.boards.scenarios import scenario_fields
from session_inspector.inspector.model.boards.tokens import token_fields
from session_inspector.inspector.model.facts.rows import Field
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.views.selectors.failed_logins import (
    count_failed_logins,
)
from session_inspector.inspector.model.views.selectors.target import name_target
from session_inspector.inspector.model.views.session_rows import session_row
from session_inspector.inspector.model.views.watch_mode import detect_watch_mode
from session_inspector.inspector.model.words.key_names import mark_keys

NO_SESSION = mark_keys("  No session is selected: press <board>, then <login> to log in.")


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardInput:
    """What a board is drawn from."""

    state: State
    session: str
    now: Seconds
    whatif: WhatIf
    compared: tuple[Field, ...] = ()
    playable: Sequence[tuple[str, str, str]] = ()
    """(key, name, title) of scenarios."""
    requests: RequestView = field(default_factory=RequestView)
    """How a person wants the requests."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """One view."""

    name: str
    key: str
    label: str
    """Its name, in the header, in its title and in the help; the same in every width."""
    about: str
    """What it shows, for the help."""
    empty: str
    fields: Callable[[BoardInput], Sequence[Field]]
    summarize: Callable[[BoardInput], str] = lambda given: ""
    """What stands at the foot of its frame."""
    follows: bool = False
    """Stays at its end, as a log does."""
    is_of_app: bool = False
    """It is of the app's own process: only in the header where one was started here."""

    @property
    def title(self) -> str:
        """Its name above what it shows."""
        return self.label.capitalize()


BOARDS: tuple[Board, ...] = (
    Board(
        name="budget",
        key="2",
        label="bytes",
        about="What the session costs against 4096 bytes a cookie, 8 KB and 16 KB a header; "
        "what takes the space; and what it might cost.",
        empty=NO_SESSION,
        fields=lambda given: budget_fields(given.state, given.session, given.whatif, given.now),
        summarize=lambda given: summarize_cost(given.state, given.session, given.whatif),
    ),
    Board(
        name="requests",
        key="3",
        label="requests",
        about=mark_keys(
            "One line a request: its answer, who sent it, and what came of the cookie. <open_line>"
            " opens its story: what it wrote, rolled, deleted, and in lanes what ran beside it:"
            " ● does something, │ is under way."
        ),
        empty=mark_keys("  No request has been seen yet: press <login> to log in, then <request>."),
        fields=lambda given: request_lines(given.state, given.requests),
        follows=True,
    ),
    Board(
        name="tokens",
        key="4",
        label="tokens",
        about="Refresh tokens as trees: ● current, ○ exchanged, ✖ presented again, ⊖ died with "
        "its family; and who presented each. Below: access tokens of clients and devices, bound "
        "ones, and those that were introspected or revoked.",
        empty=mark_keys(
            "  No refresh token has been issued yet: press <login> to log in, then <refresh>."
        ),
        fields=lambda given: token_fields(given.state, given.now),
    ),
    Board(
        name="logins",
        key="5",
        label="logins",
        about="The code flow of each login, step by step: ✓ done, ✕ where it broke and why, · "
        "not reached. Between them: pushed requests, devices, second factors, and clients that "
        "log in as themselves.",
        empty=mark_keys(
            "  No login has started yet: press <login>, or <browse> for your own browser."
        ),
        fields=lambda given: login_fields(given.state),
    ),
    Board(
        name="alarms",
        key="6",
        label="alarms",
        about="What should never happen to a session; select one to read why it matters, and the "
        "fix.",
        empty="",
        fields=lambda given: alarm_fields(given.state),
    ),
    Board(
        name="scenarios",
        key="7",
        label="play",
        about="What was played against the running server, step by step: ✔ or ✘ and the "
        "verdict. In the lab, below: all that can be played.",
        empty="  No scenario has been played.",
        fields=lambda given: scenario_fields(given.state, given.playable),
    ),
    Board(
        name="compare",
        key="8",
        label="costs",
        about="The same login, roll, revoke and logout on stateless sessions and on each store, "
        "measured now.",
        empty=mark_keys(
            "  Press <measure>: the same login, roll, revoke and logout on each, measured now."
        ),
        fields=lambda given: given.compared,
    ),
    Board(
        name="rows",
        key="9",
        label="rows",
        about="What the store keeps: live rows, and those that no request can use; of the live "
        "ones, those without an end and those no request has presented.",
        empty=mark_keys(
            "  No row in the store: press <login> to log in (stateful; <switch> switches)."
        ),
        fields=lambda given: row_fields(given.state, given.now),
    ),
    Board(
        name="output",
        key="O",
        label="output",
        about=mark_keys(
            "What the app wrote, left of it the request during which the line came: <open_line>"
            " goes there. │ stdout, ┆ stderr, ✖ reads as an error. <restart_app> starts the app"
            " again."
        ),
        empty="  No app was started here. Fix: session-inspector run -- npm run dev",
        fields=lambda given: output_fields(given.state),
        summarize=lambda given: summarize_app(given.state),
        follows=True,
        is_of_app=True,
    ),
)
OF_A_SESSION: tuple[Board, ...] = (
    Board(
        name="cookies",
        key="c",
        label="cookies",
        about=f"The cookies of the session's browser: value, fingerprint, bytes, every attribute, "
        f"clocks, who set each last and what changed. {EDITS}",
        empty=NO_SESSION,
        fields=lambda given: cookie_fields(given.state, given.session, given.now),
    ),
    Board(
        name="changes",
        key="h",
        label="changes",
        about=mark_keys(
            "The session before and after each write, the newest first: + came, - went, ~ changed."
            " <undo_revoke> undoes your last change; what the provider keeps is named."
        ),
        empty=NO_SESSION,
        fields=lambda given: change_fields(given.state, given.session, given.now),
    ),
)
"""Views of one session: they have a letter, and a tab only while they are open."""
ALL_BOARDS = (*BOARDS, *OF_A_SESSION)


def title_of(board: Board, given: BoardInput) -> str:
    """Return a board's title, with the session that keys act on."""
    if board.is_of_app:
        return board.title
    row = session_row(given.state, given.session, given.now)
    return f"{board.title} · {name_target(row)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    """One view in the header."""

    key: str
    """As the table has it."""
    label: str
    action: str = "board"
    """The name of its key."""
    is_current: bool = False
    count: int = 0
    """Alarms, or logins that failed: it is red."""


def tabs(state: State, current: str) -> tuple[Tab, ...]:
    """Return the views that there is something for, the sessions first."""
    first = Tab(key="1", label="sessions", is_current=current == "")
    shown = (board for board in ALL_BOARDS if _is_shown(state, board, current))
    return (first, *(_make_tab(state, board, current) for board in shown))


def _is_shown(state: State, board: Board, current: str) -> bool:
    if board.name == current:
        return True
    return board in BOARDS and _may_fill(state, board)


def _may_fill(state: State, board: Board) -> bool:
    """Check whether a board has something, or may get it where this watches."""
    if board.is_of_app:
        return state.app is not None
    mode = detect_watch_mode(state)
    if mode == "lab":
        return True
    match board.name:
        case "scenarios":
            return bool(len(state.runs))
        case "compare":
            return False  # it measures the lab's own stores
        case "tokens":
            return bool(state.lab.issuer) or bool(len(state.families.roots))
        case "requests" | "logins":
            return mode != "store" or bool(len(state.exchanges))
        case _:
            return True


def _make_tab(state: State, board: Board, current: str) -> Tab:
    count = 0
    if board.name == "alarms":
        count = len(state.alarms.raised)
    elif board.name == "logins":
        count = count_failed_logins(state.flows)
    return Tab(
        key=board.key,
        label=board.label,
        action=f"board_{board.name}",
        is_current=current == board.name,
        count=count,
    )
