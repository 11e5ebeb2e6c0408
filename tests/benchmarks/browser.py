"""A person presses keys while a browser makes 500 requests a second: watched, and not watched.

A browser that makes so many requests takes the CPUs from everybody. So in one run, a block of each
in turn:

    watched        the app beside the load that it watches
    reported       the app beside the same load in a second browser, which reports every request,
                   as where it is watched, to somebody who throws the bytes away
    not watched    the app beside that load, which nobody watches
    alone          the app beside the load in a browser as a person starts it: with everybody's
                   priority, not with the lower one that the tool gives to its own
    rest           the app beside three browsers at rest
    empty          an empty Textual app beside three of them

What a person feels of the tool is the first to the fourth. What watching costs at one priority is
the first to the third: ours is the first to the second, the browser's own the second to the third;
what the machine costs any app is the empty one's. Where more wants to run
than there are CPUs, most of a key is waiting for one: the screen's own work is the CPU time of its
thread until the key shows. CPU of a request is of the app and of the browser, each by itself.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from statistics import mean, median

import psutil

from session_inspector.devserver.attach.browser.launching import AFTER_OTHERS
from session_inspector.devserver.core.clock import stopwatch
from tests.benchmarks.busy_page import Load, unwatched_browser
from tests.benchmarks.table import Line
from tests.servers import free_port
from tests.terminal import Terminal, plain

BLOCKS = 4
KEYS = 20
"""Of a block."""
PAUSE = 0.15
"""Seconds between two keys."""
SETTLE = 1.5
"""Seconds until a page has begun, or stopped, to make requests."""
LIMIT = 1.2
SHARES = (0.5, 0.95)
SCREENS = (("3", "Requests"), ("6", "Alarms"))
BOUND = "the browser's own part, and the CPUs that page, server and app share"


@dataclass
class Felt:
    """Milliseconds from a key to its effect, a list a block, and what the block's load cost."""

    blocks: list[list[float]] = field(default_factory=list)
    work: list[list[float]] = field(default_factory=list)
    """Milliseconds of CPU of the app's main thread meanwhile."""
    rates: list[float] = field(default_factory=list)
    """Requests a second."""
    of_app: list[float] = field(default_factory=list)
    """Microseconds of CPU a request."""
    of_browser: list[float] = field(default_factory=list)

    def take(self, pressed: list[tuple[float, float]]) -> None:
        """Take a block of keys: what each took, and the work for it."""
        self.blocks.append([taken for taken, _ in pressed])
        self.work.append([work for _, work in pressed])


@dataclass(frozen=True, slots=True)
class Busy:
    """A page that makes requests, and the CPU seconds of the browser that shows it."""

    load: Load
    cpu: Callable[[], float]
    beside: Callable[[], AbstractContextManager[None]] = nullcontext
    """What goes on meanwhile."""


async def measure(folder: Path) -> list[Line]:
    """Return how keys feel beside a busy browser."""
    return await asyncio.to_thread(_measure, folder)


def command_of(url: str) -> list[str]:
    """Return the command that watches a browser on a page."""
    command = [sys.executable, "-m", "session_inspector", "browser", url]
    return [*command, "--browser", "chromium", "--browser-headless"]


def _measure(folder: Path) -> list[Line]:
    loads = [Load(free_port()) for _ in range(3)]
    for load in loads:
        load.start()
    env = {"HOME": str(folder), "PYTHONPATH": os.getcwd()}
    empty = [sys.executable, "-m", "tests.benchmarks.empty_app"]
    try:
        with (
            unwatched_browser(loads[1].url, AFTER_OTHERS) as other,
            unwatched_browser(loads[2].url) as own,
            Terminal(command_of(loads[0].url), env=env, cwd=str(folder)) as app,
            Terminal(empty, env=env, cwd=os.getcwd()) as reference,
        ):
            app.wait_for("is watched", 120)
            reference.wait_for("nothing yet", 60)
            app.listen(3.0)
            watched = Busy(loads[0], lambda: _cpu_below(app.pid))
            unwatched = Busy(loads[1], lambda: _cpu_of(other.process_id))
            reported = replace(unwatched, beside=other.unread)
            alone = Busy(loads[2], lambda: _cpu_of(own.process_id))
            felt = _alternate(app, reference, watched, reported, unwatched, alone)
            for terminal in (app, reference):
                terminal.send("q")
                terminal.wait_end(60)
    finally:
        for load in loads:
            load.stop()
    return _compare(felt)


def _alternate(
    app: Terminal,
    reference: Terminal,
    watched: Busy,
    reported: Busy,
    unwatched: Busy,
    alone: Busy,
) -> dict[str, Felt]:
    order: list[tuple[str, Terminal, Busy | None]] = [
        ("app, rest", app, None),
        ("app, watched", app, watched),
        ("app, reported", app, reported),
        ("app, not watched", app, unwatched),
        ("app, alone", app, alone),
        ("empty, reported", reference, reported),
        ("empty, not watched", reference, unwatched),
        ("empty, rest", reference, None),
    ]
    felt = {name: Felt() for name, _, _ in order}
    for number in range(BLOCKS):
        for name, terminal, busy in order[:: 1 - 2 * (number % 2)]:
            if busy is None:
                felt[name].take(_press(terminal))
            else:
                with busy.beside():
                    _press_under(terminal, busy, felt[name])
    return felt


def _press_under(terminal: Terminal, busy: Busy, felt: Felt) -> None:
    load = busy.load
    load.turn(is_busy=True)
    terminal.listen(SETTLE)
    ticks = load.ticks
    start = stopwatch()
    own = terminal.cpu_seconds()
    browser = busy.cpu()
    felt.take(_press(terminal))
    count = max(1, load.ticks - ticks)
    felt.rates.append(count / (stopwatch() - start))
    felt.of_app.append((terminal.cpu_seconds() - own) / count * 1e6)
    felt.of_browser.append((busy.cpu() - browser) / count * 1e6)
    load.turn(is_busy=False)
    terminal.listen(SETTLE)


def _press(terminal: Terminal) -> list[tuple[float, float]]:
    """Press keys; return of each the milliseconds until it shows, and those of CPU for it."""
    pressed = []
    for number in range(KEYS):
        key, title = SCREENS[number % len(SCREENS)]
        since = len(terminal.raw)
        work = terminal.main_cpu_seconds()
        start = stopwatch()
        terminal.send(key)
        terminal.wait(lambda raw, title=title: title in plain(raw), 60, since)  # type: ignore[misc]  # a default binds the loop's value
        taken = stopwatch() - start
        pressed.append((taken * 1000, (terminal.main_cpu_seconds() - work) * 1000))
        terminal.listen(PAUSE)
    return pressed


def _cpu_below(pid: int) -> float:
    return sum(_cpu(child.pid) for child in psutil.Process(pid).children(recursive=True))


def _cpu_of(pid: int) -> float:
    return _cpu(pid) + _cpu_below(pid)


def _cpu(pid: int) -> float:
    try:
        times = psutil.Process(pid).cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return times.user + times.system


def _compare(felt: dict[str, Felt]) -> list[Line]:
    rest = felt["app, rest"]
    watched = felt["app, watched"]
    reported = felt["app, reported"]
    unwatched = felt["app, not watched"]
    alone = felt["app, alone"]
    rates = " ".join(f"{mean(one.rates):.0f}/s" for one in (watched, alone, reported, unwatched))
    sys.stderr.write(f"requests a second, watched, alone, reported, not watched: {rates}\n")
    pairs = [
        ("keys: watched to a browser that one starts", alone, watched),
        ("keys: watched to not watched", unwatched, watched),
        ("  of this ours: watched to reported, not read", reported, watched),
        ("  of this the browser's: reported to not watched", unwatched, reported),
        ("keys: watched to browsers at rest", rest, watched),
        ("an empty app: reported to at rest", felt["empty, rest"], felt["empty, reported"]),
        ("an empty app: not watched to at rest", felt["empty, rest"], felt["empty, not watched"]),
        ("the app at rest to the empty one", felt["empty, rest"], rest),
    ]
    lines = [
        _line(name, peer.blocks, ours.blocks, share)
        for name, peer, ours in pairs
        for share in SHARES
    ]
    judged = 2 * len(SHARES)
    lines[:judged] = [replace(line, limit=LIMIT, bound=BOUND) for line in lines[:judged]]
    return [
        *lines,
        _line("the screen's own work for a key: watched", unwatched.work, watched.work, 0.5),
        _cpu_line("CPU a request: the app, watching", unwatched.of_app, watched.of_app),
        _cpu_line("CPU a request: the browser, watched", unwatched.of_browser, watched.of_browser),
        _cpu_line("… reporting, not read", unwatched.of_browser, reported.of_browser),
    ]


def _line(name: str, peer: list[list[float]], ours: list[list[float]], share: float) -> Line:
    """Compare blocks of keys; the spread is of one block to the one beside it."""
    own = _share(chain(*ours), share)
    their = _share(chain(*peer), share)
    ratios = [
        _share(one, share) / _share(other, share) for one, other in zip(ours, peer, strict=True)
    ]
    return Line(
        name=f"{name}, p{share * 100:.0f}",
        ours=f"{own:.1f} ms",
        peer=f"{their:.1f} ms",
        ratio=own / their,
        spread=(min(ratios), max(ratios)),
        limit=None,
        rule="at most",
    )


def _cpu_line(name: str, peer: list[float], ours: list[float]) -> Line:
    own = median(ours)
    their = median(peer)
    return Line(
        name=name,
        ours=f"{own:,.0f} µs",
        peer=f"not watched: {their:,.0f} µs",
        ratio=own / their,
        limit=None,
    )


def _share(taken: Iterable[float], share: float) -> float:
    ordered = sorted(taken)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
