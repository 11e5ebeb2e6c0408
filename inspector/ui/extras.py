"""Keys beside the watching: themes, copy, export, jump mode."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path

from rich.segment import Segments
from rich.traceback import Traceback
from textual.filter import LineFilter

from session_inspector.devserver.core.commands import Reveal
from session_inspector.devserver.core.config import state_folder
from session_inspector.inspector.feed.base import Feed
from session_inspector.inspector.model.views.cookies import cookie_rows
from session_inspector.inspector.model.views.export import curl, har, session_json
from session_inspector.inspector.model.words.text import safe
from session_inspector.inspector.preferences import Preferences
from session_inspector.inspector.ui.clipboard import copy_text, osc52, write_private
from session_inspector.inspector.ui.commands import CommandApp
from session_inspector.inspector.ui.filter import Harmless
from session_inspector.inspector.ui.screens.jump import JumpScreen
from session_inspector.inspector.ui.screens.menu import Menu
from session_inspector.inspector.ui.theme import FALLBACKS, THEMES
from session_inspector.inspector.ui.widgets.field_list import FieldList
from session_inspector.inspector.ui.widgets.line_list import LineList

EXPORTS = [
    ("json", "j  this session as JSON, secrets masked"),
    ("har", "h  all requests as HAR 1.2, cookies masked"),
    ("curl", "c  a curl command with this session's cookies IN CLEAR"),
]
LONGEST = 5000
"""Characters of a row that are copied."""


class ExtrasApp(CommandApp):
    """An app with themes and ways out for what it shows."""

    def __init__(self, feed: Feed, stores: tuple[str, ...], preferences: Preferences) -> None:
        super().__init__(feed, stores, preferences.keep)
        self._preferences = preferences
        self._harmless = Harmless()

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return FALLBACKS

    def get_line_filters(self) -> Sequence[LineFilter]:
        return [*super().get_line_filters(), self._harmless]

    def _fatal_error(self) -> None:
        """Leave with a traceback; Textual's own prints locals, and those hold secrets."""
        self.bell()
        told = Traceback(show_locals=False, width=None)
        self._exit_renderables.append(Segments(self.console.render(told, self.console.options)))
        self._close_messages_no_wait()

    def dress(self) -> None:
        """Take the theme, the density and the keys that were chosen."""
        for theme in THEMES.values():
            self.register_theme(theme)
        self.theme = THEMES[self._preferences.theme].name
        self.set_class(self._preferences.compact, "-compact")
        self.set_keymap(self._preferences.keys)

    def action_theme(self) -> None:
        names = [theme.name for theme in THEMES.values()]
        place = names.index(self.theme) if self.theme in names else -1
        self.theme = names[(place + 1) % len(names)]
        self.say(f"theme {self.theme.removeprefix('inspector-')}")

    def action_compact(self) -> None:
        self.toggle_class("-compact")

    def copy_to_clipboard(self, text: str) -> None:
        """Ask the terminal (OSC 52), through tmux and screen too; text fields copy with this."""
        self._clipboard = text
        if self._driver is not None:
            self._driver.write(osc52(text, os.environ))

    def action_copy(self) -> None:
        self._copied(
            lambda text: copy_text(text, os.environ, self.copy_to_clipboard, self._folder())
        )

    def action_copy_file(self) -> None:
        self._copied(
            lambda text: f"written to {write_private(self._folder() / 'copied.txt', text)}"
        )

    def _copied(self, copy: Callable[[str], str]) -> None:
        text, is_masked = self._marked()
        if not text:
            self.say("mark a line first", is_ok=False)
            return
        try:
            said = copy(text)
        except OSError as error:
            self.say(f"not written: {error.strerror}", is_ok=False)
            return
        self.say(f"{said}; masked: press u first for the secret" if is_masked else said)

    def _marked(self) -> tuple[str, bool]:
        """Return the marked line of the focused pane, and whether it hides a secret."""
        pane = self.focused
        if isinstance(pane, FieldList) and pane.current is not None:
            row = pane.current
            clear = pane.revealed.get(row.secret.digest) if row.secret else None
            return (
                clear or row.value.strip() or row.label.strip(),
                row.secret is not None and clear is None,
            )
        if isinstance(pane, LineList) and pane.current is not None:
            return pane.line(pane.current, LONGEST).plain.strip(), False
        return "", False

    def action_export(self) -> None:
        keys = {label[0]: name for name, label in EXPORTS}
        menu = Menu("Export", EXPORTS, note=f"into {self._folder()}", keys=keys)
        self.push_screen(menu, self._exported)

    def _exported(self, kind: str | None) -> None:
        if kind == "har":
            self._write("requests.har", har(self.bridge.state))
        elif kind and self.selected():
            self.run_worker(self._export_session(kind), exit_on_error=False)

    async def _export_session(self, kind: str) -> None:
        state, session = self.bridge.state, self.view.session
        if kind == "json":
            text = session_json(state, session, self.bridge.now())
            self._write(f"session-{session}.json", text)
            return
        values: dict[str, str] = {}
        for row in cookie_rows(state, session, self.bridge.now()):
            if not row.is_alive:
                continue
            reply = await self.bridge.send(Reveal(digest=row.value.digest))
            if not reply.is_ok:
                self.say(reply.message, is_ok=False)
                return
            values[row.name] = reply.value
        if values:
            self._write(f"curl-{session}.sh", curl(state, session, values), is_secret=True)
        else:
            self.say("no live cookie of this session has been seen", is_ok=False)

    def _write(self, name: str, text: str, *, is_secret: bool = False) -> None:
        try:
            path = write_private(self._folder() / re.sub(r"[^\w.-]", "-", name), text)
        except OSError as error:
            self.say(f"not written: {error.strerror}", is_ok=False)
            return
        warning = "; it is a working login: keep it to yourself" if is_secret else ""
        self.say(f"written to {safe(str(path), 200)}{warning}")

    def _folder(self) -> Path:
        return state_folder(os.environ) / "exports"

    def action_jump(self) -> None:
        panes = [pane for pane in self.screen.focus_chain if pane.id]
        self.push_screen(JumpScreen(panes), self._jumped)

    def _jumped(self, name: str | None) -> None:
        if name:
            self.screen.query_one(f"#{name}").focus()
