"""A long list makes the rows that are visible, draws those that changed, and no others."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text
from textual.app import App, ComposeResult

from session_inspector.inspector.model.facts.logs import Mapped
from session_inspector.inspector.ui.widgets.line_list import LineList
from tests.inspector.ui.shown import is_layout_due, shown_lines

COUNT = 1_000_000
HEIGHT = 40


class Numbers(LineList[str]):
    """Counts what it draws."""

    def __init__(self) -> None:
        super().__init__(id="numbers")
        self.drawn: list[str] = []

    def key_of(self, row: str) -> str:
        return row.partition(" ")[0]

    def line(self, row: str, width: int) -> Text:
        self.drawn.append(row)
        return Text(row)


class Stand(App[None]):
    CSS = "#numbers { height: 1fr; }"

    def compose(self) -> ComposeResult:
        yield Numbers()


class Source:
    """Rows that are counted when they are made."""

    def __init__(self, changed: int = -1) -> None:
        self.made: list[int] = []
        self.changed = changed

    def rows(self, count: int = COUNT) -> Sequence[str]:
        return Mapped(range(count), self._make)

    def _make(self, number: int) -> str:
        self.made.append(number)
        return f"{number} changed" if number == self.changed else f"{number}"


async def test_of_a_million_rows_only_the_visible_ones_are_made_and_drawn() -> None:
    source = Source()
    app = Stand()
    async with app.run_test(size=(80, HEIGHT)) as pilot:
        pane = app.query_one(Numbers)
        pane.focus()
        pane.show(source.rows())
        await pilot.pause()
        assert set(source.made) <= set(range(HEIGHT))
        source.made.clear()
        await pilot.press("G")
        await pilot.pause()
        assert pane.current == str(COUNT - 1)
        assert set(source.made) <= {*range(HEIGHT), *range(COUNT - HEIGHT, COUNT)}
        assert len(source.made) < 6 * HEIGHT


async def test_a_step_draws_two_lines() -> None:
    source = Source()
    app = Stand()
    async with app.run_test(size=(80, HEIGHT)) as pilot:
        pane = app.query_one(Numbers)
        pane.focus()
        pane.show(source.rows())
        await pilot.pause()
        pane.drawn.clear()
        await pilot.press("down")
        await pilot.pause()
        assert sorted(pane.drawn) == ["0", "1"]


async def test_rows_that_stayed_as_they_were_are_not_drawn_again() -> None:
    app = Stand()
    async with app.run_test(size=(80, HEIGHT)) as pilot:
        pane = app.query_one(Numbers)
        pane.show(Source().rows())
        await pilot.pause()
        pane.drawn.clear()
        pane.show(Source(changed=7).rows())
        await pilot.pause()
        assert pane.drawn == ["7 changed"]


async def test_a_longer_list_is_no_new_layout_and_scrolls_to_its_end() -> None:
    app = Stand()
    async with app.run_test(size=(80, HEIGHT)) as pilot:
        pane = app.query_one(Numbers)
        pane.focus()
        pane.show(Source().rows())
        await pilot.pause()
        pane.show(Source().rows(COUNT + 500))
        assert not is_layout_due(app)
        await pilot.press("G")
        await pilot.pause()
        assert (pane.current, pane.scroll_offset.y) == (str(COUNT + 499), COUNT + 500 - HEIGHT)


async def test_a_list_that_shrinks_below_the_screen_shows_all_of_it() -> None:
    app = Stand()
    async with app.run_test(size=(80, HEIGHT)) as pilot:
        pane = app.query_one(Numbers)
        pane.focus()
        pane.show(Source().rows())
        await pilot.press("G")
        pane.show(Source().rows(3))
        await pilot.pause()
        lines = [line.strip() for line in shown_lines(app)]
        assert [line for line in lines if line] == ["0", "1", "2"]
