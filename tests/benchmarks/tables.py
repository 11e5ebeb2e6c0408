"""A list of so many rows: ours against Textual's DataTable and textual-fastdatatable."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from textual.app import App
from textual.widget import Widget
from textual.widgets import DataTable

from session_inspector.devserver.core.clock import stopwatch
from session_inspector.inspector.model.views.session_rows import list_sessions
from session_inspector.inspector.model.views.table.table import SearchTable
from session_inspector.inspector.ui.widgets.session_list import SessionList
from tests.benchmarks.crowd import folded, resident, who
from tests.benchmarks.table import Line, version_of
from tests.inspector.sample import NOW

COLUMNS = ("session", "who", "kind", "client", "size", "ends")
COUNT = 100_000
"""Rows: a million take DataTable minutes and gigabytes."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What showing rows cost: milliseconds until they are painted, megabytes."""

    show: float
    memory: float


class Stand(App[None]):
    """An app for one widget."""

    CSS: ClassVar[str] = "SessionList, DataTable { height: 1fr; }"


async def against_tables() -> list[Line]:
    """Return our list against the tables, in one run."""
    plain = await _data_table(COUNT)
    fast = await _fast_table(COUNT)
    mine = await _ours(COUNT)
    lines = [
        _line("show", mine.show, plain.show, f"DataTable {version_of('textual')}", 100),
        _line("memory", mine.memory, plain.memory, "DataTable", 20, "MB"),
    ]
    if fast is None:
        return lines
    name = version_of("textual-fastdatatable").removeprefix("textual-")
    return [
        *lines,
        _line("show", mine.show, fast.show, name, 1),
        _line("memory", mine.memory, fast.memory, name, 2, "MB"),
    ]


def _line(what: str, mine: float, peer: float, name: str, limit: float, unit: str = "ms") -> Line:
    return Line(
        name=f"list: {what} {COUNT:,} rows",
        ours=f"{mine:,.1f} {unit}",
        peer=f"{name}: {peer:,.0f} {unit}",
        ratio=peer / mine,
        limit=limit,
    )


async def _shown(make: Callable[[], Widget], fill: Callable[[], None] = lambda: None) -> Shown:
    """Return the cost of a widget from its making until it is painted full."""
    gc.collect()
    app = Stand()
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        before = resident()
        start = stopwatch()
        await app.screen.mount(make())
        fill()
        await pilot.pause()
        return Shown((stopwatch() - start) * 1000, max(resident() - before, 0.1))


async def _ours(count: int) -> Shown:
    """Show so many sessions; the state they stand in is the model's, as in the app."""
    state = folded(count, count, SearchTable())
    widget = SessionList()
    widget.now = NOW
    return await _shown(lambda: widget, lambda: widget.show(list_sessions(state, state.order, NOW)))


async def _data_table(count: int) -> Shown:
    table: DataTable[object] = DataTable(cursor_type="row")

    def fill() -> None:
        table.add_columns(*COLUMNS)
        table.add_rows(_row(number) for number in range(count))

    return await _shown(lambda: table, fill)


async def _fast_table(count: int) -> Shown | None:
    try:
        from textual_fastdatatable import ArrowBackend  # measured, not needed
        from textual_fastdatatable import DataTable as Fast
    except ImportError:
        sys.stderr.write("textual-fastdatatable is not installed: it is not measured\n")
        return None
    columns = zip(*(_row(number) for number in range(count)), strict=True)
    found = {name: list(values) for name, values in zip(COLUMNS, columns, strict=True)}
    return await _shown(lambda: Fast(backend=ArrowBackend.from_pydict(found), cursor_type="row"))


def _row(number: int) -> tuple[str, str, str, str, int, str]:
    return f"s{number}", who(number), "stateful", "lab:1", 512 + number % 7, "23:59:41"
