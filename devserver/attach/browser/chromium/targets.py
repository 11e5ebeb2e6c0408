"""The tabs, frames and workers of one Chromium: which are watched, and under which session.

our own profile      every target, stopped until its events are on: nothing is missed
somebody's own       the tab that we opened, and each tab that shows an origin that was asked
                     for, for as long as it does; of other tabs nothing is kept
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import suppress

from session_inspector.devserver.attach.browser.answers import object_in, switch_in, text_in
from session_inspector.devserver.attach.browser.chromium.pairing import Pairing
from session_inspector.devserver.attach.browser.connection import PATIENCE, BrowserConnection
from session_inspector.devserver.attach.browser.observed import BrowserAudience
from session_inspector.devserver.attach.browser.origins import Origins
from session_inspector.devserver.core.errors import BrowserRefused, BrowserUnavailable
from session_inspector.devserver.core.values import JsonObject

PAGES = ("page", "iframe", "service_worker", "shared_worker", "worker")
"""Kinds of targets that make requests."""
WITHOUT_BODIES: JsonObject = {
    "maxTotalBufferSize": 0,
    "maxResourceBufferSize": 0,
    "maxPostDataSize": 65_536,
}
"""The browser keeps no responses for us; what was posted is needed to send it again."""


class ChromiumTargets:
    """Attaches to targets, and hears what they do."""

    def __init__(
        self,
        connection: BrowserConnection,
        origins: Origins,
        audience: BrowserAudience,
        *,
        is_own: bool,
        is_timed: bool,
    ) -> None:
        self._connection = connection
        self._origins = origins
        self._audience = audience
        self._is_own = is_own
        self._is_timed = is_timed
        self._pairings: dict[str, Pairing] = {}
        """By session: request ids are only different within one."""
        self.pages: dict[str, str] = {}
        """Session of a page to its URL."""
        self._sessions: dict[str, asyncio.Future[str]] = {}
        """By target."""
        self._joined: dict[str, str] = {}
        """Tab of somebody's own profile to its session; empty: it is being attached."""
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Begin to hear of targets. Raises: BrowserUnavailable, BrowserRefused."""
        if self._is_own:
            await self._connection.call(
                "Target.setAutoAttach",
                {"autoAttach": True, "flatten": True, "waitForDebuggerOnStart": True},
            )
        else:
            tabs: JsonObject = {"discover": True, "filter": [{"type": "page"}]}
            await self._connection.call("Target.setDiscoverTargets", tabs)

    async def open_tab(self) -> str:
        """Open an empty tab; returns its session, whose events are on."""
        made = await self._connection.call("Target.createTarget", {"url": "about:blank"})
        target = text_in(made, "targetId")
        if not self._is_own:
            return await self._join(target)
        async with asyncio.timeout(PATIENCE):
            return await self._session_of(target)

    def any_session(self) -> str:
        """Return a session; empty: there is none."""
        return next(iter(self._pairings), "")

    def close(self) -> None:
        """Attach to nothing any more."""
        for task in self._tasks:
            task.cancel()

    # -- what it tells ---------------------------------------------------------------------

    def hear(self, method: str, params: JsonObject, session: str) -> None:
        """Take an event."""
        match method:
            case "Target.attachedToTarget":
                self._spawn(self._enable(params))
            case "Target.detachedFromTarget":
                self._forget(text_in(params, "sessionId"))
            case "Target.targetCreated" | "Target.targetInfoChanged" if not self._is_own:
                self._consider(object_in(params, "targetInfo"))
            case "Page.frameNavigated":
                self._note_page(params, session)
            case _:
                if method.startswith("Network.") and session in self._pairings:
                    self._pairings[session].take(method, params)

    def _forget(self, session: str) -> None:
        pairing = self._pairings.pop(session, None)
        if pairing is not None:
            pairing.close()
        self.pages.pop(session, None)
        for target, joined in list(self._joined.items()):
            if joined == session:
                del self._joined[target]

    def _note_page(self, params: JsonObject, session: str) -> None:
        frame = object_in(params, "frame")
        if session in self.pages and not text_in(frame, "parentId"):
            self.pages[session] = text_in(frame, "url")

    def _consider(self, info: JsonObject) -> None:
        """Join a tab that came to an origin that was asked for; let go of one that left."""
        target = text_in(info, "targetId")
        is_wanted = self._origins.has(text_in(info, "url"))
        if is_wanted and target not in self._joined:
            self._spawn(self._join_quietly(target, text_in(info, "url")))
        elif not is_wanted and self._joined.get(target) and text_in(info, "url") != "about:blank":
            self._spawn(self._leave(self._joined[target]))

    # -- its targets -----------------------------------------------------------------------

    def _session_of(self, target: str) -> asyncio.Future[str]:
        """Return the session of a target, once its events are on."""
        loop = asyncio.get_running_loop()
        return self._sessions.setdefault(target, loop.create_future())

    async def _join(self, target: str) -> str:
        """Return the session of a tab in somebody's profile; its events are on then."""
        self._joined[target] = ""
        params: JsonObject = {"targetId": target, "flatten": True}
        session = text_in(await self._connection.call("Target.attachToTarget", params), "sessionId")
        self._joined[target] = session
        await self._enable_session(session, "page")
        return session

    async def _join_quietly(self, target: str, url: str) -> None:
        # somebody may close it at any moment
        with suppress(BrowserRefused, BrowserUnavailable):
            session = await self._join(target)
            self.pages[session] = url
            return
        self._joined.pop(target, None)

    async def _leave(self, session: str) -> None:
        self._forget(session)
        with suppress(BrowserRefused, BrowserUnavailable):
            await self._connection.call("Target.detachFromTarget", {"sessionId": session})

    async def _enable(self, params: JsonObject) -> None:
        info = object_in(params, "targetInfo")
        session = text_in(params, "sessionId")
        if text_in(info, "targetId") in self._joined:
            return  # whoever joins it turns its events on
        # somebody may close it at any moment
        with suppress(BrowserRefused, BrowserUnavailable):
            if session not in self._pairings and text_in(info, "type") in PAGES:
                await self._enable_session(session, text_in(info, "type"))
                self._announce(text_in(info, "targetId"), session)
            if switch_in(params, "waitingForDebugger"):
                await self._connection.call("Runtime.runIfWaitingForDebugger", {}, session)

    def _announce(self, target: str, session: str) -> None:
        waiting = self._session_of(target)
        if not waiting.done():
            waiting.set_result(session)

    async def _enable_session(self, session: str, kind: str) -> None:
        self._pairings[session] = Pairing(
            self._origins.has, self._audience.saw_hop, is_timed=self._is_timed
        )
        await self._connection.call("Network.enable", WITHOUT_BODIES, session)
        if kind not in ("page", "iframe"):
            return
        if kind == "page":
            self.pages.setdefault(session, "")
        await self._connection.call("Page.enable", {}, session)
        await self._connection.call("Audits.enable", {}, session)
        await self._connection.call(
            "Target.setAutoAttach",
            {"autoAttach": True, "flatten": True, "waitForDebuggerOnStart": self._is_own},
            session,
        )

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
