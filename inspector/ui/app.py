"""The terminal app: the key table, the actions, and the one feed that is watched. No rules."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from inspect import isawaitable
from typing import Any, ClassVar

from textual.app import SystemCommand
from textual.binding import Binding, BindingType
from textual.filter import LineFilter
from textual.notifications import SeverityLevel
from textual.screen import Screen

from session_inspector.inspector.clipboard import osc52
from session_inspector.inspector.feed.base import Beside, Feed
from session_inspector.inspector.keys import KEYS, REPLAY, spell_keys, with_chosen
from session_inspector.inspector.preferences import Preferences
from session_inspector.inspector.ui.actions.appearance import AppearanceActions, dress
from session_inspector.inspector.ui.actions.comparing import MakeComparing
from session_inspector.inspector.ui.actions.exports import OpenPage
from session_inspector.inspector.ui.actions.table import Actions, make_actions
from session_inspector.inspector.ui.actions.window import Window
from session_inspector.inspector.ui.filter import Harmless
from session_inspector.inspector.ui.messages import KeyClicked, ListAsked
from session_inspector.inspector.ui.notices import SHOWN
from session_inspector.inspector.ui.pace import PacedApp
from session_inspector.inspector.ui.screens.board import BoardScreen
from session_inspector.inspector.ui.screens.live import LiveScreen
from session_inspector.inspector.ui.screens.watching import WatchScreen
from session_inspector.inspector.ui.screens.zoom import MOVES
from session_inspector.inspector.ui.spelling import spell_in
from session_inspector.inspector.ui.textual_private import (
    crash_if_it_fails,
    resume_once,
    set_clipboard,
)
from session_inspector.inspector.ui.theme import FALLBACKS
from session_inspector.inspector.ui.view import View, begin_view
from session_inspector.inspector.ui.watch import Watch

LEEWAY = 0.05
"""Seconds after the end of a message at which the line is drawn without it."""
PLAYED = 0.1
"""Seconds between two looks at what a recording shows next, while it plays."""
BOUND = (*KEYS, *REPLAY)
BUBBLING = frozenset({"open", "back", "quit"})
"""Keys that a pane may take first. The others are taken in the order they were typed, before any
pane sees them: what follows `p` or `/` in one breath is meant for what they open."""
OF_A_RECORDING = frozenset(key.name for key in REPLAY if key.name.startswith(("play_", "jump_")))
"""Keys that are free where no recording is shown."""
OF_THE_BYTES_TOO = ("play_pause", "jump_start")
CHANGING = frozenset(key.name for key in KEYS if key.changes)


class InspectorApp(PacedApp):
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
        open_url: OpenPage | None = None,
        ticks: bool = True,
        comparing: MakeComparing | None = None,
        preferences: Preferences | None = None,
        secrets: Sequence[tuple[str, str]] = (),
        greeting: str = "",
    ) -> None:
        """`secrets` are what the Decode screen tries first: each with where it is from."""
        super().__init__()
        self._greeting = greeting
        self._preferences = preferences or Preferences()
        self._ticks = ticks
        self._harmless = Harmless()
        self._window = Window(self, self._preferences.keys)
        keys = self._preferences.keys
        view = begin_view(keys, is_read_only=read_only, may_measure=bool(comparing))
        paint = crash_if_it_fails(self, self._window.paint)
        self._watching = watch(self, feed, view, self._preferences.keep, paint)
        self.bridge = self._watching.bridge
        self.draw = self._watching.draw
        """Shows what there is now."""
        self._appearance = AppearanceActions(self, self._window)
        dress(self, self._preferences)
        self.actions: Actions = make_actions(
            self._watching,
            self._window,
            self._appearance,
            stores=stores,
            open_url=open_url,
            comparing=comparing,
            to_terminal=self.copy_to_clipboard,
            secrets=secrets,
        )

    @property
    def view(self) -> View:
        """What is shown."""
        return self._watching.view

    def get_default_screen(self) -> LiveScreen:
        """Begin with our own, not with an empty one below it, which is laid out and painted too."""
        return LiveScreen(self.actions.views)

    def on_mount(self) -> None:
        # the server's thread gives way after 1 ms, not 5: a key crosses threads several times
        sys.setswitchinterval(0.001)
        self.set_keymap(self._preferences.keys)
        self.call_after_refresh(self.bridge.start)
        resume_once(self)
        if self._greeting:
            self.notify(self._greeting, severity="warning")
        if self._ticks:
            self.set_interval(1.0, self._watching.tick)
        if self._watching.recording is not None:
            self.set_interval(PLAYED, self.actions.play_on)

    def on_unmount(self) -> None:
        self.pause.end()
        self.bridge.stop()

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = True,
    ) -> None:
        """Say something in the line above the footer: the sheet hides Textual's toasts."""
        text = spell_in(f"{title}: {message}" if title else message, self._preferences.keys)
        seconds = timeout or SHOWN
        super().notify(text, severity=severity, timeout=seconds, markup=False)
        self.call_later(self._window.show_notices)
        self.set_timer(seconds + LEEWAY, self._window.show_notices)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return FALLBACKS

    def get_line_filters(self) -> Sequence[LineFilter]:
        return [*super().get_line_filters(), self._harmless]

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        for key in with_chosen(KEYS, self._preferences.keys):
            name = f"{key.label[0].upper()}{key.label[1:]}  ({spell_keys(key)})"
            yield SystemCommand(name, key.help, partial(self.run_action, key.action))
        shot = "Write what is shown as a picture (SVG)."
        yield SystemCommand("Screenshot", shot, lambda: self.deliver_screenshot())

    def copy_to_clipboard(self, text: str) -> None:
        """Ask the terminal (OSC 52), through tmux and screen too; text fields copy with this."""
        set_clipboard(self, text, osc52(text, os.environ))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Check whether a key of the table acts on what is open now."""
        if action != "do":
            return True
        name = str(parameters[0])
        if name in MOVES:
            return True
        if name not in BUBBLING and self.focused and self.focused.check_consume_key("a", "a"):
            return False  # it is being typed
        if name != "quit" and not isinstance(self.screen, WatchScreen):
            return False
        if name in OF_A_RECORDING and not takes_replay_key(self._watching, self.screen, name):
            return False
        return not (self.view.is_read_only and name in CHANGING)

    async def action_do(self, name: str) -> None:
        """Do what a key of the table says."""
        result = self.actions.table[name]()
        if isawaitable(result):
            await result

    def action_help_quit(self) -> None:
        """Quit: ctrl+c and ctrl+q do, whatever the configuration says."""
        self.exit()

    def on_list_asked(self, message: ListAsked) -> None:
        message.ask(self.actions.listing)

    def on_key_clicked(self, message: KeyClicked) -> None:
        self.simulate_key(message.key)


def takes_replay_key(watching: Watch, screen: Screen[Any], name: str) -> bool:
    """Check whether a key plays the recording: the bytes have two of these keys for themselves."""
    is_budget = isinstance(screen, BoardScreen) and screen.board.name == "budget"
    return watching.recording is not None and not (name in OF_THE_BYTES_TOO and is_budget)


def watch(app: PacedApp, feed: Feed, view: View, keep: int, paint: Callable[[View], None]) -> Watch:
    """Return the watching of a feed; it learns from the app how long repaints take.

    Where its server shares the interpreter, that learns when a key waits.
    """
    if isinstance(feed, Beside):
        feed.give_way_to(lambda: app.pace.key_waiting)
    return Watch(
        feed,
        view,
        keep,
        owner=app,
        paint=paint,
        pace=lambda: app.pace,  # tests replace it
    )
