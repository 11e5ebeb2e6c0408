"""The app of a page without a proxy: whether it is there is said, of this machine only."""

from __future__ import annotations

import asyncio
import socket
from contextlib import closing

import pytest

from session_inspector.devserver.attach.proxy.upstream.unproxied import UnproxiedApp
from tests.devserver.attach.proxy.upstream.test_watch import Audience
from tests.servers import free_port
from tests.waiting import PATIENCE


async def test_nothing_that_listens_is_said() -> None:
    heard = Audience()
    url = f"http://localhost:{free_port()}/login"
    said = await UnproxiedApp(url, heard).check()
    assert said.startswith(f"{url} does not answer yet (connection refused): start it")
    assert [state[:2] for state in heard.said] == [(False, "connection refused")]


async def test_one_that_listens_is_well() -> None:
    heard = Audience()
    with closing(socket.create_server(("127.0.0.1", 0))) as app:
        url = f"http://127.0.0.1:{app.getsockname()[1]}"
        assert await UnproxiedApp(url, heard).check() == ""
    assert heard.said == []


@pytest.mark.parametrize("url", ["https://app.test", "http://10.255.255.1"])
async def test_another_machine_is_asked_by_the_browser_alone(url: str) -> None:
    heard = Audience()
    app = UnproxiedApp(url, heard)
    async with asyncio.timeout(PATIENCE):
        assert await app.check() == ""
    following = asyncio.ensure_future(app.follow())
    await asyncio.sleep(0)
    following.cancel()
    assert heard.said == []
