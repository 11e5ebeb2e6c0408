"""WebSocket and SSE through `attach`, by a real client and a real server of each."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
from aiohttp import web

from session_inspector.devserver.attach.attach_settings import AttachSettings
from session_inspector.devserver.attach.proxy.route import route_to
from session_inspector.devserver.core.events.exchange import ExchangeEnded
from session_inspector.devserver.core.listening import bind, port_of
from tests.end_to_end.attached import Attached, attached
from tests.waiting import PATIENCE


async def _echo(request: web.Request) -> web.WebSocketResponse:
    link = web.WebSocketResponse()
    await link.prepare(request)
    async for message in link:
        if message.type is aiohttp.WSMsgType.BINARY:
            await link.send_bytes(message.data)
        else:
            await link.send_str(f"{request.cookies['who']} {message.data}")
    return link


@asynccontextmanager
async def _before(app: web.Application) -> AsyncIterator[Attached]:
    runner = web.AppRunner(app)
    listener = bind(0)
    await runner.setup()
    await web.SockSite(runner, listener).start()
    route = route_to(f"http://127.0.0.1:{port_of(listener)}")
    with attached(AttachSettings(route=route)) as proxy:
        yield proxy
    await runner.cleanup()


async def test_a_websocket_passes_both_ways_with_its_cookies() -> None:
    app = web.Application()
    app.router.add_get("/ws", _echo)
    jar = aiohttp.CookieJar(unsafe=True)  # it takes cookies for an IP address
    async with (
        _before(app) as proxy,
        aiohttp.ClientSession(cookies={"who": "alice"}, cookie_jar=jar) as http,
        http.ws_connect(f"{proxy.base_url}/ws") as link,
    ):
        await link.send_str("hello")
        assert (await link.receive_str(timeout=PATIENCE)) == "alice hello"
        await link.send_bytes(b"\x00\xff" * 500_000)
        assert (await link.receive_bytes(timeout=PATIENCE)) == b"\x00\xff" * 500_000
        ended = await asyncio.to_thread(proxy.wait_for, ExchangeEnded)
        assert ended[0].status == 101
        await link.close()


async def test_each_message_of_an_event_stream_comes_as_it_is_sent() -> None:
    go_on = asyncio.Event()

    async def stream(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse(headers={"content-type": "text/event-stream"})
        await answer.prepare(request)
        await answer.write(b"data: 1\n\n")
        await go_on.wait()  # only a client that has the first message lets the second be sent
        await answer.write(b"data: 2\n\n")
        return answer

    app = web.Application()
    app.router.add_get("/events", stream)
    async with (
        _before(app) as proxy,
        aiohttp.ClientSession() as http,
        http.get(f"{proxy.base_url}/events") as answer,
        asyncio.timeout(PATIENCE),
    ):
        assert await answer.content.readuntil(b"\n\n") == b"data: 1\n\n"
        go_on.set()
        assert await answer.content.read() == b"data: 2\n\n"
