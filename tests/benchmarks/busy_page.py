"""A page that makes 500 requests a second when it is told to, and a browser that shows it."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from session_inspector.devserver.attach.browser.answers import text_in
from session_inspector.devserver.attach.browser.connection import BrowserConnection
from session_inspector.devserver.attach.browser.finding import find_browser
from session_inspector.devserver.attach.browser.launching import LaunchedBrowser
from session_inspector.devserver.core.clock import stopwatch

RATE = 500
"""Requests a second."""
STEP = 0.1
"""Seconds between two portions of them."""
PAGE = """<!doctype html><title>load</title><script>(async () => {
  for (;;) {
    const count = await (await fetch("/turn")).json();
    for (let one = 0; one < count; one += 1) fetch("/tick?" + one).then((got) => got.text());
  }
})()</script>"""
"""Asks how many requests are due; the answer waits where none are."""


@dataclass
class Load:
    """The site of the page, in a thread of its own."""

    port: int
    ticks: int = 0
    _due: float = 0.0
    """Until when requests were asked for."""
    _busy: asyncio.Event = field(default_factory=asyncio.Event)
    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)

    @property
    def url(self) -> str:
        """Of its page."""
        return f"http://127.0.0.1:{self.port}/"

    def start(self) -> None:
        """Listen."""
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", self.port))
        self._loop.run_forever()
        tasks = asyncio.all_tasks(self._loop)
        for task in tasks:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))

    def turn(self, *, is_busy: bool) -> None:
        """Let the page make requests, or rest; from any thread."""
        change = self._busy.set if is_busy else self._busy.clear
        self._loop.call_soon_threadsafe(change)

    def stop(self) -> None:
        """Stop listening."""
        self._loop.call_soon_threadsafe(self._loop.stop)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                body = await self._answer(head.split(b" ", 2)[1].decode("latin-1"))
                start = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(body)}"
                writer.write(f"{start}\r\nCache-Control: no-store\r\n\r\n".encode() + body)
                await writer.drain()
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # a handler that ends as cancelled makes asyncio print a traceback
        finally:
            writer.close()

    async def _answer(self, target: str) -> bytes:
        if target.startswith("/tick"):
            self.ticks += 1
            return b"ok"
        if target != "/turn":
            return PAGE.encode()
        await asyncio.sleep(STEP)
        if not self._busy.is_set():
            await self._busy.wait()
            self._due = stopwatch()
        # by the clock: what the browser could not make in time is not given up
        count = int((stopwatch() - self._due) * RATE)
        self._due += count / RATE
        return json.dumps(min(count, RATE)).encode()


@contextmanager
def unwatched_browser(url: str, nice: int = 0) -> Iterator[Reports]:
    """Show a page in a browser that nobody watches."""
    installed = find_browser("chromium", sys.platform, os.environ)
    browser = LaunchedBrowser(installed, is_headless=True, nice=nice)
    endpoint, target = asyncio.run(_show(browser, url))
    try:
        yield Reports(browser.process_id, endpoint, target)
    finally:
        asyncio.run(browser.close())


async def _show(browser: LaunchedBrowser, url: str) -> tuple[str, str]:
    endpoint = await browser.start()
    connection = await BrowserConnection.open(endpoint, lambda *event: None)
    made = await connection.call("Target.createTarget", {"url": url})
    await connection.close()
    return endpoint, text_in(made, "targetId")


@dataclass(frozen=True, slots=True)
class Reports:
    """A browser, and what it reports when it is asked to."""

    process_id: int
    endpoint: str
    target: str

    @contextmanager
    def unread(self) -> Iterator[None]:
        """Let it report every request, as where it is watched; the bytes are thrown away."""
        asker = [sys.executable, "-m", "tests.benchmarks.unread", self.endpoint, self.target]
        with subprocess.Popen(asker, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()
            try:
                yield
            finally:
                process.communicate()
