"""Other words in the same number of rows are drawn; only more or fewer rows move what is around."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.widgets import Static

from session_inspector.inspector.ui.widgets.listing.line_meaning import LineMeaning
from tests.inspector.ui.shown import shown_lines


class Stand(App[None]):
    CSS = "#meaning { height: auto; } #rest { height: 1fr; }"

    def compose(self) -> ComposeResult:
        yield LineMeaning(id="meaning")
        yield Static("the rest", id="rest")


def count_layouts(app: App[None]) -> list[object]:
    """Return a list that gets an item for each layout of the screen."""
    found: list[object] = []
    app.screen.screen_layout_refresh_signal.subscribe(app.screen, found.append)
    return found


async def test_a_text_of_as_many_rows_lays_nothing_out() -> None:
    app = Stand()
    async with app.run_test(size=(40, 12)) as pilot:
        meaning = app.query_one(LineMeaning)
        meaning.show("GET /tick?1")
        await pilot.pause()
        layouts = count_layouts(app)
        meaning.show("GET /tick?22 [bold]")
        await pilot.pause()
        assert shown_lines(app)[0].strip() == "GET /tick?22 [bold]"
        assert layouts == []


async def test_a_longer_text_gets_its_rows_and_gives_them_back() -> None:
    app = Stand()
    async with app.run_test(size=(40, 12)) as pilot:
        meaning = app.query_one(LineMeaning)
        rest = app.query_one("#rest")
        for text, top in (("one", 1), ("word " * 20, 3), ("", 1), ("two", 1)):
            meaning.show(text)
            await pilot.pause()
            assert rest.region.y == top, text


async def test_the_same_text_draws_nothing() -> None:
    app = Stand()
    async with app.run_test(size=(40, 12)) as pilot:
        meaning = app.query_one(LineMeaning)
        meaning.show("one")
        await pilot.pause()
        before = meaning.content
        meaning.show("one")
        assert meaning.content is before


async def test_a_text_that_has_no_room_says_how_much_is_cut() -> None:
    app = Stand()
    async with app.run_test(size=(40, 12)) as pilot:
        meaning = app.query_one(LineMeaning)
        meaning.styles.max_height = 3
        for text, title in (
            ("word " * 20, "What it means"),
            ("word " * 40, "What it means · 2 more"),
        ):
            meaning.show(text)
            await pilot.pause()
            await pilot.pause()
            assert str(meaning.border_title).startswith(title)
            assert ("more" in str(meaning.border_title)) is ("more" in title)
