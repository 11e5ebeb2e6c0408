"""What the app works with: the feed as it is watched, the terminal, and what the keys do.

It is most of the program: where the lab is started, it is loaded after the first paint.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypedDict, Unpack

from textual.screen import Screen

from session_inspector.inspector.feed.base import Beside, Feed
from session_inspector.inspector.keys import KEYS, REPLAY
from session_inspector.inspector.preferences import Preferences
from session_inspector.inspector.ui.actions.appearance import AppearanceActions
from session_inspector.inspector.ui.actions.comparing import MakeComparing
from session_inspector.inspector.ui.actions.exports import OpenPage
from session_inspector.inspector.ui.actions.table import Actions, make_actions
from session_inspector.inspector.ui.actions.window import Window
from session_inspector.inspector.ui.pace import PacedApp
from session_inspector.inspector.ui.screens.board import BoardScreen
from session_inspector.inspector.ui.screens.live import LiveScreen
from session_inspector.inspector.ui.screens.watching import WatchScreen
from session_inspector.inspector.ui.screens.zoom import MOVES
from session_inspector.inspector.ui.textual_private import crash_if_it_fails
from session_inspector.inspector.ui.view import View, begin_view
from session_inspector.inspector.ui.watch import Watch

OF_A_RECORDING = frozenset(key.name for key in REPLAY if key.name.startswith(("play_", "jump_")))
"""Keys that are free where no recording is shown."""
OF_THE_BYTES_TOO = ("play_pause", "jump_start")
CHANGING = frozenset(key.name for key in KEYS if key.changes)


@dataclass(frozen=True, slots=True)
class Equipment:
    """One feed as it is watched, in one terminal."""

    watching: Watch
    window: Window
    actions: Actions

    def make_home(self) -> LiveScreen:
        """Return the main screen."""
        return LiveScreen(self.actions.views)

    def takes_key(self, screen: Screen[Any], name: str, *, is_typed: bool) -> bool:
        """Check whether a key of the table acts on a screen; `is_typed`: it is a letter there."""
        if name in MOVES:
            return True
        if is_typed:
            return False
        if name != "quit" and not isinstance(screen, WatchScreen):
            return False
        if name in OF_A_RECORDING and not _takes_replay_key(self.watching, screen, name):
            return False
        return not (self.watching.view.is_read_only and name in CHANGING)


class Wishes(TypedDict, total=False):
    """What whoever opens the app may want of it."""

    read_only: bool
    stores: tuple[str, ...]
    open_url: OpenPage | None
    comparing: MakeComparing | None
    secrets: Sequence[tuple[str, str]]
    """What the Decode screen tries first: each with where it is from."""


def make_equipment(
    app: PacedApp, feed: Feed, preferences: Preferences, **wishes: Unpack[Wishes]
) -> Equipment:
    """Put together what an app works with."""
    window = Window(app, preferences.keys)
    comparing = wishes.get("comparing")
    is_read_only = wishes.get("read_only", False)
    view = begin_view(preferences.keys, is_read_only=is_read_only, may_measure=bool(comparing))
    paint = crash_if_it_fails(app, window.paint)
    watching = _watch(app, feed, view, preferences.keep, paint)
    actions = make_actions(
        watching,
        window,
        AppearanceActions(app, window),
        stores=wishes.get("stores", ()),
        open_url=wishes.get("open_url"),
        comparing=comparing,
        to_terminal=app.copy_to_clipboard,
        secrets=wishes.get("secrets", ()),
    )
    return Equipment(watching, window, actions)


def _watch(
    app: PacedApp, feed: Feed, view: View, keep: int, paint: Callable[[View], None]
) -> Watch:
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


def _takes_replay_key(watching: Watch, screen: Screen[Any], name: str) -> bool:
    """Check whether a key plays the recording: the bytes have two of these keys for themselves."""
    is_budget = isinstance(screen, BoardScreen) and screen.board.name == "budget"
    return watching.recording is not None and not (name in OF_THE_BYTES_TOO and is_budget)
