"""What actions may do with the terminal: messages, menus, screens, background work."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, TypeAlias

from textual.app import App, ScreenStackError
from textual.css.query import NoMatches
from textual.screen import Screen
from textual.widget import Widget

from session_inspector.devserver.core.errors import describe_error
from session_inspector.inspector.model.words.text import safe
from session_inspector.inspector.ui.messages import RowSubject
from session_inspector.inspector.ui.notices import SHOWN, SHOWN_LONGER, Notice, NoticeMerger
from session_inspector.inspector.ui.screens.watching import WatchScreen, draw_keys
from session_inspector.inspector.ui.spelling import spell_in
from session_inspector.inspector.ui.textual_private import notifications_of, withdraw_notifications
from session_inspector.inspector.ui.view import View
from session_inspector.inspector.ui.widgets.line_list import LineList
from session_inspector.inspector.ui.widgets.notice_line import NoticeLine
from session_inspector.inspector.ui.widgets.sessions_pane import SessionsPane
from session_inspector.inspector.ui.widgets.subject import subject_of
from session_inspector.inspector.ui.widgets.timeline import Timeline

LONGEST_NOTICE = 500
"""Characters of a message."""
ActionTable: TypeAlias = dict[str, Callable[[], object]]
"""Name of a key to what it does; what returns an awaitable is awaited."""


class Window:
    """The screens of the app, for actions; it knows Textual's app and nothing of ours."""

    def __init__(self, app: App[None], keys: Mapping[str, str]) -> None:
        """`keys` are those that a person has configured, by the action's name."""
        self._app = app
        self._keys = keys
        self._notices = NoticeMerger()

    def say(self, message: str, *, is_ok: bool = True) -> None:
        """Say something for a few seconds, in the line above the footer."""
        self._app.notify(
            safe(spell_in(message, self._keys), LONGEST_NOTICE),
            severity="information" if is_ok else "warning",
            timeout=SHOWN if is_ok else SHOWN_LONGER,
            markup=False,
        )

    def answer(self, message: str, *, is_ok: bool) -> None:
        """Say what came of a command, unless the timeline shows it.

        Then what was said of those before ends: this one may have undone it.
        """
        if is_ok and _shows_newest(self._app.screen):
            withdraw_notifications(self._app)
            self.show_notices()
        else:
            self.say(message, is_ok=is_ok)

    def show_notices(self) -> None:
        """Show what is said now, on the topmost screen that has a line for it, below any menu."""
        said = self._notices.merge(
            (one.identity, Notice(one.message, one.severity == "information"))
            for one in notifications_of(self._app)
        )
        for screen in reversed(self._app.screen_stack):
            for line in screen.query(NoticeLine):
                line.show(said)
                return

    def ask(self, dialog: Screen[str | None], chosen: Callable[[str], object]) -> None:
        """Open a dialog; `chosen` hears the answer, and nothing when it is closed without one."""

        def hear(answer: str | None) -> None:
            if answer:
                chosen(answer)

        self.run(_fill(self, self._app.push_screen(dialog, hear)))

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        """Work in the background of the app; what fails there is told."""
        self._app.run_worker(self._try(work), exit_on_error=False)

    async def _try(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Exception as error:  # an edge: a worker of the app
            self.say(f"failed: {describe_error(error)}", is_ok=False)

    @property
    def screen(self) -> Screen[Any]:
        """The screen on top."""
        return self._app.screen

    @property
    def focused(self) -> Widget | None:
        """The pane that has the keys."""
        return self._app.focused

    @property
    def focused_id(self) -> str:
        """The id of the pane that has the keys; empty without one."""
        focused = self._app.focused
        if focused is None:
            return ""
        return focused.id or ""

    @property
    def subject(self) -> RowSubject:
        """What the marked row of the focused pane is of."""
        focused = self._app.focused
        if isinstance(focused, LineList):
            return subject_of(focused.current)
        return RowSubject()

    def open(self, screen: Screen[Any]) -> None:
        """Put a screen on top."""
        self.run(_fill(self, self._app.push_screen(screen)))

    def open_kept(self, name: str, make: Callable[[], Screen[Any]]) -> Awaitable[object]:
        """Put a screen on top that stays when it is closed: another one would take 100 ms."""
        if not self._app.is_screen_installed(name):
            self._app.install_screen(make(), name)
        return self._app.push_screen(name)

    @contextmanager
    def paint_once(self) -> Iterator[None]:
        """Paint nothing in this context: what is opened in it is drawn by then."""
        with self._app.batch_update():
            yield
        with suppress(ScreenStackError):  # the app may have ended meanwhile
            self._app.screen.check_idle()  # it paints what has changed when it is idle

    def close(self) -> Awaitable[object]:
        """Close the screen on top."""
        return self._app.pop_screen()

    def after_refresh(self, callback: Callable[[], object]) -> None:
        """Call back when what was changed has been laid out."""
        self._app.call_after_refresh(callback)

    def suspend(self) -> None:
        """Give the terminal back to the shell, which brings the app back with `fg`."""
        self._app.action_suspend_process()

    def leave(self) -> None:
        """Leave the app."""
        self._app.exit()

    def paint(self, view: View) -> None:
        """Draw the topmost screen that watches; what it covers is drawn when it is left."""
        for screen in reversed(self._app.screen_stack):
            if isinstance(screen, WatchScreen):
                if screen.is_mounted:
                    with suppress(NoMatches):  # it is being closed: half of its widgets are gone
                        screen.draw(view)
                        draw_keys(screen)
                        self.show_notices()
                if not view.session:
                    self._let_list_choose(view, below=screen)
                return

    def _let_list_choose(self, view: View, below: Screen[Any]) -> None:
        """Draw the covered list while no session is selected: what comes first in it is."""
        for screen in self._app.screen_stack:
            if screen is below:
                return
            for pane in screen.query(SessionsPane):
                pane.draw(view)


def _shows_newest(screen: Screen[Any]) -> bool:
    """Check whether the newest events can be seen: what they say need not be said again."""
    if not isinstance(screen, WatchScreen):
        return False
    return any(
        pane.is_whole and pane.size.height > 0 and pane.cursor >= len(pane.rows) - 1
        for pane in screen.query(Timeline)
    )


async def _fill(window: Window, mounting: Awaitable[object]) -> None:
    """Let a screen that was opened be filled before anything is painted."""
    with window.paint_once():
        await mounting
