"""Keys of the terminal app while its store hangs: from the press to the painted screen."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import httpx
from textual.events import Key
from textual.message_pump import MessagePump

from session_inspector.devserver.core.clock import stopwatch
from session_inspector.inspector.feed.local import LocalFeed
from session_inspector.inspector.ui.app import InspectorApp
from tests.benchmarks.rounds import compare, lower_quartile
from tests.benchmarks.table import Line
from tests.end_to_end.lab import Lab, running_lab, sign_in
from tests.engines import RedisNode

PRESSES = 60
KEYS = ("j", "k", "S", "tab", "C", "G", "g", "j")
"""Keys that stay on one screen: a screen that goes away never says that it is painted."""
LIMIT = 1.5
"""Times the 95th percentile of the same minute without the hanging store."""
ROUNDS = 4


async def measure(folder: Path) -> list[Line]:
    """Measure in turns with the store well, and stopped while requests wait for it."""
    (folder / "redis").mkdir()
    engine = RedisNode(folder / "redis")
    try:
        with running_lab(folder, store=engine.url) as lab:
            return await asyncio.wait_for(_measured(lab, engine), 120)
    finally:
        engine.kill()


async def _measured(lab: Lab, engine: RedisNode) -> list[Line]:
    assert engine.process is not None
    with httpx.Client(timeout=30) as browser:
        await asyncio.to_thread(sign_in, browser, lab.base_url, "local|alice")
        app = InspectorApp(LocalFeed(lab.running), open_url=lambda url: True)
        async with app.run_test(size=(120, 40)) as pilot:
            await pilot.pause()
            await _p50_p95(app)  # warm
            well: list[tuple[float, float]] = []
            hung: list[tuple[float, float]] = []
            for _ in range(ROUNDS):
                well.append(await _p50_p95(app))
                os.kill(engine.process.pid, signal.SIGSTOP)
                try:
                    page = f"{lab.base_url}/protected"
                    waiting = [asyncio.to_thread(browser.get, page) for _ in range(4)]
                    hanging = asyncio.gather(*waiting)
                    await pilot.press("r")
                    hung.append(await _p50_p95(app))
                finally:
                    os.kill(engine.process.pid, signal.SIGCONT)
                await hanging
    return [_line("p50", 0, hung, well), _line("p95", 1, hung, well)]


async def _p50_p95(app: InspectorApp) -> tuple[float, float]:
    found: list[float] = []
    for number in range(PRESSES):
        began = stopwatch()
        app.post_message(Key(KEYS[number % len(KEYS)], None))
        # through the app's queue and the screen's, then painted
        await _painted(app)
        await _painted(app.screen)
        found.append((stopwatch() - began) * 1000)
    found.sort()
    return found[len(found) // 2], found[int(len(found) * 0.95)]


async def _painted(node: MessagePump) -> None:
    painted = asyncio.Event()
    node.call_after_refresh(painted.set)
    await asyncio.wait_for(painted.wait(), 5)


def _line(
    name: str, rank: int, hung: list[tuple[float, float]], well: list[tuple[float, float]]
) -> Line:
    mine = [taken[rank] for taken in hung]
    theirs = [taken[rank] for taken in well]
    ratio = compare(mine, theirs)
    return Line(
        name=f"key to screen while the store hangs, {name}",
        ours=f"{lower_quartile(mine):.1f} ms",
        peer=f"while it does not: {lower_quartile(theirs):.1f} ms",
        ratio=ratio.value,
        spread=ratio.spread,
        limit=LIMIT,
        rule="at most",
        bound=f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores",
    )
