"""The terminal app: the key table, and the one feed that is watched. No rules.

What it works with is most of the program (`actions/equipment.py`), and is loaded when it is
asked for: where the lab is started too, after the first paint (`opening/app.py`).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from inspect import isawaitable
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import SystemCommand
from textual.binding import Binding, BindingType
from textual.filter import LineFilter
from textual.notifications import SeverityLevel
from textual.screen import Screen

from session_inspector.inspector.keys import KEYS, REPLAY, spell_keys, with_chosen
from session_inspector.inspector.preferences import Preferences
from session_inspector.inspector.ui.filter import Harmless
from session_inspector.inspector.ui.messages import KeyClicked, ListAsked
from session_inspector.inspector.ui.notices import SHOWN
from session_inspector.inspector.ui.pace import PacedApp
from session_inspector.inspector.ui.textual_private import resume_once, set_clipboard
from session_inspector.inspector.ui.theme import FALLBACKS, dress

if TYPE_CHECKING:  # most of the program
    from typing import Unpack

    from session_inspector.inspector.feed.base import Feed
    from session_inspector.inspector.ui.actions.equipment import Equipment, Wishes
    from session_inspector.inspector.ui.actions.table import Actions
    from session_inspector.inspector.ui.bridge import Bridge
    from session_inspector.inspector.ui.view import View

LEEWAY = 0.05
"""Seconds after the end of a message at which the line is drawn without it."""
PLAYED = 0.1
"""Seconds between two looks at what a recording shows next, while it plays."""
BOUND = (*KEYS, *REPLAY)
BUBBLING = frozenset({"open", "back", "quit"})
"""Keys that a pane may take first. The others are taken in the order they were typed, before any
pane sees them: what follows `p` or `/` in one breath is meant for what they open."""


class InspectorApp(PacedApp):
    """Watches one feed; every action is a command or a change of view."""

    CSS_PATH = str(Path(__file__).with_name("inspector.tcss"))
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

    LOADS_FIRST: ClassVar[bool] = True
    """Load all before the first paint."""
    equipment: Equipment
    bridge: Bridge
    """Folds the events of the feed."""
    draw: Callable[[], None]
    """Shows what there is now."""
    actions: Actions

    def __init__(
        self,
        feed: Feed,
        *,
        ticks: bool = True,
        preferences: Preferences | None = None,
        greeting: str = "",
        **wishes: Unpack[Wishes],
    ) -> None:
        super().__init__()
        self.is_equipped = False
        self.greeting = greeting
        self.ticks = ticks
        self._preferences = preferences or Preferences()
        self._harmless = Harmless()
        dress(self, self._preferences)
        self.make_equipment = partial(_load_equipment, self, feed, self._preferences, **wishes)
        if self.LOADS_FIRST:
            equip(self)

    @property
    def view(self) -> View:
        """What is shown."""
        return self.equipment.watching.view

    def get_default_screen(self) -> Screen[Any]:
        """Begin with our own, not with an empty one below it, which is laid out and painted too."""
        return self.equipment.make_home()

    def on_mount(self) -> None:
        # the server's thread gives way after 1 ms, not 5: a key crosses threads several times
        sys.setswitchinterval(0.001)
        self.set_keymap(self._preferences.keys)
        resume_once(self)
        if self.is_equipped:
            begin(self)

    def on_unmount(self) -> None:
        self.pause.end()
        if self.is_equipped:
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
        from session_inspector.inspector.ui.spelling import spell_in  # nothing is said at first

        text = spell_in(f"{title}: {message}" if title else message, self._preferences.keys)
        seconds = timeout or SHOWN
        super().notify(text, severity=severity, timeout=seconds, markup=False)
        self.call_later(self.equipment.window.show_notices)
        self.set_timer(seconds + LEEWAY, self.equipment.window.show_notices)

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
        from session_inspector.inspector.clipboard import osc52  # only who copies pays

        set_clipboard(self, text, osc52(text, os.environ))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Check whether a key of the table acts on what is open now."""
        if action != "do":
            return True
        if not self.is_equipped:
            return False
        name = str(parameters[0])
        is_typed = name not in BUBBLING and bool(
            self.focused and self.focused.check_consume_key("a", "a")
        )
        return self.equipment.takes_key(self.screen, name, is_typed=is_typed)

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


def _load_equipment(
    app: InspectorApp, feed: Feed, preferences: Preferences, **wishes: Unpack[Wishes]
) -> Equipment:
    from session_inspector.inspector.ui.actions.equipment import make_equipment  # as above

    return make_equipment(app, feed, preferences, **wishes)


def equip(app: InspectorApp) -> None:
    """Give an app what it works with."""
    app.equipment = app.make_equipment()
    app.actions = app.equipment.actions
    app.bridge = app.equipment.watching.bridge
    app.draw = app.equipment.watching.draw
    app.is_equipped = True


def begin(app: InspectorApp) -> None:
    """Watch the feed; the main screen is there."""
    watching = app.equipment.watching
    app.call_after_refresh(watching.bridge.start)
    if app.greeting:
        app.notify(app.greeting, severity="warning")
    if app.ticks:
        app.set_interval(1.0, watching.tick)
    if watching.recording is not None:
        app.set_interval(PLAYED, app.actions.play_on)
