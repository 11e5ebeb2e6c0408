"""Opens a real browser when a key asks for one, and watches it from then on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import TypeAlias

from session_inspector.devserver.attach.browser.browsing import Browsing
from session_inspector.devserver.attach.browser.finding import NAMES
from session_inspector.devserver.attach.browser.jar_edits import JarEdits
from session_inspector.devserver.attach.browser.page_requests import find_kept
from session_inspector.devserver.attach.browser.watch import BrowserWatch
from session_inspector.devserver.attach.browser.wish import BrowserWish, read_wish
from session_inspector.devserver.core.errors import BrowserUnavailable, InputError
from session_inspector.devserver.core.supervision import Supervisor
from session_inspector.devserver.host import RunningLab

NONE_HERE = "no browser is installed here that can be watched. Fix: install chromium or firefox"
StartWatch: TypeAlias = Callable[[BrowserWish], BrowserWatch]
"""Begins to watch a browser."""


class BrowserOpener:
    """At most one browser; a second wish opens another page in it."""

    def __init__(self, url: str, env: Mapping[str, str], start: StartWatch) -> None:
        self.watch: BrowserWatch | None = None
        """None: none was asked for yet."""
        self._url = url
        self._env = env
        self._start = start

    async def open(self, name: str = "") -> str:
        """Open a browser, or a page in the one that is there; returns a sentence.

        Without a name it is the first that is installed. Raises: InputError, BrowserUnavailable,
        BrowserRefused.
        """
        if self.watch is None:
            wish = find_wish(name, self._url, self._env)
            self.watch = self._start(wish)
            title = wish.installed.name if wish.installed else "the browser"
            if wish.is_headless:
                return f"{title} opens {self._url} without a window: there is no display here"
            return f"{title} opens {self._url}; its jar is beside the cookies"
        try:
            await self.watch.open(self._url)
        except BrowserUnavailable:
            self.watch.reopen()
            return f"the browser is opened again on {self._url}"
        return f"another page on {self._url}"


def find_wish(name: str, url: str, env: Mapping[str, str]) -> BrowserWish:
    """Return the browser of a name, or the first that is installed. Raises: InputError."""
    if name:
        return read_wish(name, url, (), env, is_headless=False)
    for known in NAMES:
        try:
            return read_wish(known, url, (), env, is_headless=False)
        except InputError:
            continue  # that one is not installed
    raise InputError(NONE_HERE)


def offer_in_lab(lab: RunningLab, env: Mapping[str, str]) -> BrowserOpener:
    """Let the lab open a real browser on its demo site when a key asks for it."""
    supervisor = Supervisor(lab.clock, lab.publish)
    tasks: list[asyncio.Task[None]] = []

    def start(wish: BrowserWish) -> BrowserWatch:
        watch = Browsing(wish, None, lab.clock, lab.publish, lab.urgency).watch
        lab.control.jar = JarEdits(
            watch,
            lab.clock,
            lab.control.undos,
            is_read_only=False,
            find_request=find_kept(lab.kept, lab.base_url),
        )
        tasks.append(asyncio.ensure_future(supervisor.keep("the browser", watch.run)))
        return watch

    opener = BrowserOpener(lab.base_url, env, start)
    lab.control.open_browser = opener.open
    return opener


def show_again(opener: BrowserOpener) -> None:
    """Show the browser that is watched again, after a scenario has shown its own."""
    if opener.watch is not None:
        opener.watch.tell_again()
