"""Keys of the cookies view: edit, add and delete cookies of simulated browsers."""

from __future__ import annotations

from session_inspector.devserver.core.commands import DropCookie, PutCookie
from session_inspector.devserver.core.events.exchange import CookieSet
from session_inspector.inspector.model.boards.cookies import describe_line, find_line
from session_inspector.inspector.model.words.text import safe
from session_inspector.inspector.ui.actions.commander import Commander
from session_inspector.inspector.ui.actions.window import Window
from session_inspector.inspector.ui.screens.board import BoardScreen
from session_inspector.inspector.ui.screens.choices import YES_NO
from session_inspector.inspector.ui.screens.line_editor import LineEditor
from session_inspector.inspector.ui.screens.menu import Menu
from session_inspector.inspector.ui.watch import Watch
from session_inspector.inspector.ui.widgets.field_list import FieldList

SAME_VALUE = "•••"
"""Stands for the present value, which is not shown."""
EDIT_NOTE = "••• is the present value, unseen; write another to replace it. U undoes."
ADD_NOTE = "As a Set-Cookie line; Chrome's rules decide whether it is kept. U undoes."
TEMPLATE = "name=value; Path=/"


class CookieActions:
    """Edit, add, delete."""

    def __init__(self, watch: Watch, window: Window, commander: Commander) -> None:
        self._watch = watch
        self._window = window
        self._commander = commander

    @property
    def marked(self) -> str:
        """The key of the cookie's line under the cursor; empty: these are no cookies."""
        screen = self._window.screen
        pane = self._window.focused
        if not (isinstance(screen, BoardScreen) and screen.board.name == "cookies"):
            return ""
        if not isinstance(pane, FieldList) or pane.current is None:
            return ""
        return pane.current.key

    def act(self, name: str) -> None:
        """Do what a key of the view says."""
        session = self._commander.find_session()
        if not session or self._commander.is_refused_here(PutCookie(session=session, line="")):
            return
        if name == "cookie_add":
            self._add(session)
        else:
            self._edit(session, self.marked)

    def delete(self, row: str) -> None:
        """Delete the cookie of a row, after a question."""
        session = self._commander.find_session()
        line = self._find(session, row)
        if line is None:
            return
        command = DropCookie(session=session, name=line.name, path=line.path)
        if self._commander.is_refused_here(command):
            return
        who = self._commander.name_session(session)
        title = f"Delete {safe(line.name, 60)} in the browser of {who}?"
        choices = [("yes", "delete it (U puts it back)"), ("no", "keep it")]

        def answer(choice: str) -> None:
            if choice == "yes":
                self._commander.send(command)

        self._window.ask(Menu(title, choices, keys=YES_NO), answer)

    def _add(self, session: str) -> None:
        editor = LineEditor("Add a cookie", TEMPLATE, note=ADD_NOTE)
        self._window.ask(
            editor, lambda text: self._commander.send(PutCookie(session=session, line=text))
        )

    def _edit(self, session: str, row: str) -> None:
        line = self._find(session, row)
        if line is None:
            return
        title = f"Edit {safe(line.name, 60)}"
        editor = LineEditor(title, describe_line(line, SAME_VALUE), note=EDIT_NOTE)

        def answer(text: str) -> None:
            self._commander.send(
                PutCookie(
                    session=session,
                    line=text,
                    name=line.name,
                    domain=line.domain.lstrip("."),
                    path=line.path or "/",
                )
            )

        self._window.ask(editor, answer)

    def _find(self, session: str, row: str) -> CookieSet | None:
        """Return the cookie of a row; without one it is said."""
        line = find_line(self._watch.bridge.state, session, row)
        if line is None:
            self._window.say("select a cookie first (j and k)", is_ok=False)
        return line
