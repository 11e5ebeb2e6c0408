"""The boards are computed right: sizes to the byte, lanes, trees, steps, verdicts."""

from __future__ import annotations

from session_inspector.devserver.core.events.server import NO_PROXY
from session_inspector.inspector.model.boards.costs import (
    WhatIf,
)
from session_inspector.inspector.model.boards.registry import (
    ALL_BOARDS,
    BOARDS,
    OF_A_SESSION,
    BoardInput,
    tabs,
    title_of,
)
from session_inspector.inspector.model.facts.state import KnownApp, LabState, State

NOW = 1_000.0


def test_every_board_draws_an_empty_state() -> None:
    look = BoardInput(state=State(), session="", now=NOW, whatif=WhatIf())
    for board in ALL_BOARDS:
        assert bool(board.fields(look)) != bool(board.empty)  # one of both says what to press
        assert title_of(board, look)
        assert board.about
    running = State(app=KnownApp(command="npm run dev", pid=7))
    assert [tab.key for tab in tabs(running, "")] == ["1", *(board.key for board in BOARDS)]
    assert sum(len(tab.label) + 3 for tab in tabs(State(), "")) <= 80  # the last gap may go


def test_the_output_has_a_tab_where_an_app_was_started_here() -> None:
    assert "O" not in [tab.key for tab in tabs(State(), "")]
    assert "O" in [tab.key for tab in tabs(State(), "output")]
    assert "O" in [tab.key for tab in tabs(State(app=KnownApp(command="x", pid=7)), "")]


def test_a_view_of_a_session_has_a_tab_only_while_it_is_open() -> None:
    for board in OF_A_SESSION:
        keys = [tab.key for tab in tabs(State(app=KnownApp(command="x", pid=7)), board.name)]
        assert keys == ["1", *(one.key for one in BOARDS), board.key]


def keys_at(upstream: str, issuer: str = "") -> list[str]:
    state = State(lab=LabState(upstream=upstream, base_url="http://a", issuer=issuer))
    return [tab.key for tab in tabs(state, "")]


def test_an_attached_app_has_no_tab_that_only_the_lab_fills() -> None:
    assert keys_at("http://app") == ["1", "2", "3", "5", "6", "9"]
    assert keys_at("http://app", issuer="http://provider") == ["1", "2", "3", "4", "5", "6", "9"]
    assert keys_at(NO_PROXY) == ["1", "2", "6", "9"]
    assert keys_at("")[:9] == list("123456789")


def test_a_tab_of_what_is_open_stays_wherever_it_was_opened() -> None:
    state = State(lab=LabState(upstream="http://app", base_url="http://a"))
    assert [tab.key for tab in tabs(state, "compare") if tab.is_current] == ["8"]
