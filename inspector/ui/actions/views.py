"""Keys that choose what is shown: sessions, boards, details, filter, order, help."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from textual.screen import Screen

from session_inspector.inspector.model.boards.registry import ALL_BOARDS, Board
from session_inspector.inspector.ui.actions.commander import Commander
from session_inspector.inspector.ui.actions.listing import ListingActions
from session_inspector.inspector.ui.actions.window import ActionTable, Window
from session_inspector.inspector.ui.actions.zoom import ZoomActions
from session_inspector.inspector.ui.messages import RowSubject
from session_inspector.inspector.ui.screens.board import BoardScreen
from session_inspector.inspector.ui.screens.help import HelpScreen
from session_inspector.inspector.ui.screens.jump import JumpScreen
from session_inspector.inspector.ui.screens.live import LiveScreen
from session_inspector.inspector.ui.screens.request import RequestScreen
from session_inspector.inspector.ui.screens.session import SessionScreen
from session_inspector.inspector.ui.screens.watching import Listener
from session_inspector.inspector.ui.screens.whole_line import WholeLineScreen
from session_inspector.inspector.ui.watch import Watch
from session_inspector.inspector.ui.widgets.cookie_panel import CookiePanel
from session_inspector.inspector.ui.widgets.listing.filter_box import FilterBox
from session_inspector.inspector.ui.widgets.session_list import SessionList

CLOSED_BY_BACK = (SessionScreen, BoardScreen, RequestScreen)


class ViewActions:
    """Open and close screens; change what the sessions screen lists."""

    def __init__(
        self,
        watch: Watch,
        window: Window,
        commander: Commander,
        listing: ListingActions,
        zoom: ZoomActions,
        make_board: Callable[[Listener], BoardScreen],
        secrets: Sequence[tuple[str, str]] = (),
    ) -> None:
        """`secrets` are those of what is watched, each with the name of where it is from."""
        self._watch = watch
        self._window = window
        self._commander = commander
        self._listing = listing
        self._zoom = zoom
        self._make_board = make_board
        self._secrets = secrets

    def table(self) -> ActionTable:
        """Return what each key of this group does."""
        return {
            "board": self.show_sessions,
            "open": self.open_marked,
            "back": self.go_back,
            "decode": self.open_decode,
            "help": self.open_help,
            "jump": self.choose_pane,
            "suspend": self._window.suspend,
            "quit": self._window.leave,
        }

    @property
    def marked(self) -> str:
        """The session that keys act on; empty: none."""
        return self._watch.view.session

    def mark_session(self, session: str) -> None:
        """Take another session as the one that keys act on; empty: none."""
        view = self._watch.view
        if session != view.session:
            self._watch.show_soon(replace(view, session=session, revealed={}))

    def open_marked(self) -> None:
        """Show the marked session in detail; from its cookies, those."""
        if isinstance(self._window.focused, CookiePanel):
            self._window.run(self.show_board("cookies"))
        elif isinstance(self._window.screen, LiveScreen) and self._commander.find_session():
            self._window.run(self._show_details())

    def open_subject(self, subject: RowSubject) -> None:
        """Show what a row is of: its sessions, its session, its request, or the row as a whole."""
        screen = self._window.screen
        if subject.query:
            self._window.run(self._list_sessions(subject.query))
        elif subject.session and not isinstance(screen, SessionScreen):
            self.mark_session(subject.session)
            self._window.run(self._show_details())
        elif subject.exchange and not _is_board(screen, "requests"):
            self._window.run(self.show_board("requests", subject.exchange))
        else:
            spell = self._watch.view.spell
            words = replace(subject, title=spell(subject.title), explain=spell(subject.explain))
            self._window.open(WholeLineScreen(words))

    async def _show_details(self) -> None:
        with self._window.paint_once():
            if not isinstance(self._window.screen, SessionScreen):
                await self._window.open_kept("session", lambda: SessionScreen(self))
            self._begin_session()

    async def _list_sessions(self, query: str) -> None:
        await self._close_to_sessions()
        self._listing.filter_list("sessions", query)

    async def show_board(self, name: str, exchange: str = "") -> None:
        """Show a board in place of the one that is open; the lanes begin at a request.

        Without its name, at the one that caused the marked line.
        """
        board = next(board for board in ALL_BOARDS if board.name == name)
        if name == "requests" and not _is_board(self._window.screen, name):
            exchange = exchange or self._window.subject.exchange
        if name == "alarms" and self._watch.bridge.state.alarms.raised:
            self._watch.view = replace(self._watch.view, has_read=True)
        if exchange:
            self._listing.filter_list("requests", "")  # it would hide what is wanted
        with self._window.paint_once():
            if not isinstance(self._window.screen, BoardScreen):
                await self._close_to_sessions()
                if isinstance(self._window.screen, LiveScreen):
                    await self._window.open_kept("board", lambda: self._make_board(self))
            _turn_to(self._window.screen, board, exchange)
            self._watch.draw()

    async def show_sessions(self) -> None:
        """Close boards and details; where none is open, the list gets the keys."""
        screen = self._window.screen
        if isinstance(screen, LiveScreen):
            screen.query_one(SessionList).focus()
        with self._window.paint_once():
            await self._close_to_sessions()
            self._watch.draw()

    async def go_back(self) -> None:
        """Close what is open: a zoom, a filter, a view; on the sessions screen, marks too."""
        screen = self._window.screen
        if self._zoom.unzoom():
            pass
        elif isinstance(screen, LiveScreen):
            self._listing.clear()
            screen.query_one(FilterBox).close()
        elif _is_board(screen, "requests") and self._listing.is_filtered("requests"):
            self._listing.filter_list("requests", "")
            self._window.screen.query_one(FilterBox).close()
        elif isinstance(screen, CLOSED_BY_BACK):
            self._watch.view = replace(self._watch.view, revealed={})
            await self._window.close()
        self._watch.draw()

    def open_decode(self) -> None:
        """Show the screen that reads any session cookie, with that of the marked session."""
        # all decoders: only who asks pays for their import
        from session_inspector.inspector.decode.secrets import FoundSecret, find_secrets
        from session_inspector.inspector.ui.screens.decode import DecodeScreen

        own = [FoundSecret(text, source) for text, source in self._secrets]
        found = [*own, *find_secrets([], os.environ, Path())]
        screen = DecodeScreen(found, self._watch.bridge.now, self._watch.view.keys)
        self._window.open(screen)
        session = self._watch.view.session
        if session in self._watch.bridge.state.sessions:
            self._window.run(self._offer_cookies(session, screen))

    async def _offer_cookies(self, session: str, screen: Screen[None]) -> None:
        """Put a session's cookies where nothing was pasted yet."""
        from session_inspector.inspector.ui.widgets.paste_area import PasteArea  # as there

        values = await self._commander.reveal_cookies(session, "decode")
        if not values:
            return
        text = "; ".join(f"{name}={value}" for name, value in values.items())

        def offer() -> None:
            if screen.is_attached:
                screen.query_one(PasteArea).offer(text)

        screen.call_after_refresh(offer)  # it may not have been laid out yet

    def open_help(self) -> None:
        """Show the keys of the focused pane, then all others."""
        board = None
        screen = self._window.screen
        if isinstance(screen, BoardScreen):
            board = screen.board
        self._window.open(HelpScreen(self._window.focused_id, board, self._watch.view))

    def choose_pane(self) -> None:
        """Put a letter on each pane; pressing it moves the focus there."""
        panes = [pane for pane in self._window.screen.focus_chain if pane.id]
        screen = self._window.screen

        def focus(name: str) -> None:
            screen.query_one(f"#{name}").focus()

        self._window.ask(JumpScreen(panes), focus)

    async def _close_to_sessions(self) -> None:
        while isinstance(self._window.screen, CLOSED_BY_BACK):
            await self._window.close()

    def _begin_session(self) -> None:
        screen = self._window.screen
        if isinstance(screen, SessionScreen):
            screen.begin()
        self._watch.draw()


def _turn_to(screen: object, board: Board, exchange: str) -> None:
    if isinstance(screen, BoardScreen):
        screen.turn_to(board, exchange)


def _is_board(screen: object, name: str) -> bool:
    return isinstance(screen, BoardScreen) and screen.board.name == name
