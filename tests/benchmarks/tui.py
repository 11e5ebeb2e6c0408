"""The app with a million sessions and a million events, keys pressed in a real terminal.

It is as wide as all its panes need. Beside it runs an empty Textual app: each gets a key in turns,
so that what other programs do to the machine they do to both.

SESSION_INSPECTOR_CROWD sets another number than a million (1.5 GB and three minutes).
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from session_inspector.devserver.core.clock import stopwatch
from tests.benchmarks.crowd import LONGEST
from tests.benchmarks.repaints import count_lines
from tests.benchmarks.table import Line
from tests.benchmarks.tables import against_tables
from tests.terminal import SYNC_BEGIN, Terminal, plain

MILLION = int(os.environ.get("SESSION_INSPECTOR_CROWD", "1000000"))
RATE = 10_000
SECONDS = 14
IDLE = 10.0
SIZE = (200, 50)
"""Columns and rows that show all panes."""
TIMES = 1.5
"""How many times of the empty app's a key may take."""
AFTER = 1
"""Seconds after the end of a stream at which all of it is shown."""
BLOCKS = 4
"""Parts of a run that are compared, for the spread of a ratio."""
CURSOR = re.compile(rb"48;2;42;53;96[^m]*m[^\x1b]*?(user-\d{7})")
"""A line in the colours of the cursor, and whose session it is."""
DOWN = "j"
PAGE_DOWN = "\x1b[6~"
PAGE_UP = "\x1b[5~"
ESCAPE = "\x1b"
EMPTY = [("3", "Requests"), ("6", "Alarms")]
"""Keys of the empty app, and what they show."""
SCREENS = [
    ("2", "Bytes"),
    ("3", "Requests"),
    ("4", "Tokens"),
    ("5", "Logins"),
    ("6", "Alarms"),
    ("7", "Play"),
    ("8", "Costs"),
    ("1", "Expiry ladder"),
    ("\r", "Decrypted"),
    ("1", "Live cookies"),
]


async def measure(folder: Path) -> list[Line]:
    """Return what a person with a million sessions feels."""
    tables = await against_tables()  # first: what others free would be taken for no memory
    figures = folder / "figures.json"
    numbers = [str(MILLION), str(MILLION), str(RATE), str(SECONDS), str(figures)]
    command = [sys.executable, "-m", "tests.benchmarks.crowd", *numbers]
    env = {"HOME": str(folder), "PYTHONPATH": os.getcwd()}
    empty = [sys.executable, "-m", "tests.benchmarks.empty_app"]
    with (
        Terminal(command, env=env, cwd=os.getcwd(), size=SIZE) as terminal,
        Terminal(empty, env=env, cwd=os.getcwd(), size=SIZE) as other,
    ):
        other.wait_for("nothing yet")
        began = terminal.wait_for("HERE WE GO", 900)
        show = (terminal.wait_for(f"{MILLION:,} of {MILLION:,}", 60) - began) * 1000
        person = Person(terminal, Person(other))
        lines = [_at_most(f"{MILLION:,} sessions: time to show", show, 1000)]
        lines += _moves(person)
        lines += _screens(person)
        lines += _stream(person)
        _wait_until_shown(terminal, figures)
        lines += _searches(person)
        terminal.send("q")
        terminal.wait_end(180)
    found = json.loads(figures.read_text())
    sys.stderr.write(f"{found}\n")
    lines.append(_at_most("memory of the model", found["megabytes"], 500, "MB"))
    lines += _shown_lines(found["sent"], found["dropped"], found["seconds_behind"])
    return [*lines, *_idle(folder), *tables]


@dataclass(slots=True)
class Person:
    """Presses keys, and looks where the cursor is."""

    terminal: Terminal
    beside: Person | None = None
    """The same person, at the empty app."""
    at: str = ""
    turn: int = 0

    def press(self, key: str, is_seen: Callable[[bytes], bool], seconds: float = 60) -> float:
        """Return milliseconds from a key to its effect on the screen."""
        since = len(self.terminal.raw)
        start = stopwatch()
        self.terminal.send(key)
        self.terminal.wait(is_seen, seconds, since)
        return (stopwatch() - start) * 1000

    def move(self, key: str) -> float:
        """Return milliseconds until the cursor is drawn on another line."""
        since = len(self.terminal.raw)
        taken = self.press(key, lambda raw: _marked(raw) not in ("", self.at))
        self.at = _marked(self.terminal.raw[since:])
        return taken

    def show(self) -> float:
        """Return milliseconds until the empty app shows another word."""
        self.turn += 1
        key, word = EMPTY[self.turn % len(EMPTY)]
        return self.press(key, lambda raw: word in plain(raw))


def _marked(raw: bytes) -> str:
    found = CURSOR.findall(raw)
    return found[-1].decode() if found else ""


def _moves(person: Person) -> list[Line]:
    person.terminal.listen(1.5)
    person.at = _marked(person.terminal.raw)
    taken: list[float] = []
    empty: list[float] = []
    assert person.beside is not None
    for key in [DOWN] * 30 + [PAGE_DOWN] * 15 + [PAGE_UP] * 10 + ["G", "g"] * 5:
        taken.append(person.move(key))
        empty.append(person.beside.show())
        person.terminal.listen(0.12)  # eight keys a second; a held key is painted 17 times
    return [_keys("down, page, G and g", taken, empty, share) for share in (0.5, 0.95)]


def _screens(person: Person) -> list[Line]:
    taken = []
    for key, title in SCREENS:
        taken.append(person.press(key, lambda raw, title=title: title in plain(raw)))  # type: ignore[misc]  # a default binds the loop's value
        person.terminal.listen(0.3)
    return [_at_most("boards 1 to 8, a session: median", _share(taken, 0.5), 200)]


def _stream(person: Person) -> list[Line]:
    """Press keys while events pour in; count repaints, which begin with SYNC_BEGIN."""
    terminal = person.terminal
    taken = list[float]()
    empty = list[float]()
    assert person.beside is not None
    terminal.send("~")
    terminal.listen(1.0)
    mark = len(terminal.raw)
    start = stopwatch()
    while stopwatch() - start < SECONDS - 3:
        taken.append(person.move(DOWN if len(taken) % 4 else PAGE_DOWN))
        empty.append(person.beside.show())
        terminal.listen(0.15)
    span = stopwatch() - start
    painted = terminal.raw[mark:].count(SYNC_BEGIN) / span
    lines = count_lines(terminal.raw, mark)
    terminal.listen(4.0)
    return [
        *(_keys(f"{RATE:,} events/s: key to screen", taken, empty, share) for share in (0.5, 0.95)),
        _at_most(f"{RATE:,} events/s: repaints a second, with keys", painted, 20, ""),
        Line(
            name=f"{RATE:,} events/s: lines that repaints write",
            ours=f"{lines.written:,}",
            peer=f"lines that changed: {lines.changed:,}",
            ratio=lines.written / max(1, lines.changed),
            limit=1.05,
            rule="at most",
        ),
    ]


def _keys(name: str, taken: list[float], empty: list[float], share: float) -> Line:
    """Return a share of what keys took, against the empty app's; the spread is that of parts."""
    parts = [
        _share(taken[part::BLOCKS], share) / _share(empty[part::BLOCKS], share)
        for part in range(BLOCKS)
    ]
    return Line(
        name=f"{name}, p{share * 100:.0f}",
        ours=f"{_share(taken, share):.1f} ms",
        peer=f"an empty app: {_share(empty, share):.1f} ms",
        ratio=_share(taken, share) / _share(empty, share),
        limit=TIMES,
        rule="at most",
        spread=(min(parts), max(parts)),
    )


def _searches(person: Person) -> list[Line]:
    """Sort and filter all; meanwhile the cursor moves."""
    terminal = person.terminal
    busy = person.press("S", lambda raw: "looking through" in plain(raw))
    since = len(terminal.raw)
    start = stopwatch()
    taken = list[float]()
    while "by user" not in plain(terminal.raw[since:]):
        taken.append(person.press("?", lambda raw: "esc closes" in plain(raw)))
        terminal.send(ESCAPE)
        terminal.listen(0.7)  # or the next ? closes the help that is still open
    sort = stopwatch() - start
    terminal.send("/")
    terminal.listen(0.5)
    mark = len(terminal.raw)
    start = stopwatch()
    terminal.send("0000123")
    pattern = re.compile(rf"\b\d+ of {MILLION:,} by user · filter: 0000123")
    terminal.wait(lambda raw: pattern.search(plain(raw)) is not None, 120, mark)
    found = stopwatch() - start
    terminal.send(ESCAPE)
    terminal.listen(1.0)
    return [
        _at_most("sort: the screen says it looks", busy, 100),
        _at_most("sort: done", sort, 5, "s"),
        _at_most("sort: help opens meanwhile, median", _share(taken, 0.5), 200),
        _at_most("filter as it is typed: done", found, 5, "s"),
    ]


def _wait_until_shown(terminal: Terminal, figures: Path) -> None:
    """Wait until the app says how long it took to show what was sent. Raises: TimeoutError."""
    start = stopwatch()
    while "seconds_behind" not in figures.read_text():
        if stopwatch() - start > SECONDS + 2 * LONGEST:
            raise TimeoutError("the stream has not ended")
        terminal.listen(0.1)


def _shown_lines(sent: int, dropped: int, behind: float) -> list[Line]:
    """Return whether any event was lost, and how long after the last one all were shown."""
    return [
        Line(
            name=f"{RATE:,} events/s: events that were dropped",
            ours=f"{dropped:,}",
            peer=f"sent: {sent:,}",
            ratio=(sent - dropped) / sent,
            limit=1,
        ),
        _at_most(f"{RATE:,} events/s: all are shown, after the last one", behind, AFTER, "s"),
    ]


def _idle(folder: Path) -> list[Line]:
    """Return the CPU of the real app, one session logged in and marked, nothing happening."""
    command = [sys.executable, "-m", "session_inspector", "--port", "0"]
    env = {"HOME": str(folder), "PYTHONPATH": os.getcwd()}
    with Terminal(command, env=env, cwd=str(folder)) as terminal:
        terminal.wait_for("First minute", 30)
        terminal.send("l")
        terminal.wait_for("ends it", 30)
        terminal.listen(6.0)  # the toast has gone
        start = stopwatch()
        before = terminal.cpu_seconds()
        terminal.listen(IDLE)
        used = (terminal.cpu_seconds() - before) / (stopwatch() - start) * 100
    return [_at_most("idle CPU, lab and screen", used, 2, "%")]


def _share(taken: list[float], share: float) -> float:
    return sorted(taken)[min(len(taken) - 1, int(len(taken) * share))]


def _at_most(name: str, found: float, limit: float, unit: str = "ms") -> Line:
    return Line(
        name=name,
        ours=f"{found:,.1f} {unit}".strip(),
        peer=f"the limit: {limit:g} {unit}".strip(),
        ratio=found / limit,
        limit=1,
        rule="at most",
    )
