"""Many requests at once: each gets its own answer, and is shown or counted as not shown."""

from __future__ import annotations

import asyncio

import httpx
from starlette.types import Receive, Scope, Send

from session_inspector.devserver.attach.attach_settings import AttachSettings
from session_inspector.devserver.attach.proxy.route import route_to
from session_inspector.devserver.core.events.exchange import ExchangeEnded, ExchangeStarted
from session_inspector.devserver.core.events.server import ExchangesSkipped
from tests.devserver.attach.proxy.wire import head_of
from tests.end_to_end.attached import Attached, attached, served
from tests.waiting import PATIENCE

CONNECTIONS = 32
EACH = 100
TOTAL = CONNECTIONS * EACH


async def _app(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with the number that the path names."""
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": scope["path"][1:].encode()})


async def _browser(port: int, first: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for number in range(first, first + EACH):
            writer.write(b"GET /%d HTTP/1.1\r\nHost: localhost\r\nCookie: n=1\r\n\r\n" % number)
            assert b"transfer-encoding: chunked" in await head_of(reader)
            size = int(await reader.readline(), 16)
            assert int(await reader.readexactly(size)) == number
            assert await reader.readexactly(7) == b"\r\n0\r\n\r\n"
    finally:
        writer.close()
        await writer.wait_closed()


async def test_no_answer_is_lost_or_swapped_and_every_request_is_accounted_for() -> None:
    with served(_app) as app, attached(AttachSettings(route=route_to(app))) as proxy:
        own = int(proxy.base_url.rpartition(":")[2])
        await asyncio.gather(*(_browser(own, n * EACH) for n in range(CONNECTIONS)))
        last = f"/{TOTAL + 1}"
        async with httpx.AsyncClient(timeout=PATIENCE) as http:
            assert (await http.get(proxy.base_url + last)).text == last[1:]
        await asyncio.to_thread(proxy.eventually, lambda: _told(proxy) == TOTAL + 1)
        started = [e.path for e in proxy.told(ExchangeStarted)]
        assert len(set(started)) == len(started)
        assert {e.status for e in proxy.told(ExchangeEnded)} == {200}


def _told(proxy: Attached) -> int:
    skipped = sum(event.count for event in proxy.told(ExchangesSkipped))
    return len(proxy.told(ExchangeEnded)) + skipped
