"""The same events and commands over HTTP: SSE at /_inspect/events, POST /_inspect/commands.

Loopback is not a wall: any web page, and any user of the machine, can send requests here. So the
Host must be one of our names (DNS rebinding), a request that names an Origin is refused unless it
is our own (CSRF), a command must be JSON by its content type, which no HTML form can send, and
every request brings the token of this run in its Authorization header. A query would not do: it
stands in logs and histories.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from session_inspector.devserver.core.access import HOW_TO_GET, LOOPBACK_NAMES, is_token
from session_inspector.devserver.core.errors import InputError, InspectorError
from session_inspector.devserver.core.journal import Journal
from session_inspector.devserver.core.json.writing import strict_json
from session_inspector.devserver.core.wire import command_from_json, event_to_json, reply_to_json
from session_inspector.devserver.web.executor import Executor
from session_inspector.devserver.web.openapi import document

HEARTBEAT = 15.0
"""Seconds between comments that keep an idle stream open."""
LARGEST_COMMAND = 65_536
RUN_HEADER = "x-inspector-run"
"""Names the journal, so that a reader of one before it begins anew."""


class Api:
    """The routes under /_inspect; streams go on while `serving` returns True."""

    def __init__(
        self,
        journal: Journal,
        control: Executor,
        serving: Callable[[], bool],
        *,
        token: str,
        hosts: frozenset[str] = LOOPBACK_NAMES,
        heartbeat: float = HEARTBEAT,
    ) -> None:
        self._journal = journal
        self._control = control
        self._serving = serving
        self._token = token
        self._hosts = hosts
        self._heartbeat = heartbeat
        self._streams: set[asyncio.Event] = set()
        """What each open stream waits for."""
        self.routes = [
            Route("/_inspect/events", self.events, methods=["GET"]),
            Route("/_inspect/commands", self.commands, methods=["POST"]),
            Route("/_inspect/openapi.json", self.openapi, methods=["GET"]),
            Route("/_inspect/provider", self.provider, methods=["GET"]),
        ]

    async def commands(self, request: Request) -> Response:
        """Carry out one command: 200 with a Reply, 400 for junk, 401 without the token."""
        refused = self._refuse(request)
        if refused is not None:
            return refused
        if request.headers.get("content-type", "").partition(";")[0] != "application/json":
            return _error("the body must be application/json", 415)
        body = await _limited_body(request)
        if body is None:
            return _error(f"a command has at most {LARGEST_COMMAND} bytes", 413)
        try:
            command = command_from_json(body)
        except InputError as error:
            return _error(error.message, 400)
        reply = await self._control.execute(command)
        return Response(reply_to_json(reply), media_type="application/json")

    async def provider(self, request: Request) -> Response:
        """Return the provider's knobs and who is signed in there; 404 when it is not ours."""
        refused = self._refuse(request)
        if refused is not None:
            return refused
        try:
            state = strict_json(self._control.provider_state())
        except InspectorError as error:
            return _error(error.message, 404)
        return Response(state, media_type="application/json")

    def end_streams(self) -> None:
        """Let open streams see at once that nothing is served any more; call it in the loop."""
        for news in self._streams:
            news.set()

    async def events(self, request: Request) -> Response:
        """Stream events from `Last-Event-ID` (or ?since=) on; the id of each is its number."""
        refused = self._refuse(request)
        if refused is not None:
            return refused
        text = request.headers.get("last-event-id") or request.query_params.get("since", "0")
        if not (text.isascii() and text.isdecimal() and len(text) <= 15):
            return _error(f"since is {text[:40]!r}; it must be the number of an event", 400)
        seq = int(text)
        if seq > self._journal.last:
            seq = 0  # never given here: it is of a server before this one
        return StreamingResponse(
            self._stream(seq),
            media_type="text/event-stream",
            headers={
                "cache-control": "no-store",
                "x-accel-buffering": "no",
                RUN_HEADER: self._journal.run,
            },
        )

    async def openapi(self, request: Request) -> Response:
        """Return the OpenAPI document of these routes."""
        return self._refuse(request) or JSONResponse(document())

    def _refuse(self, request: Request) -> Response | None:
        host = _host_of(request)
        if host not in self._hosts:
            return _error(f"host {host[:60]!r} is no name of this lab", 403)
        origin = request.headers.get("origin")
        if origin is not None and origin != f"{request.url.scheme}://{request.headers['host']}":
            return _error("another site's page may not do this", 403)
        scheme, _, sent = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and is_token(sent.strip(), self._token):
            return None
        problem = "is missing: send Authorization: Bearer TOKEN"
        if sent:
            problem = "is not this run's"
        refused = _error(f"the control token {problem}. {HOW_TO_GET}", 401)
        refused.headers["www-authenticate"] = 'Bearer realm="session-inspector"'
        return refused

    async def _stream(self, seq: int) -> AsyncIterator[str]:
        loop = asyncio.get_running_loop()
        news = asyncio.Event()

        def wake() -> None:
            loop.call_soon_threadsafe(news.set)

        stop = self._journal.on_change(wake)
        self._streams.add(news)
        try:
            while self._serving():
                news.clear()
                events, dropped = self._journal.since(seq)
                if dropped:
                    yield f"event: dropped\ndata: {dropped}\n\n"
                for event in events:
                    seq = event.seq
                    yield f"id: {seq}\ndata: {event_to_json(event)}\n\n"
                if not events:
                    yield ": still here\n\n"
                    await _wait(news, self._heartbeat)
        finally:
            self._streams.discard(news)
            stop()


async def _wait(news: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await news.wait()
    except TimeoutError:
        return


async def _limited_body(request: Request) -> bytes | None:
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > LARGEST_COMMAND:
            return None
    return body


def _host_of(request: Request) -> str:
    try:
        return urlsplit(f"//{request.headers.get('host', '')}").hostname or ""
    except ValueError:
        return ""  # [::1 without its bracket


def _error(message: str, status: int) -> Response:
    return JSONResponse({"error": message}, status)
