"""One board: its lines, and what the marked one means."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widgets import Footer, Static

from inspector.model.boards.budget import STEP, WhatIf
from inspector.model.boards.registry import Board, Look, tabs, title_of
from inspector.model.select import status
from inspector.ui.messages import FieldMarked
from inspector.ui.screens.view import View
from inspector.ui.widgets.field_list import FieldList
from inspector.ui.widgets.status_bar import StatusBar

MOST = 400
"""Steps of growth: 200 KB."""


class BoardScreen(Screen[None]):
    """Draws one of the boards; the budget takes what-if keys."""

    VERTICAL_BREAKPOINTS = [(0, "-low"), (32, "-high")]  # noqa: RUF012  # Textual's own form
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "drop", "what if dropped"),
        Binding("a", "audience", "add audience"),
        Binding("right_square_bracket", "grow(1)", "grow", key_display="]"),
        Binding("left_square_bracket", "grow(-1)", "shrink", key_display="["),
        Binding("0", "reset", "as it is", show=False),
    ]

    def __init__(self, board: Board) -> None:
        super().__init__()
        self.board = board
        self._whatif = WhatIf()
        self._view = View()

    def compose(self) -> ComposeResult:
        yield StatusBar(id="status")
        yield FieldList(id="board", empty=self.board.empty, follows=self.board.follows)
        yield Static(id="explain", markup=False)
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        self.query_one("#explain").border_title = "What it means"
        self.query_one("#board").focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        own = {"drop", "audience", "grow", "reset"}
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
        look = Look(
            state=view.state,
            session=view.session,
            now=view.now,
            whatif=self._whatif,
            compared=view.compared,
        )
        bar = self.query_one(StatusBar)
        bar.tabs = tabs(view.state, self.board.name)
        bar.show(status(view.state, view.now), view.now)
        pane = self.query_one("#board", FieldList)
        pane.revealed = view.revealed
        pane.entitle(title_of(self.board, look))
        pane.show(self.board.fields(look))
        self._explain()

    def on_field_marked(self, message: FieldMarked) -> None:
        message.stop()
        self._explain()

    def _explain(self) -> None:
        row = self.query_one("#board", FieldList).current
        pane = self.query_one("#explain", Static)
        pane.update(Text(row.explain if row else ""))
        pane.display = bool(row and row.explain)

    def action_drop(self) -> None:
        row = self.query_one("#board", FieldList).current
        path = row.key.removeprefix("drop ") if row and row.key.startswith("drop ") else ""
        if path:
            self._set(replace(self._whatif, dropped=self._whatif.dropped ^ {path}))

    def action_audience(self) -> None:
        self._set(replace(self._whatif, audiences=self._whatif.audiences + 1))

    def action_grow(self, steps: int) -> None:
        grown = min(max(0, self._whatif.grown + steps * STEP), MOST * STEP)
        self._set(replace(self._whatif, grown=grown))

    def action_reset(self) -> None:
        self._set(WhatIf())

    def _set(self, whatif: WhatIf) -> None:
        self._whatif = whatif
        self.draw(self._view)
