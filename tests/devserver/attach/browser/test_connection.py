"""Calls and events over a websocket, with a browser that is none."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from session_inspector.devserver.attach.browser.connection import BrowserConnection
from session_inspector.devserver.core.errors import BrowserRefused, BrowserUnavailable
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.web.urgency import Urgency

websockets = pytest.importorskip("websockets.asyncio.server")


@asynccontextmanager
async def a_browser(*answers: str) -> AsyncIterator[str]:
    """Serve a websocket that gives these answers to each message; `""` closes it."""

    async def serve(socket: object) -> None:
        async for message in socket:  # type: ignore[attr-defined]  # an optional package's
            number = json.loads(message)["id"]
            for answer in answers:
                if not answer:
                    return
                await socket.send(answer.replace("ID", str(number)))  # type: ignore[attr-defined]  # as above

    async with websockets.serve(serve, "127.0.0.1", 0) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        yield f"ws://127.0.0.1:{port}/"


async def test_an_answer_finds_its_call_and_the_rest_are_events() -> None:
    heard: list[tuple[str, JsonObject, str]] = []
    event = '{"method": "Some.thing", "params": {"a": 1}, "sessionId": "s"}'
    async with a_browser(event, '{"id": ID, "result": {"b": 2}}') as url:
        connection = await BrowserConnection.open(url, lambda *one: heard.append(one))
        assert await connection.call("Do.it") == {"b": 2}
        await connection.close()
    assert heard == [("Some.thing", {"a": 1}, "s")]


async def test_events_that_nobody_wants_are_not_read() -> None:
    heard: list[str] = []
    noise = '{"method":"Some.noise","params":{'  # not even JSON
    wanted = '{"method":"Some.noiseExtraInfo","params":{}}'
    async with a_browser(noise, wanted, '{"id":ID,"result":{}}') as url:
        connection = await BrowserConnection.open(
            url, lambda method, params, session: heard.append(method), unheard=["Some.noise"]
        )
        await connection.call("Do.it")
        await connection.close()
    assert heard == ["Some.noiseExtraInfo"]


@pytest.mark.parametrize(
    "answer",
    [
        '{"id": ID, "error": {"code": -1, "message": "no such thing"}}',
        '{"type": "error", "id": ID, "error": "unknown command", "message": "no such thing"}',
    ],
)
async def test_a_refusal_has_the_words_of_the_browser(answer: str) -> None:
    async with a_browser(answer) as url:
        connection = await BrowserConnection.open(url, lambda *one: None)
        with pytest.raises(BrowserRefused, match="no such thing"):
            await connection.call("Do.it")
        await connection.close()


async def test_a_browser_that_is_closed_is_unavailable_and_wakes_who_waits() -> None:
    async with a_browser("") as url:
        connection = await BrowserConnection.open(url, lambda *one: None)
        with pytest.raises(BrowserUnavailable):
            await connection.call("Do.it")
        await connection.wait_closed()
        with pytest.raises(BrowserUnavailable):
            await connection.call("Do.it")
        await connection.close()


async def test_nobody_there_is_unavailable() -> None:
    listener = await asyncio.start_server(lambda *one: None, "127.0.0.1", 0)
    port = listener.sockets[0].getsockname()[1]
    listener.close()
    with pytest.raises(BrowserUnavailable, match="does not answer"):
        await BrowserConnection.open(f"ws://127.0.0.1:{port}/", lambda *one: None)


async def test_while_a_key_waits_nothing_is_read() -> None:
    urgency = Urgency()
    asked = 0

    def ask() -> int:
        """Return that a key waits, until it was asked a few times."""
        nonlocal asked
        asked += 1
        if asked == 5:
            heard.append("the key is shown")
        return int(asked < 5)

    heard: list[str] = []
    urgency.ask = ask
    events = ['{"method":"Some.first"}', '{"method":"Some.second"}']
    async with a_browser(*events, '{"id":ID,"result":{}}') as url:
        connection = await BrowserConnection.open(
            url, lambda method, params, session: heard.append(method), urgency=urgency
        )
        await connection.call("Do.it")
        await connection.close()
    assert heard == ["the key is shown", "Some.first", "Some.second"]
