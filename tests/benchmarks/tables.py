"""A list of so many rows: ours against Textual's DataTable and textual-fastdatatable."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import ClassVar, TypeAlias

from textual.app import App
from textual.widget import Widget
from textual.widgets import DataTable

from session_inspector.devserver.core.clock import stopwatch
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.views.session_rows import list_sessions
from session_inspector.inspector.model.views.table.table import SearchTable
from session_inspector.inspector.ui.widgets.session_list import SessionList
from tests.benchmarks.crowd import folded, resident, who
from tests.benchmarks.rounds import ratio_line, spell_cost
from tests.benchmarks.table import Line, version_of
from tests.inspector.sample import NOW

COLUMNS = ("session", "who", "kind", "client", "size", "ends")
COUNT = 100_000
"""Rows: a million take DataTable minutes and gigabytes."""
ROUNDS = 2
"""DataTable takes eight seconds each."""


@dataclass(slots=True)
class Shown:
    """What showing rows cost."""

    seconds: list[float] = field(default_factory=list)
    """Until they were painted, round by round."""
    megabytes: float = 0.0
    """In the first round: the next ones take what that one has freed."""


Widgets: TypeAlias = Callable[[], tuple[Widget, Callable[[], None]]]
"""Makes a widget, and what fills it."""


class Stand(App[None]):
    """An app for one widget."""

    CSS: ClassVar[str] = "SessionList, DataTable { height: 1fr; }"


async def against_tables() -> list[Line]:
    """Return our list against the tables, in turns."""
    makers = {
        "plain": _make_data_table,
        "fast": _find_fast_table(),
        "ours": _make_ours(folded(COUNT, COUNT, SearchTable())),
    }
    shown: dict[str, Shown] = {name: Shown() for name, make in makers.items() if make is not None}
    for number in range(ROUNDS):
        for name, found in shown.items():
            make = makers[name]
            assert make is not None
            seconds, megabytes = await _show(make)
            found.seconds.append(seconds)
            if not number:
                found.megabytes = megabytes
    return list(_lines(shown))


def _lines(shown: Mapping[str, Shown]) -> Iterator[Line]:
    fast = version_of("textual-fastdatatable").removeprefix("textual-")
    peers = (("plain", f"DataTable {version_of('textual')}", 100, 20), ("fast", fast, 1, 2))
    for name, title, times_faster, times_smaller in peers:
        if name in shown:
            yield ratio_line(
                f"list: show {COUNT:,} rows",
                shown["ours"].seconds,
                (title, shown[name].seconds),
                spell=spell_cost,
                limit=times_faster,
            )
            yield _memory_line(shown["ours"].megabytes, shown[name].megabytes, title, times_smaller)


def _memory_line(mine: float, peer: float, name: str, limit: float) -> Line:
    return Line(
        name=f"list: memory {COUNT:,} rows",
        ours=f"{mine:,.1f} MB",
        peer=f"{name}: {peer:,.0f} MB",
        ratio=peer / mine,
        limit=limit,
    )


async def _show(make: Widgets) -> tuple[float, float]:
    """Return seconds and megabytes of a widget from its making until it is painted full."""
    gc.collect()
    app = Stand()
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        before = resident()
        start = stopwatch()
        widget, fill = make()
        await app.screen.mount(widget)
        fill()
        await pilot.pause()
        return stopwatch() - start, max(resident() - before, 0.1)


def _make_ours(state: State) -> Widgets:
    """Return what makes our list; the state it stands on is the model's, as in the app."""

    def make() -> tuple[Widget, Callable[[], None]]:
        widget = SessionList()
        widget.now = NOW
        return widget, lambda: widget.show(list_sessions(state, state.order, NOW))

    return make


def _make_data_table() -> tuple[Widget, Callable[[], None]]:
    table: DataTable[object] = DataTable(cursor_type="row")

    def fill() -> None:
        table.add_columns(*COLUMNS)
        table.add_rows(_row(number) for number in range(COUNT))

    return table, fill


def _find_fast_table() -> Widgets | None:
    """Return what makes one from columns that are there; None: it is not installed."""
    try:
        from textual_fastdatatable import ArrowBackend  # measured, not needed
        from textual_fastdatatable import DataTable as Fast
    except ImportError:
        sys.stderr.write("textual-fastdatatable is not installed: it is not measured\n")
        return None
    columns = zip(*(_row(number) for number in range(COUNT)), strict=True)
    found = {name: list(values) for name, values in zip(COLUMNS, columns, strict=True)}

    def make() -> tuple[Widget, Callable[[], None]]:
        backend = ArrowBackend.from_pydict(found)
        return Fast(backend=backend, cursor_type="row"), lambda: None

    return make


def _row(number: int) -> tuple[str, str, str, str, int, str]:
    return f"s{number}", who(number), "stateful", "lab:1", 512 + number % 7, "23:59:41"
