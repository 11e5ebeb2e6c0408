"""`--web`: browsers on loopback see the app attached to the one lab; other sites' pages do not."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest

from session_inspector.devserver.core.errors import InputError
from session_inspector.inspector.feed.replay import ReplayFeed
from session_inspector.inspector.ui.web import WebServer
from tests.servers import free_port
from tests.waiting import eventually

PATIENCE = 60.0
"""Seconds after which something never comes, on a busy machine too."""
KNOWN = "http://127.0.0.1:"
"""What the header has as soon as the app knows its lab: before that, a login is refused."""


@dataclass(frozen=True, slots=True)
class Web:
    """A running `--web`."""

    port: int
    tape: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    folder = tmp_path_factory.mktemp("web")
    found = Web(free_port(), folder / "tape.jsonl")
    words = ["--web", "--web-port", str(found.port), "--port", "0", "--store", "sqlite://:memory:"]
    words += ["--record", str(found.tape)]
    env = {**os.environ, "HOME": str(folder), "XDG_STATE_HOME": str(folder)}
    server = subprocess.Popen(
        [sys.executable, "-m", "session_inspector", *words],
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    yield found
    server.send_signal(signal.SIGINT)
    server.wait(PATIENCE)


def test_port_0_is_a_free_port_that_is_known_and_printed() -> None:
    server = WebServer("true", 0)
    assert server.port != 0
    assert server.public_url == f"http://127.0.0.1:{server.port}"


async def page(web: Web, http: aiohttp.ClientSession, **headers: str) -> tuple[int, str]:
    """Fetch the page, as soon as somebody listens."""
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                async with http.get(web.url, headers=headers) as answer:
                    return answer.status, await answer.text()
            except aiohttp.ClientConnectorError:
                await asyncio.sleep(0.1)  # a real process is starting


async def until(socket: aiohttp.ClientWebSocketResponse, *texts: str) -> None:
    """Read what the app draws until all texts were in it."""
    drawn = ""
    async with asyncio.timeout(PATIENCE):
        async for message in socket:
            if message.type is aiohttp.WSMsgType.BINARY:
                drawn += message.data.decode("utf-8", "replace")
            if all(text in drawn for text in texts):
                return
    raise AssertionError(f"{texts} never came; drawn: {drawn[-2000:]!r}")


async def test_a_browser_drives_the_one_lab(web: Web) -> None:
    async with aiohttp.ClientSession() as http:
        status, html = await page(web, http)
        assert (status, f"ws://127.0.0.1:{web.port}/ws" in html) == (200, True)
        assert "https://" not in html  # nothing is fetched from elsewhere
        socket_url = f"{web.url}/ws?width=120&height=40"
        async with http.ws_connect(socket_url, headers={"Origin": web.url}) as socket:
            await until(socket, KNOWN, "First minute")
            await socket.send_json(["stdin", "l"])
            await until(socket, "Alice Archer")
        async with http.ws_connect(socket_url) as second:  # another tab: the same lab
            await until(second, "Alice Archer")


async def test_pages_of_other_sites_are_refused(web: Web) -> None:
    async with aiohttp.ClientSession() as http:
        await page(web, http)
        assert (await page(web, http, Origin="http://evil.example"))[0] == 403
        assert (await page(web, http, Host=f"evil.example:{web.port}"))[0] == 403
        with pytest.raises(aiohttp.WSServerHandshakeError, match="403"):
            await http.ws_connect(f"{web.url}/ws", headers={"Origin": "http://evil.example"})


async def test_it_listens_on_loopback_only(web: Web) -> None:
    async with aiohttp.ClientSession() as http:
        await page(web, http)
    lines = Path("/proc/net/tcp").read_text().splitlines()[1:]  # noqa: ASYNC240  # not a disk
    addresses = {line.split()[1] for line in lines if line.split()[3] == "0A"}
    mine = {address for address in addresses if address.endswith(f":{web.port:04X}")}
    assert mine == {f"0100007F:{web.port:04X}"}


async def test_what_happened_in_the_browser_is_in_the_record(web: Web) -> None:
    async with aiohttp.ClientSession() as http:
        await page(web, http)
        async with http.ws_connect(f"{web.url}/ws?width=120&height=40") as socket:
            await until(socket, KNOWN)
            await socket.send_json(["stdin", "l"])
            # another process writes it
            await asyncio.to_thread(eventually, lambda: is_recorded(web.tape, "lab:alice"))


def is_recorded(tape: Path, client: str) -> bool:
    """Check whether a recording has an event of a browser; it may not have begun."""
    try:
        events, _ = ReplayFeed(str(tape)).since(0)
    except InputError:
        return False
    return any(client in str(getattr(event, "client", "")) for event in events)
