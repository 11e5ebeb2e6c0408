"""Every private member of Textual that the app uses, each with its reason.

Textual may drop or rename any of them in a minor release: pyproject caps its version, and
`tests/inspector/ui/test_textual_private.py` fails with the name of what is gone. Nothing else in
this package may use a private member of Textual.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar

from textual.app import App
from textual.css.styles import RenderStyles
from textual.dom import DOMNode
from textual.driver import Driver
from textual.geometry import Size
from textual.notifications import Notification
from textual.screen import Screen
from textual.scrollbar import ScrollBar
from textual.timer import Timer
from textual.widget import Widget

from session_inspector.devserver.core.values import Seconds

PRIVATE_MEMBERS: Mapping[type, Mapping[str, str]] = {
    App: {
        "_display": "called at each repaint; Textual has no public event after one",
        "_handle_exception": "where every error of a handler arrives; it ends the app",
        "_fatal_error": "prints the locals of a crash, and those hold secrets",
        "_close_messages_no_wait": "ends the app from within a handler that has failed",
        "_clipboard": "what `App.clipboard` returns; no public setter without Textual's own OSC 52",
        "_notifications": "what is said now; it is drawn in a line, not in Textual's toasts",
        "_batch_count": "whether a screen is being filled, and not to be painted",
        "_driver": "the only way to write a sequence to the terminal, and what takes it back",
    },
    DOMNode: {
        "_get_component_classes": "asked whenever the sheet is applied: what was made of it is old",
        "_attach": "gives a part of a widget its place in the sheet's selectors",
    },
    Screen: {
        "_update_timer": "Textual looks 60 times a second for what to repaint; a key waits for it",
        "_on_timer_update": "the moment of a repaint, which the pace may put off",
        "_refresh_layout": "lays out and paints; a size that changes by it asks for it once more",
        "_compositor_refresh": "paints what a layout has placed, also inside a batch",
        "_dirty_widgets": "what the next paint is of",
        "_push_result_callback": "the first screen has none, and is not switched without one",
        "_compositor": "knows the scrollbars too, which are no children",
    },
    Widget: {
        "_layout_required": "what a layout asks for by its own changes it has done itself",
        "_repaint_required": "the same",
    },
}
"""Class of Textual to its private members used here, and why."""
TICK: Seconds = 1 / 120
"""Seconds between two looks at what is to be repainted; Textual's own are twice as long."""
PATIENCE = 1
"""Ticks that a repaint waits for a layout that is about to be asked for."""

R = TypeVar("R")
T = TypeVar("T")


class HookedApp(App[None]):
    """An app with public names for the private parts of Textual's."""

    crash: BaseException | None = None
    """What ended it, when that was an error."""
    take_painted: Callable[[Seconds], None] = staticmethod(lambda _seconds: None)
    """Called with the seconds of each look for what is to be repainted, and of the repaint."""
    take_repaint: Callable[[], None] = staticmethod(lambda: None)
    """Called after each repaint."""

    def _display(self, screen: Screen[Any], renderable: Any) -> None:
        super()._display(screen, renderable)
        if renderable is not None:
            self.take_repaint()

    def _handle_exception(self, error: Exception) -> None:
        self.crash = self.crash or error
        super()._handle_exception(error)

    def _fatal_error(self) -> None:
        """Leave, and print nothing: Textual would print the locals."""
        self._close_messages_no_wait()

    def panic(self, *renderables: Any) -> None:
        """Leave: the terminal's input or a style failed, and Textual has only what to print."""
        self.crash = self.crash or RuntimeError("the terminal's input or a style failed")
        self._close_messages_no_wait()


def crash_if_it_fails(app: HookedApp, paint: Callable[[T], None]) -> Callable[[T], None]:
    """Return what paints, for callers outside of Textual, which would miss an error."""

    def try_paint(shown: T) -> None:
        try:
            paint(shown)
        except Exception as error:  # an edge: it ends the app with one line, and an exit code
            app._handle_exception(error)

    return try_paint


def driver_of(app: App[None]) -> Driver | None:
    """Return what reads and writes the terminal; None before the app runs."""
    return app._driver


def resume_once(app: App[None]) -> None:
    """Let go of the terminal before it is taken again, also by who was stopped without a warning.

    SIGSTOP cannot be heard. At the SIGCONT after it Textual begins a second thread that reads keys
    beside the first, and waits for both at its end.
    """
    driver = app._driver
    resume = getattr(driver, "_sigcont_application", None)
    if driver is None or resume is None:
        return  # no terminal, or one of Windows
    is_leaving = False

    def take_back(*_: object) -> None:
        nonlocal is_leaving
        if is_leaving:
            return  # it was stopped once more, in the background
        reader = getattr(driver, "_key_thread", None)
        if reader is not None and reader.is_alive() and getattr(driver, "_auto_restart", False):
            is_leaving = True
            driver.suspend_application_mode()
            is_leaving = False
        resume()

    signal.signal(signal.SIGCONT, take_back)


async def replace_first(app: App[None], screen: Screen[Any]) -> None:
    """Show a screen in place of the one that the app began with."""
    app.screen._push_result_callback(app.screen, None)
    await app.switch_screen(screen)


def set_clipboard(app: App[None], text: str, sequence: str) -> None:
    """Keep a text as the app's clipboard, and write a sequence to the terminal."""
    app._clipboard = text
    if app._driver is not None:
        app._driver.write(sequence)


class HookedWidget(Widget):
    """A widget whose styles of parts are looked at whenever the sheet is applied."""

    are_parts_stale: Callable[[], bool] = staticmethod(lambda: False)
    """Called when the sheet was applied, also where the rules of the widget itself stay."""

    def _get_component_classes(  # type: ignore[override]  # Textual's own is behind a cache
        self,
    ) -> frozenset[str]:
        if self.are_parts_stale():
            self.notify_style_update()
            self.refresh()
        return super()._get_component_classes()


def make_part_styles(widget: Widget, name: str) -> RenderStyles:
    """Return the styles that the sheet has for a part of a widget.

    As Textual makes them for each of `COMPONENT_CLASSES`, whenever the sheet is applied: of eight
    parts of a dozen panes most are not drawn before it is applied again.
    """
    part = DOMNode(classes=name)
    part._attach(widget)
    widget.app.stylesheet.apply(part, animate=False)
    return part.styles


def notifications_of(app: App[None]) -> Sequence[Notification]:
    """Return what is said now, the oldest first."""
    return list(app._notifications)


def withdraw_notifications(app: App[None]) -> None:
    """Say no more what was said of things that worked."""
    for one in notifications_of(app):
        if one.severity == "information":
            del app._notifications[one]


def _release_repaint(screen: HookedScreen[Any]) -> None:
    screen._held_repaint = None
    screen._on_timer_update()


def _awaits_layout(screen: HookedScreen[Any]) -> bool:
    """Check whether a widget is about to ask for a layout, which paints everything anew."""
    is_asked = screen._layout_required or screen._patience == 0
    is_coming = screen.message_queue_size or any(
        one._layout_required for one in screen.walk_children(Widget)
    )
    if is_asked or not is_coming:
        screen._patience = PATIENCE
        return False
    screen._patience -= 1
    return True


def _list_bars(widget: Widget) -> tuple[bool, bool]:
    return widget.show_vertical_scrollbar, widget.show_horizontal_scrollbar


def _paint_filled(screen: Screen[Any]) -> None:
    """Paint, but for what is still being filled: Textual paints that once it is laid out."""
    paint = Screen.refresh if screen.app._batch_count else Screen._compositor_refresh
    paint(screen)


class HookedScreen(Screen[R]):
    """A screen that asks how long its next repaint has to wait."""

    _quick_timer: Timer | None = None
    _held_repaint: Timer | None = None
    _patience = PATIENCE
    _compositor_refresh = _paint_filled

    def seconds_until_repaint(self) -> Seconds:
        """Return how long the next repaint has to wait; 0: not at all."""
        return 0.0

    @property
    def _update_timer(self) -> Timer:
        if self._quick_timer is None:
            look = self._on_timer_update
            self._quick_timer = self.set_interval(TICK, look, name="screen_update", pause=True)
        return self._quick_timer

    def on_resize(self) -> None:
        """Draw it all: also `fg` tells the size, and Textual draws only what has changed."""
        self.refresh()

    def _refresh_layout(self, size: Size | None = None, scroll: bool = False) -> None:
        """Lay out, and paint, once: Textual does both again after whatever got another size.

        What asks by itself is still heard: a scrollbar that came or went, and later what changes
        when it hears of its size.
        """
        settled = {
            widget: _list_bars(widget)
            for widget in self.walk_children(Widget, with_self=True)
            if not (widget._layout_required or widget._repaint_required)
        }
        super()._refresh_layout(size, scroll)
        for widget, _ in self._compositor.layers:
            if isinstance(widget, ScrollBar) or settled.get(widget) == _list_bars(widget):
                widget._layout_required = False
                widget._repaint_required = False

    def _on_timer_update(self) -> None:
        """Lay out and repaint, or wait; what waits is painted together."""
        wait = self.seconds_until_repaint()
        # what is not the whole screen, as the line of the cursor, is not kept waiting
        if wait <= 0 and self._repaint_required and _awaits_layout(self):
            self._update_timer.resume()  # it looks again at the next tick
            return
        if wait <= 0:
            loop = asyncio.get_running_loop()
            began = loop.time()
            if self._layout_required and self._repaint_required:
                self._dirty_widgets.add(self)  # the layout paints it all, and not Textual once more
                self._repaint_required = False
            super()._on_timer_update()
            if isinstance(self.app, HookedApp):
                self.app.take_painted(loop.time() - began)
            return
        self._update_timer.pause()
        if self._held_repaint is None:
            self._held_repaint = self.set_timer(wait, partial(_release_repaint, self), name="held")
