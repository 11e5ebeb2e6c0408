"""Keys of the cookies view: edit, add and delete cookies of the browser, real or simulated."""

from __future__ import annotations

from session_inspector.devserver.core.commands import ClearOrigin, CopyJar, DropCookie, PutCookie
from session_inspector.inspector.model.boards.edited_cookie import (
    EditedCookie,
    find_edited,
    is_jar_watched,
)
from session_inspector.inspector.model.lists.held_cookies import HELD
from session_inspector.inspector.model.words.key_names import mark_keys
from session_inspector.inspector.model.words.text import safe
from session_inspector.inspector.ui.actions.commander import Commander
from session_inspector.inspector.ui.actions.window import Window
from session_inspector.inspector.ui.screens.board import BoardScreen
from session_inspector.inspector.ui.screens.choices import YES_NO
from session_inspector.inspector.ui.screens.line_editor import LineEditor
from session_inspector.inspector.ui.screens.menu import Menu
from session_inspector.inspector.ui.watch import Watch
from session_inspector.inspector.ui.widgets.field_list import FieldList

EDIT_NOTE = "••• is the present value, unseen; write another to replace it. It can be undone."
ADD_NOTE = "As a Set-Cookie line, in {}; its rules decide whether it is kept. It can be undone."
COPY_KEYS = {"s": "simulated", "r": "real"}
NAMED = "name=value"
"""What typing replaces."""
TEMPLATE = f"{NAMED}; Path=/"


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
        if name == "cookie_clear":
            self._choose_origin()
        elif name == "cookie_copy":
            self._choose_copy()
        else:
            self._change(name)

    def _change(self, name: str) -> None:
        session = self._find_holder(self.marked)
        if session is None or self._is_refused(PutCookie(session=session, line="")):
            return
        if name == "cookie_add":
            self._add(session)
        else:
            self._edit(session, self.marked)

    def delete(self, row: str) -> None:
        """Delete the cookie of a row, after a question."""
        session = self._find_holder(row)
        if session is None:
            return
        cookie = self._find(row)
        if cookie is None:
            return
        command = DropCookie(session=session, name=cookie.name, path=cookie.path)
        if self._is_refused(command):
            return
        title = f"Delete {safe(cookie.name, 60)} in {self._name_browser(session)}?"
        choices = [("yes", "delete it; undo puts it back"), ("no", "keep it")]

        def answer(choice: str) -> None:
            if choice == "yes":
                self._commander.send(command)

        self._window.ask(Menu(title, choices, keys=YES_NO), answer)

    def _choose_origin(self) -> None:
        """Let the person pick an origin of the real browser, and clear it after a question."""
        if not self._is_watched():
            return
        browser = self._watch.bridge.state.browser
        choices = [(origin, safe(origin, 60)) for origin in browser.origins]
        menu = Menu(f"Clear which origin in {safe(browser.name, 40)}?", choices)
        self._window.ask(menu, self._ask_to_clear)

    def _ask_to_clear(self, origin: str) -> None:
        choices = [
            ("yes", "clear it: undo puts cookies back, its storage is gone"),
            ("no", "keep it"),
        ]

        def answer(choice: str) -> None:
            if choice == "yes":
                self._commander.send(ClearOrigin(origin=origin))

        self._window.ask(Menu(f"Clear {safe(origin, 60)}?", choices, keys=YES_NO), answer)

    def _choose_copy(self) -> None:
        """Let the person pick which way the jar is copied; U takes it back."""
        session = self._watch.view.session
        command = CopyJar(session=session)
        if not self._is_watched() or self._commander.is_refused_here(command):
            return
        real = safe(self._watch.bridge.state.browser.name, 40)
        simulated = "a new simulated browser"
        choices = [("simulated", f"from {real} into {simulated}")]
        if session:
            simulated = f"the browser of {self._commander.name_session(session)}"
            choices = [
                ("simulated", f"from {real} into {simulated}"),
                ("real", f"from {simulated} into {real}"),
            ]
        menu = Menu("Copy the jar; undo takes it back", choices, keys=COPY_KEYS)

        def answer(to: str) -> None:
            if to == "real":
                self._commander.send(CopyJar(session=session, to="real"))
            else:
                self._commander.send(command)

        self._window.ask(menu, answer)

    def _is_watched(self) -> bool:
        """Check that a real browser is watched; without one it is said."""
        if is_jar_watched(self._watch.bridge.state):
            return True
        self._window.say(
            mark_keys("no real browser is watched now: <watch_browser> opens one"), is_ok=False
        )
        return False

    def _find_holder(self, row: str) -> str | None:
        """Return the session whose simulated browser is meant; empty: the real one is.

        None: there is no session, which was said.
        """
        if is_jar_watched(self._watch.bridge.state):
            is_held = row.startswith(HELD)
            if is_held or self._watch.place != "lab":
                return ""
        return self._commander.find_session() or None

    def _is_refused(self, command: PutCookie | DropCookie) -> bool:
        return bool(command.session) and self._commander.is_refused_here(command)

    def _name_browser(self, session: str) -> str:
        if not session:
            return self._watch.bridge.state.browser.name
        return f"the browser of {self._commander.name_session(session)}"

    def _add(self, session: str) -> None:
        note = ADD_NOTE.format(self._name_browser(session))
        editor = LineEditor("Add a cookie", TEMPLATE, note=note, selected=len(NAMED))
        self._window.ask(editor, lambda text: self._put(PutCookie(session=session, line=text)))

    def _edit(self, session: str, row: str) -> None:
        cookie = self._find(row)
        if cookie is None:
            return
        editor = LineEditor(f"Edit {safe(cookie.name, 60)}", cookie.line, note=EDIT_NOTE)

        def answer(text: str) -> None:
            command = PutCookie(
                session=session,
                line=text,
                name=cookie.name,
                domain=cookie.domain,
                path=cookie.path,
            )
            self._put(command)

        self._window.ask(editor, answer)

    def _put(self, command: PutCookie) -> None:
        """Write a cookie; where it is listed then, the cursor goes to it."""
        self._window.run(self._deliver(command))

    async def _deliver(self, command: PutCookie) -> None:
        screen = self._window.screen
        if not isinstance(screen, BoardScreen):
            await self._commander.deliver(command)
            return
        screen.expected.expect(command.line, screen.query_one("#board", FieldList).rows)
        reply = await self._commander.deliver(command)
        if not reply.is_ok:
            screen.expected.forget()

    def _find(self, row: str) -> EditedCookie | None:
        """Return the cookie of a row; without one it is said."""
        bridge = self._watch.bridge
        cookie = find_edited(bridge.state, self._watch.view.session, row, bridge.now())
        if cookie is None:
            self._window.say(mark_keys("select a cookie first (<down> and <up>)"), is_ok=False)
        return cookie
