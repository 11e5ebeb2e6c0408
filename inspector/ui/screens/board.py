"""One board: its lines, and what the marked one means."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import ClassVar, TypeAlias

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from session_inspector.inspector.keys import BUDGET
from session_inspector.inspector.model.boards.budget import DROP, summarize_cost
from session_inspector.inspector.model.boards.costs import WhatIf
from session_inspector.inspector.model.boards.registry import Board, BoardInput, tabs, title_of
from session_inspector.inspector.model.boards.what_if import STEP
from session_inspector.inspector.model.views.status import status
from session_inspector.inspector.model.views.watch_mode import EMPTY, detect_watch_mode
from session_inspector.inspector.ui.messages import FieldMarked
from session_inspector.inspector.ui.pace import PacedScreen
from session_inspector.inspector.ui.screens.view import View
from session_inspector.inspector.ui.widgets.field_list import FieldList
from session_inspector.inspector.ui.widgets.key_bar import KeyBar
from session_inspector.inspector.ui.widgets.status_bar import StatusBar

MOST = 400
"""Steps of growth: 200 KB."""
Playable: TypeAlias = Sequence[tuple[str, str, str]]


class BoardScreen(PacedScreen[None]):
    """Draws one of the boards; the budget takes what-if keys."""

    VERTICAL_BREAKPOINTS = [(0, "-low"), (32, "-high")]  # noqa: RUF012  # Textual's own form
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(key.keys, key.action, key.label, show=False, id=key.name) for key in BUDGET
    ]

    def __init__(self, board: Board, playable: Callable[[], Playable] = tuple) -> None:
        """`playable` returns (key, name, title) of the scenarios there are."""
        super().__init__()
        self.board = board
        self._playable = playable
        self._whatif = WhatIf()
        self._view = View()

    def compose(self) -> ComposeResult:
        yield StatusBar(id="status")
        yield FieldList(id="board", empty=self.board.empty, follows=self.board.follows)
        yield Static(id="explain", markup=False)
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        self.query_one("#explain").border_title = "What it means"
        self.query_one("#board").focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        own = {key.action for key in BUDGET}
        return action not in own or self.board.name == "budget"

    def turn_to(self, board: Board) -> None:
        """Show another board in place of this one, from its first line."""
        self.board, self._whatif = board, WhatIf()
        pane = self.query_one("#board", FieldList)
        pane.empty, pane.follows = board.empty, board.follows
        pane.show(())
        self.refresh_bindings()

    def draw(self, view: View) -> None:
        """Show what there is now."""
        self._view = view
        place = detect_watch_mode(view.state)
        is_played = self.board.name == "scenarios"
        look = BoardInput(
            state=view.state,
            session=view.session,
            now=view.now,
            whatif=self._whatif,
            compared=view.compared,
            playable=self._playable() if is_played and place == "lab" else (),
        )
        bar = self.query_one(StatusBar)
        bar.tabs, bar.said = tabs(view.state, self.board.name), view.said
        bar.show(status(view.state, view.now, view.clocked), view.now)
        bar_of_keys = self.query_one(KeyBar)
        bar_of_keys.show(view.footer(self.board.name), is_read_only=view.is_read_only)
        pane = self.query_one("#board", FieldList)
        pane.revealed = view.revealed
        pane.empty = EMPTY[place].get(self.board.name, self.board.empty)
        fields = () if is_played and place != "lab" else self.board.fields(look)
        is_budget = self.board.name == "budget"
        is_first = is_budget and not pane.rows
        cost = summarize_cost(view.state, view.session, self._whatif) if is_budget else ""
        pane.entitle(title_of(self.board, look), cost)
        pane.show(fields)
        if is_first:
            pane.select(next((row.key for row in fields if row.key.startswith(DROP)), ""))
        self._explain()

    def on_field_marked(self, message: FieldMarked) -> None:
        message.stop()
        self._explain()

    def _explain(self) -> None:
        row = self.query_one("#board", FieldList).current
        pane = self.query_one("#explain", Static)
        pane.update(Text((row.explain if row else "") or self.board.about))

    def action_drop(self) -> None:
        row = self.query_one("#board", FieldList).current
        path = row.key.removeprefix(DROP) if row and row.key.startswith(DROP) else ""
        if not path:
            self.notify("mark a line of the payload first (j and k)", markup=False)
        else:
            self._set(replace(self._whatif, dropped=self._whatif.dropped ^ {path}))

    def action_audience(self) -> None:
        self._set(replace(self._whatif, audiences=self._whatif.audiences + 1))

    def action_grow(self) -> None:
        self._grow(STEP)

    def action_shrink(self) -> None:
        self._grow(-STEP)

    def _grow(self, by: int) -> None:
        grown = min(max(0, self._whatif.grown + by), MOST * STEP)
        self._set(replace(self._whatif, grown=grown))

    def action_reset(self) -> None:
        self._set(WhatIf())

    def _set(self, whatif: WhatIf) -> None:
        self._whatif = whatif
        self.draw(self._view)
