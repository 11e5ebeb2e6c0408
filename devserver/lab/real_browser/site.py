"""A site on a port of its own that a real browser visits in a scenario: one function answers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from types import TracebackType
from typing import TypeAlias

from session_inspector.devserver.cookies.jar import parse_pairs
from session_inspector.devserver.core.errors import InspectorError
from session_inspector.devserver.core.listening import bind, port_of

ICON = "/favicon.ico"
LONGEST = 64 * 1024
"""Bytes of a request's head."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request."""

    host: str
    """Without its port."""
    path: str
    cookies: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SitePage:
    """What is answered."""

    body: str = ""
    status: int = 200
    location: str = ""
    """Of a redirect."""
    set_cookies: tuple[str, ...] = ()
    allowed_origin: str = ""
    """Whose scripts may read it, with cookies."""


Answer: TypeAlias = Callable[[Asked], SitePage]


class ScenarioSite:
    """Listens on loopback while its `async with` lasts."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self._asked: list[Asked] = []
        self._news = asyncio.Event()
        self._server: asyncio.Server | None = None
        self.port = 0

    async def __aenter__(self) -> ScenarioSite:
        listener = bind(0)
        self.port = port_of(listener)
        self._server = await asyncio.start_server(self._serve, sock=listener, limit=LONGEST)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._server is not None:
            self._server.close()

    def url(self, host: str, path: str = "/") -> str:
        """Return a URL of this site under one of its names."""
        return f"http://{host}:{self.port}{path}"

    async def wait_asked(self, path: str, host: str, seconds: float, times: int = 1) -> Asked:
        """Return the last request for a page under a name, once there are so many.

        Raises: InspectorError.
        """
        try:
            async with asyncio.timeout(seconds):
                while True:
                    self._news.clear()
                    found = [one for one in self._asked if (one.path, one.host) == (path, host)]
                    if len(found) >= times:
                        return found[-1]
                    await self._news.wait()
        except TimeoutError as error:
            text = f"the browser did not ask for {self.url(host, path)} in {seconds:.0f} s"
            raise InspectorError(text) from error

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            writer.write(self._respond(read_head(head.decode("latin-1"))))
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # a connection that the browser opened in advance, and did not use
        finally:
            writer.close()

    def _respond(self, asked: Asked) -> bytes:
        if asked.path == ICON:
            return write_page(SitePage(status=404))
        page = self._answer(asked)
        self._asked.append(asked)
        self._news.set()
        return write_page(page)


def read_head(head: str) -> Asked:
    """Return what a request asks for."""
    first, *lines = head.split("\r\n")
    target = [*first.split(" "), "", ""][1]
    headers = {
        name.strip().lower(): value.strip()
        for name, _, value in (line.partition(":") for line in lines)
    }
    host, _, _ = headers.get("host", "").rpartition(":")
    cookies = dict(parse_pairs(headers.get("cookie", "")))
    return Asked(host=host, path=target.partition("?")[0], cookies=cookies)


def write_page(page: SitePage) -> bytes:
    """Return a response, whose connection ends with it."""
    body = f"<!doctype html><title>scenario</title><body>{page.body}".encode()
    lines = [f"HTTP/1.1 {page.status} {HTTPStatus(page.status).phrase}"]
    lines += ["Content-Type: text/html; charset=utf-8", f"Content-Length: {len(body)}"]
    lines += ["Cache-Control: no-store", "Connection: close"]
    if page.location:
        lines.append(f"Location: {page.location}")
    if page.allowed_origin:
        lines.append(f"Access-Control-Allow-Origin: {page.allowed_origin}")
        lines.append("Access-Control-Allow-Credentials: true")
    lines += [f"Set-Cookie: {line}" for line in page.set_cookies]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body
