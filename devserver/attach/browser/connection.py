"""The websocket to a browser: calls by number, and events; the same for CDP and WebDriver BiDi.

CDP     {id, method, params, sessionId}   {id, result | error: {message}}     {method, params}
BiDi    {id, method, params}              {type, id, result | error, message} {type, method, …}
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import count
from typing import TYPE_CHECKING, TypeAlias

from session_inspector.devserver.attach.browser.answers import (
    as_object,
    number_in,
    object_in,
    text_in,
)
from session_inspector.devserver.core.errors import BrowserRefused, BrowserUnavailable, InputError
from session_inspector.devserver.core.installation import install_command
from session_inspector.devserver.core.json.reading import read_json_quickly
from session_inspector.devserver.core.json.writing import strict_json
from session_inspector.devserver.core.values import JsonObject, Seconds
from session_inspector.devserver.web.urgency import GivingWay, Urgency

if TYPE_CHECKING:
    from websockets.asyncio.client import ClientConnection

LARGEST = 64 * 2**20
"""Bytes of one message: a jar of thousands of cookies, a page that is sent whole."""
PATIENCE: Seconds = 60.0
"""Seconds until a call that is not answered counts as lost: as long as a start may take. Firefox
opens its port before it can answer, and on a busy machine a watched browser runs after others
(20 s were too few at a load of 15). One that dies is noticed at once, by its socket."""
Listener: TypeAlias = Callable[[str, JsonObject, str], None]
"""Gets an event's method, its params and its session (CDP; else empty)."""


class BrowserConnection:
    """Calls go out with a number, answers come back with it; everything else is an event."""

    def __init__(
        self,
        socket: ClientConnection,
        listener: Listener,
        unheard: Sequence[str] = (),
        urgency: Urgency | None = None,
    ) -> None:
        self._socket = socket
        self._giving_way = GivingWay(urgency or Urgency())
        self._listener = listener
        self._noise = tuple(f'{{"method":"{method}"'.encode() for method in unheard)
        self._numbers = count(1)
        self._calls: dict[int, asyncio.Future[JsonObject]] = {}
        self._reading = asyncio.ensure_future(self._read())

    @classmethod
    async def open(
        cls,
        url: str,
        listener: Listener,
        *,
        unheard: Sequence[str] = (),
        urgency: Urgency | None = None,
    ) -> BrowserConnection:
        """Connect to a debugging port.

        `unheard` are events that nobody here wants: they are not even read. While something else is
        urgent nothing is read: the browser keeps what it has to report.
        Raises: InputError without the package; BrowserUnavailable when nobody answers.
        """
        try:
            # an extra: who does not watch a browser needs no websocket
            from websockets.asyncio.client import connect
            from websockets.exceptions import WebSocketException
        except ImportError as error:
            raise InputError(
                "watching a browser needs a library that is not installed."
                f" Fix: {install_command('browser')}"
            ) from error
        try:
            # a proxy of the environment is not for loopback
            socket = await connect(
                url, max_size=LARGEST, compression=None, proxy=None, open_timeout=PATIENCE
            )
        except (OSError, WebSocketException, ValueError) as error:
            raise BrowserUnavailable(f"{url} does not answer ({type(error).__name__})") from error
        return cls(socket, listener, unheard, urgency)

    async def call(
        self, method: str, params: JsonObject | None = None, session: str = ""
    ) -> JsonObject:
        """Return the result of a command.

        Raises: BrowserRefused, with the browser's words; BrowserUnavailable.
        """
        number = next(self._numbers)
        message: JsonObject = {"id": number, "method": method, "params": params or {}}
        if session:
            message["sessionId"] = session
        answer: asyncio.Future[JsonObject] = asyncio.get_running_loop().create_future()
        self._calls[number] = answer
        try:
            await self._send(strict_json(message))
            # not wait_for: in Python 3.11 it may swallow a cancellation
            async with asyncio.timeout(PATIENCE):
                return await answer
        except TimeoutError as error:
            raise BrowserUnavailable(f"the browser does not answer {method}") from error
        finally:
            self._calls.pop(number, None)

    async def wait_closed(self) -> None:
        """Wait until the browser has gone. Raises: what the listener raised."""
        await asyncio.shield(self._reading)

    async def close(self) -> None:
        """Let go of the browser."""
        self._reading.cancel()
        with suppress(asyncio.CancelledError, Exception):
            await self._reading
        with suppress(OSError, TimeoutError):
            await self._socket.close()

    async def _send(self, text: str) -> None:
        if self._reading.done():
            raise BrowserUnavailable("the browser was closed")
        try:
            await self._socket.send(text)
        except Exception as error:  # whatever the library raises: the browser is away
            raise BrowserUnavailable("the browser was closed") from error

    async def _read(self) -> None:
        from websockets.exceptions import ConnectionClosedOK  # an extra, as above

        try:
            while True:
                if self._giving_way.is_due:
                    await self._giving_way.wait()
                message = await self._socket.recv(decode=False)
                if not message.startswith(self._noise):  # most of what a busy page makes it say
                    self._take(as_object(read_json_quickly(message)))
        except ConnectionClosedOK:
            pass
        finally:
            for answer in self._calls.values():
                if not answer.done():
                    answer.set_exception(BrowserUnavailable("the browser was closed"))

    def _take(self, message: JsonObject) -> None:
        number = number_in(message, "id")
        if number is None:
            method = text_in(message, "method")
            self._listener(method, object_in(message, "params"), text_in(message, "sessionId"))
            return
        answer = self._calls.get(int(number))
        if answer is None or answer.done():
            return
        if "error" in message:
            answer.set_exception(BrowserRefused(_describe_refusal(message)))
        else:
            answer.set_result(object_in(message, "result"))


def _describe_refusal(message: JsonObject) -> str:
    inner = text_in(object_in(message, "error"), "message")  # CDP
    return inner or text_in(message, "message") or text_in(message, "error")
