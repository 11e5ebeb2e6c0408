"""A person presses keys while a browser makes 500 requests a second: watched, and not watched.

In one run, a block of each in turn, and one at rest. A browser that makes so many requests takes
the CPUs from everybody: what watching costs is the difference to the same load, not watched.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import mean

from session_inspector.devserver.attach.browser.connection import BrowserConnection
from session_inspector.devserver.attach.browser.finding import find_browser
from session_inspector.devserver.attach.browser.launching import LaunchedBrowser
from session_inspector.devserver.core.clock import stopwatch
from tests.benchmarks.table import Line
from tests.servers import free_port
from tests.terminal import Terminal, plain

RATE = 500
"""Requests a second."""
STEP = 0.1
"""Seconds between two portions of them."""
BLOCKS = 4
KEYS = 24
"""Of a block."""
PAUSE = 0.15
"""Seconds between two keys."""
LIMIT = 1.2
SHARES = (0.5, 0.95)
PAGE = """<!doctype html><title>load</title><script>(async () => {
  for (;;) {
    const count = await (await fetch("/turn")).json();
    for (let one = 0; one < count; one += 1) fetch("/tick?" + one).then((got) => got.text());
  }
})()</script>"""
"""Asks how many requests are due; the answer waits where none are."""
SCREENS = (("3", "Requests"), ("6", "Alarms"))


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


@dataclass
class Felt:
    """Milliseconds from a key to its effect."""

    whole: list[float] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)
    """Requests a second, of each block."""


async def measure(folder: Path) -> list[Line]:
    """Return how keys feel beside a busy browser."""
    return await asyncio.to_thread(_measure, folder)


def _measure(folder: Path) -> list[Line]:
    watched = Load(free_port())
    unwatched = Load(free_port())
    watched.start()
    unwatched.start()
    command = command_of(watched.url)
    env = {"HOME": str(folder), "PYTHONPATH": os.getcwd()}
    felt = {"rest": Felt(), "watched": Felt(), "unwatched": Felt()}
    with other_browser(unwatched.url), Terminal(command, env=env, cwd=str(folder)) as terminal:
        terminal.wait_for("is watched", 120)
        terminal.listen(3.0)
        for _ in range(BLOCKS):
            _press(terminal, felt["rest"])
            _press_under(terminal, watched, felt["watched"])
            _press_under(terminal, unwatched, felt["unwatched"])
        terminal.send("q")
        terminal.wait_end(60)
    watched.stop()
    unwatched.stop()
    return _compare(felt["rest"], felt["unwatched"], felt["watched"])


def command_of(url: str) -> list[str]:
    """Return the command that watches a browser on a page."""
    command = [sys.executable, "-m", "session_inspector", "browser", url]
    return [*command, "--browser", "chromium", "--browser-headless"]


@contextmanager
def other_browser(url: str) -> Iterator[None]:
    """Show a page in a browser that nobody watches."""
    installed = find_browser("chromium", sys.platform, os.environ)
    browser = LaunchedBrowser(installed, is_headless=True)
    asyncio.run(_show(browser, url))
    try:
        yield
    finally:
        asyncio.run(browser.close())


async def _show(browser: LaunchedBrowser, url: str) -> None:
    connection = await BrowserConnection.open(await browser.start(), lambda *event: None)
    await connection.call("Target.createTarget", {"url": url})
    await connection.close()


def _press_under(terminal: Terminal, load: Load, felt: Felt) -> None:
    load.turn(is_busy=True)
    terminal.listen(2.0)
    before = load.ticks
    start = stopwatch()
    _press(terminal, felt)
    felt.rates.append((load.ticks - before) / (stopwatch() - start))
    load.turn(is_busy=False)
    terminal.listen(2.0)


def _press(terminal: Terminal, felt: Felt) -> None:
    for number in range(KEYS):
        key, title = SCREENS[number % len(SCREENS)]
        since = len(terminal.raw)
        start = stopwatch()
        terminal.send(key)
        terminal.wait(lambda raw, title=title: title in plain(raw), 60, since)  # type: ignore[misc]  # a default binds the loop's value
        felt.whole.append((stopwatch() - start) * 1000)
        terminal.listen(PAUSE)


def _compare(rest: Felt, unwatched: Felt, watched: Felt) -> list[Line]:
    rate = mean(watched.rates)
    other = mean(unwatched.rates)
    name = f"key to screen, {rate:.0f} requests/s (not watched: {other:.0f}/s)"
    lines = [
        _line(f"{name}, p{share * 100:.0f}", unwatched.whole, watched.whole, share, LIMIT)
        for share in SHARES
    ]
    lines += [
        _line(f"… beside a browser at rest, p{share * 100:.0f}", rest.whole, watched.whole, share)
        for share in SHARES
    ]
    return lines


def _line(
    name: str, peer: list[float], ours: list[float], share: float, limit: float | None = None
) -> Line:
    their = _share(peer, share)
    own = _share(ours, share)
    return Line(
        name=name,
        ours=f"{own:.1f} ms",
        peer=f"{their:.1f} ms",
        ratio=own / their,
        limit=limit,
        rule="at most",
    )


def _share(taken: list[float], share: float) -> float:
    return sorted(taken)[min(len(taken) - 1, int(len(taken) * share))]
