"""The app in browsers: textual-serve on loopback, for pages of its own, with nothing from afar."""

from __future__ import annotations

import socket
from collections.abc import Awaitable, Callable
from pathlib import Path

from aiohttp import web
from textual_serve.server import Server

HOST = "127.0.0.1"
PAGE = Path(__file__).parent / "web_page"
"""Its own page: the library's loads a font from the internet."""
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def find_free_port() -> int:
    """Return a port that nobody has: the library prints the one it was given, not the one bound."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


class WebServer(Server):
    """Serves one command; each browser tab gets a process of its own."""

    def __init__(self, command: str, port: int) -> None:
        super().__init__(
            command,
            host=HOST,
            port=port or find_free_port(),
            title="Session Inspector",
            templates_path=PAGE,
        )

    async def _make_app(self) -> web.Application:
        app: web.Application = await super()._make_app()
        names = frozenset(f"{name}:{self.port}" for name in (HOST, "localhost"))

        @web.middleware
        async def refuse_strangers(request: web.Request, handler: Handler) -> web.StreamResponse:
            """Refuse other sites' pages: any could open the socket, and press keys here."""
            origin = request.headers.get("Origin", "")
            if request.host not in names or (origin and origin.partition("://")[2] not in names):
                raise web.HTTPForbidden(text="only pages of this address may use it\n")
            return await handler(request)

        app.middlewares.append(refuse_strangers)
        return app
