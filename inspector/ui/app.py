"""The terminal app: modes, key map, palette. No rules."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

from textual.app import SystemCommand
from textual.binding import Binding, BindingType
from textual.css.query import NoMatches
from textual.events import Key as Pressed
from textual.screen import Screen
from textual.widgets import Input, TextArea

from session_inspector.devserver.core.commands import Reveal, RunScenario
from session_inspector.devserver.core.values import Seconds
from session_inspector.inspector.feed.base import Distant, Feed, Stepped
from session_inspector.inspector.keys import KEYS, REPLAY, shown_keys, with_chosen
from session_inspector.inspector.model.boards.registry import BOARDS
from session_inspector.inspector.model.boards.scenarios import PLAY
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.views.search import SORTS, count_run_out, is_long
from session_inspector.inspector.preferences import Preferences
from session_inspector.inspector.ui.lookup import Lookup
from session_inspector.inspector.ui.measuring import MakeComparing, MeasuringApp
from session_inspector.inspector.ui.messages import KeyClicked, RowOpened, SessionHighlighted
from session_inspector.inspector.ui.screens.board import BoardScreen
from session_inspector.inspector.ui.screens.help import HelpScreen
from session_inspector.inspector.ui.screens.live import LiveScreen
from session_inspector.inspector.ui.screens.session import SessionScreen
from session_inspector.inspector.ui.widgets.field_list import FieldList

WATCHING = (LiveScreen, SessionScreen, BoardScreen)
BOUND = (*KEYS, *REPLAY)
OWN = frozenset(key.action.partition("(")[0] for key in BOUND)
"""Actions of the key table: they act on what the watching screens show."""
BUBBLING = frozenset({"open", "back", "quit"})
"""Keys that a pane may take first. The others are taken in the order they were typed, before any
pane sees them: what follows `p` or `/` in one breath is meant for what they open."""
CHANGING = {key.action for key in KEYS if key.changes}


class InspectorApp(MeasuringApp):
    """Watches one feed; every action is a command or a change of view."""

    CSS_PATH = "inspector.tcss"
    TITLE = "Session Inspector"
    ENABLE_COMMAND_PALETTE = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            key.keys,
            key.action,
            key.label,
            show=False,
            id=key.name,
            priority=key.name not in BUBBLING,
        )
        for key in BOUND
    ]

    def __init__(
        self,
        feed: Feed,
        *,
        read_only: bool = False,
        stores: tuple[str, ...] = (),
        open_url: Callable[[str], object] | None = None,
        ticks: bool = True,
        comparing: MakeComparing | None = None,
        preferences: Preferences | None = None,
    ) -> None:
        super().__init__(feed, stores, preferences or Preferences(), comparing)
        chosen = self._preferences.keys
        self.view = replace(self.view, keys=chosen, is_read_only=read_only)
        self._keys = with_chosen(KEYS, chosen)
        self._open_url = open_url
        self._ticks = ticks
        self._steps = feed if isinstance(feed, Stepped) else None
        self._distant = feed if isinstance(feed, Distant) else None
        self._clocked = Lookup(self, "clocked", 0, self.draw)

    def on_mount(self) -> None:
        # the server's thread gives way after 1 ms, not 5: a key crosses threads several times
        sys.setswitchinterval(0.001)
        self.dress()
        self.push_screen(LiveScreen())
        self.call_after_refresh(self.bridge.start)
        if self._ticks:
            self.set_interval(1.0, self._tick)

    def _tick(self) -> None:
        self.draw()  # countdowns
        self.bridge.rest()

    def on_unmount(self) -> None:
        self.bridge.stop()

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        for key in self._keys:
            name = f"{key.label[0].upper()}{key.label[1:]}  ({shown_keys(key)})"
            yield SystemCommand(name, key.help, lambda action=key.action: self._run_named(action))
        shot = "Write what is shown as a picture (SVG)."
        yield SystemCommand("Screenshot", shot, lambda: self.deliver_screenshot())

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in OWN - BUBBLING and isinstance(self.focused, (Input, TextArea)):
            return False  # it is being typed
        if not isinstance(self.screen, WATCHING) and action in OWN - {"quit"}:
            return False
        return not (self.view.is_read_only and action in CHANGING)

    def on_key(self, event: Pressed) -> None:
        """Say why a key does nothing here."""
        if not (self.view.is_read_only and isinstance(self.screen, WATCHING)):
            return
        off = next((k for k in self._keys if k.changes and event.key in k.keys.split(",")), None)
        if off is not None:
            why = "a recording cannot be changed" if self._steps else "the app is read-only"
            self.say(f"{off.label} is off: {why}", is_ok=False)

    def action_help_quit(self) -> None:
        """Quit: ctrl+c and ctrl+q do, whatever the configuration says."""
        self.exit()

    # -- what widgets say ------------------------------------------------------------------

    def on_session_highlighted(self, message: SessionHighlighted) -> None:
        if message.session and message.session != self.view.session:
            self.view = replace(self.view, session=message.session, revealed={})
            self.draw()

    async def on_row_opened(self, message: RowOpened) -> None:
        if isinstance(self.screen, LiveScreen):
            self.action_open()
        elif message.key.startswith(PLAY) and not self.view.is_read_only:
            self.command(RunScenario(name=message.key.removeprefix(PLAY)))

    def on_key_clicked(self, message: KeyClicked) -> None:
        self.simulate_key(message.key)

    def on_input_changed(self, event: Input.Changed) -> None:
        if event.input.id == "filter":
            self.view = replace(self.view, query=event.value)
            self.draw()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        if isinstance(self.screen, LiveScreen):
            self.screen.close_filter()

    # -- view ------------------------------------------------------------------------------

    def action_open(self) -> None:
        if self.view.session and isinstance(self.screen, LiveScreen):
            if not self.is_screen_installed("session"):  # it stays, as the board does
                self.install_screen(SessionScreen(), "session")
            self.push_screen("session")
            self.call_after_refresh(self._opened)

    def _opened(self) -> None:
        if isinstance(self.screen, SessionScreen):
            self.screen.begin()
        self.draw()

    async def action_board(self, name: str) -> None:
        """Show a board in place of the one that is open; no name: the sessions."""
        await super().action_board(name)
        board = next((board for board in BOARDS if board.name == name), None)
        if board is not None and isinstance(self.screen, BoardScreen):
            self.screen.turn_to(board)
            self.draw()
            return
        while isinstance(self.screen, (SessionScreen, BoardScreen)):
            await self.pop_screen()
        if board is not None and isinstance(self.screen, LiveScreen):
            if not self.is_screen_installed("board"):  # it stays: another one would take 100 ms
                self.install_screen(BoardScreen(board, lambda: self.playable), "board")
            await self.push_screen("board")
            if isinstance(self.screen, BoardScreen):
                self.screen.turn_to(board)
        self.draw()

    async def action_back(self) -> None:
        if isinstance(self.screen, (SessionScreen, BoardScreen)):
            self.view = replace(self.view, revealed={})
            await self.pop_screen()
        elif isinstance(self.screen, LiveScreen):
            self.view = replace(self.view, query="")
            self.screen.close_filter()
        self.draw()

    def action_decode(self) -> None:
        from session_inspector.inspector.decode.secrets import (
            find_secrets,
        )  # all decoders: only who asks pays
        from session_inspector.inspector.ui.screens.decode import DecodeScreen

        found = find_secrets([], os.environ, Path())
        self.push_screen(DecodeScreen(found, self.bridge.now, self.view.keys))

    def action_filter(self) -> None:
        if isinstance(self.screen, LiveScreen):
            self.screen.open_filter(self.view.query)

    def action_sort(self) -> None:
        sorts = list(SORTS)
        after = sorts[(sorts.index(self.view.sort) + 1) % len(sorts)]
        self.view = replace(self.view, sort=after)
        self.draw()

    def action_help(self) -> None:
        board = self.screen.board if isinstance(self.screen, BoardScreen) else None
        pane = self.focused.id or "" if self.focused else ""
        self.push_screen(HelpScreen(pane, board, self.view))

    def action_step(self, by: int) -> None:
        """Go through a recording, event by event."""
        if self._steps is None:
            self.say("only a recording has steps: session-inspector replay FILE", is_ok=False)
            return
        self._steps.step(by)
        self.bridge.restart()

    def action_browse(self) -> None:
        url = self.bridge.state.lab.base_url
        if self.place == "store":
            self.say("there is no proxy to open: the store alone is watched", is_ok=False)
            return
        if not url.startswith(("http://", "https://")):
            self.say("the lab has no address yet", is_ok=False)
            return
        if self._open_url is None:
            import webbrowser  # only who opens one pays: it is 10 ms of the first paint

            webbrowser.open(url)
        else:
            self._open_url(url)
        self.say(f"opened {url}")

    def action_reveal(self) -> None:
        pane = self.focused
        row = pane.current if isinstance(pane, FieldList) else None
        if row is None or row.secret is None:
            self.say("mark a line with a secret first (details, then j and k)", is_ok=False)
            return
        digest = row.secret.digest
        if digest in self.view.revealed:
            self.view = replace(self.view, revealed={})
            self.draw()
            return
        self.run_worker(self._reveal(digest))

    # -- inside ----------------------------------------------------------------------------

    async def _run_named(self, action: str) -> None:
        if self.check_action(action, ()):
            await self.run_action(action)

    async def _reveal(self, digest: str) -> None:
        reply = await self.bridge.send(Reveal(digest=digest))
        if reply.is_ok:
            self.view = replace(self.view, revealed={digest: reply.value})
            self.draw()
        self.say(reply.message, is_ok=reply.is_ok)

    def _count(self, state: State, now: Seconds) -> int:
        """Return how many sessions a clock has ended: of many, as it was a little while ago."""
        if is_long(state):
            return self._clocked.ask("", lambda is_wanted: count_run_out(state, now, is_wanted))
        self._clocked.forget()
        return count_run_out(state, now)

    def draw(self) -> None:
        """Show what there is now."""
        state, now = self.bridge.state, self.bridge.now()
        self.view = replace(
            self.view,
            state=state,
            now=now,
            clocked=self._count(state, now),
            place=self._steps.place if self._steps else None,
            trouble=self._distant.trouble if self._distant else "",
        )
        for screen in reversed(self.screen_stack):
            if isinstance(screen, WATCHING):
                if screen.is_mounted:
                    with suppress(NoMatches):  # it is being closed: half of its widgets are gone
                        screen.draw(self.view)
                return  # what it covers is drawn when it is left
