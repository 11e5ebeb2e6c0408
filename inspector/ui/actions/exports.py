"""Keys that take data out of the app: a session as JSON or curl, all requests as HAR, a browser."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from session_inspector.devserver.core.commands import OpenBrowser
from session_inspector.devserver.core.configuration.file import state_folder
from session_inspector.inspector.clipboard import copy_text, write_private
from session_inspector.inspector.model.views.export import curl, har, session_json
from session_inspector.inspector.model.views.watch_mode import has_proxy
from session_inspector.inspector.model.words.key_names import mark_keys
from session_inspector.inspector.model.words.text import safe
from session_inspector.inspector.ui.actions.commander import Commander
from session_inspector.inspector.ui.actions.window import ActionTable, Window
from session_inspector.inspector.ui.open_page import open_page
from session_inspector.inspector.ui.screens.menu import Menu
from session_inspector.inspector.ui.watch import Watch

EXPORTS = [
    ("json", "this session as JSON, secrets masked"),
    ("har", "all requests as HAR 1.2, cookies masked"),
    ("curl", "a curl command with this session's cookies IN CLEAR"),
]
EXPORT_KEYS = {"j": "json", "h": "har", "c": "curl"}
OpenPage: TypeAlias = Callable[[str], bool]
"""Opens a page; False: there is no browser."""
ONLY_THE_WATCHED = "there is no proxy: only the watched browser is seen; <watch_browser> opens one"
LOGIN_WARNING = "; it is a working login: keep it to yourself"


class ExportActions:
    """Export, browse."""

    def __init__(
        self,
        watch: Watch,
        window: Window,
        commander: Commander,
        open_url: OpenPage | None,
        to_terminal: Callable[[str], None],
    ) -> None:
        """`open_url` opens a page; None: in the person's browser.

        `to_terminal` asks the terminal to take a text as its clipboard.
        """
        self._watch = watch
        self._window = window
        self._commander = commander
        self._open_url = open_url or (lambda url: open_page(url, os.environ))
        self._to_terminal = to_terminal

    def table(self) -> ActionTable:
        """Return what each key of this group does."""
        return {
            "export": self.choose_export,
            "browse": self.browse,
            "watch_browser": self.watch_browser,
        }

    def choose_export(self) -> None:
        """Let the person pick what is exported."""
        menu = Menu("Export", EXPORTS, note=f"into {exports_folder()}", keys=EXPORT_KEYS)
        self._window.ask(menu, self._export)

    def browse(self) -> None:
        """Open the demo site, or the app that is watched."""
        url = self._watch.bridge.state.lab.base_url
        if self._watch.place == "store":
            self._window.say("there is no proxy to open: only the store is watched", is_ok=False)
            return
        if self._watch.place == "app" and not has_proxy(self._watch.view.state):
            self._window.say(mark_keys(ONLY_THE_WATCHED), is_ok=False)
            return
        if self._watch.view.is_recording:
            self._window.say(f"a recording: nothing runs at {safe(url, 80)} for it", is_ok=False)
            return
        if not url.startswith(("http://", "https://")):
            self._window.say("the lab has no address yet", is_ok=False)
            return
        self._window.run(self._open(url))

    def watch_browser(self) -> None:
        """Open a real browser, and watch it from then on."""
        self._commander.send(OpenBrowser())

    async def _open(self, url: str) -> None:
        """Open a page in the background; without a browser, copy its address."""
        if await asyncio.to_thread(self._open_url, url):
            self._window.say(f"opened {url} in your browser")
            return
        where = copy_text(url, os.environ, self._to_terminal, exports_folder())
        self._window.say(f"no browser opens here: {url} · {where}", is_ok=False)

    def _export(self, kind: str) -> None:
        if kind == "har":
            self._write("requests.har", har(self._watch.bridge.state))
        elif self._commander.find_session():
            self._window.run(self._export_session(kind))

    async def _export_session(self, kind: str) -> None:
        state = self._watch.bridge.state
        session = self._watch.view.session
        if kind == "json":
            text = session_json(state, session, self._watch.bridge.now())
            self._write(f"session-{session}.json", text)
            return
        values = await self._commander.reveal_cookies(session, "export")
        if values is None:
            return
        if not values:
            self._window.say("no live cookie of this session has been seen", is_ok=False)
            return
        self._write(f"curl-{session}.sh", curl(state, session, values), warning=LOGIN_WARNING)

    def _write(self, name: str, text: str, *, warning: str = "") -> None:
        file_name = re.sub(r"[^\w.-]", "-", name)
        try:
            path = write_private(exports_folder() / file_name, text)
        except OSError as error:
            self._window.say(f"not written: {error.strerror}", is_ok=False)
            return
        self._window.say(f"written to {safe(str(path), 200)}{warning}")


def exports_folder() -> Path:
    """Return the folder of exported and copied files."""
    return state_folder(os.environ) / "exports"
