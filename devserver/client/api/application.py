"""An app with sessions: the client's middleware around it, at hand in the scope, and its lifespan.

An app that speaks the lifespan protocol keeps it; for one that does not (Django) it is spoken here.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from session_inspector.devserver.client.api.dependencies import CLIENT, SessionReader
from session_inspector.devserver.core.errors import InspectorError

AnyApp: TypeAlias = Callable[[Any, Any, Any], Awaitable[None]]
"""An ASGI app of any framework; each spells the protocol in types of its own."""
Step: TypeAlias = Callable[[], Awaitable[None]]


class AppWithSessions:
    """Passes requests to the middleware; opens and closes the client with the server."""

    def __init__(self, app: ASGIApp, client: SessionReader, open_it: Step, close_it: Step) -> None:
        self._app = app
        self._client = client
        self._open = open_it
        self._close = close_it

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, WebSocket or lifespan."""
        if scope["type"] == "lifespan":
            await Lifespan(receive, send, self._open, self._close).run(self._app, scope)
            return
        scope[CLIENT] = self._client
        await self._app(scope, receive, send)


class Lifespan:
    """One start and one end of a server (ASGI Lifespan Protocol 2.0)."""

    def __init__(self, receive: Receive, send: Send, open_it: Step, close_it: Step) -> None:
        self._receive = receive
        self._send = send
        self._open = open_it
        self._close = close_it
        self._is_spoken = False
        """The app has asked for a message."""

    async def run(self, app: ASGIApp, scope: Scope) -> None:
        """Let the app start and end, and the client with it."""
        try:
            await app(scope, self._receive_for_app, self._send_for_app)
        except Exception:  # an edge: what an app raises that does not know the protocol is its own
            if self._is_spoken:
                raise
        if not self._is_spoken:
            await self._speak()

    async def _receive_for_app(self) -> Message:
        self._is_spoken = True
        return await self._receive()

    async def _send_for_app(self, message: Message) -> None:
        """Open before the start is reported complete, close before the end is.

        What fails is raised into the app, which ends itself and reports it.
        """
        if message["type"] == "lifespan.startup.complete":
            await self._open()
        if message["type"].startswith("lifespan.shutdown."):
            await self._close()
        await self._send(message)

    async def _speak(self) -> None:
        """Start and end in the app's place."""
        await self._receive()
        try:
            await self._open()
        except InspectorError as error:
            await self._send({"type": "lifespan.startup.failed", "message": error.message})
            return
        await self._send({"type": "lifespan.startup.complete"})
        await self._receive()
        await self._close()
        await self._send({"type": "lifespan.shutdown.complete"})
