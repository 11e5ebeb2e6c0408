"""Whatever a claim, cookie, header, user or path says is drawn as text, on every screen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from time import process_time

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from textual.pilot import Pilot
from textual.widgets import OptionList

from devserver.core.commands import Reply
from inspector.cli.panels import panel_lines
from inspector.model.boards.budget import WhatIf
from inspector.model.boards.registry import BOARDS, Look
from inspector.model.detail import content_fields, sealed_fields, store_fields
from inspector.model.filters import compile_filter
from inspector.model.keeping import verdicts_of
from inspector.model.lamps import lamps_of
from inspector.model.rows import Field
from inspector.model.search import SORTS, session_rows
from inspector.model.select import cookie_rows, status
from inspector.model.state import State
from inspector.model.text import safe
from inspector.model.timeline import timeline_rows
from inspector.model.update import fold
from inspector.ui.app import InspectorApp
from inspector.ui.screens.menu import Menu
from tests.inspector.hostile import WORST, harmful, hostile_events
from tests.inspector.sample import NOW, ListFeed

SIZE = (120, 40)
FAST = 0.5
"""Seconds of CPU for one screen of megabytes."""
ANY = st.text(st.characters(exclude_categories=()), max_size=80)
DRAWN = (WORST[0], "".join(WORST[1:6]), WORST[6] + WORST[7], WORST[8], WORST[9])
SCREENS = ["G", *(board.key for board in BOARDS), "1", "question_mark", "escape", "enter", "escape"]


@given(ANY)
@example("".join(WORST[:8]))
def test_safe_text_has_nothing_harmful(text: str) -> None:
    assert harmful(safe(text)) == ""
    assert harmful(safe(text * 50, 300)) == ""


def test_a_flood_of_marks_is_counted() -> None:
    assert safe("e" + "\u0301" * 5 + "x") == "e" + "\u0301" * 3 + "<+2 marks>x"
    assert safe("ñ é ä") == "ñ é ä"


def texts(state: State) -> Iterator[str]:
    """Yield every text that the model hands to a widget."""
    for session in ("mallory", "alice", "bob"):
        for board in BOARDS:
            look = Look(state=state, session=session, now=NOW, whatif=WhatIf())
            yield from _of(board.fields(look))
        yield from _of(content_fields(state, session, NOW))
        yield from _of(sealed_fields(state, session))
        yield from _of(store_fields(state, session, NOW))
        yield from (how for _, how, _ in lamps_of(state, session, NOW))
        yield from (said for said, _ in verdicts_of(state, session))
        for cookie in cookie_rows(state, session):
            yield from (cookie.name, cookie.attributes)
        for line in timeline_rows(state, session=session):
            yield from (line.title, line.detail, line.cause)
    for line in timeline_rows(state):
        yield from (line.title, line.detail, line.cause)
    for sort in SORTS:
        for row in session_rows(state, NOW, sort=sort):
            yield from (row.who, row.client, row.reason)
    row_ = status(state, NOW)
    yield from (row_.base_url, row_.store, row_.store_reason)


def _of(rows: Sequence[Field]) -> Iterator[str]:
    for row in rows:
        yield from (row.label, row.value, *row.explain.split("\n"))
        yield from (piece for piece, _ in row.lead)


@given(ANY)
@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
def test_the_model_says_nothing_harmful(text: str) -> None:
    found = [harmful(said) for said in texts(fold(State(), hostile_events(text)))]
    assert set(found) == {""}


@pytest.mark.parametrize("text", WORST, ids=range(len(WORST)))
def test_the_model_says_nothing_harmful_at_its_worst(text: str) -> None:
    found = [harmful(said) for said in texts(fold(State(), hostile_events(text)))]
    assert set(found) == {""}


@given(ANY)
@settings(max_examples=30)
def test_a_filter_takes_any_text(text: str) -> None:
    state = fold(State(), hostile_events(text))
    assert isinstance(session_rows(state, NOW, query=text), tuple)
    assert isinstance(compile_filter(text).problem, str)


def on_screen(app: InspectorApp) -> list[str]:
    """Return the lines as the terminal gets them, each cell once."""
    strips = app.screen._compositor.render_strips()
    assert {strip.cell_length for strip in strips} == {SIZE[0]}
    return [strip.text for strip in strips]


async def walk(pilot: Pilot[None], keys: list[str]) -> None:
    app = pilot.app
    assert isinstance(app, InspectorApp)
    for key in keys:
        await pilot.press(key)
        await pilot.pause()
        begin = process_time()
        lines = on_screen(app)
        assert process_time() - begin < FAST
        assert [harmful(line) for line in lines if harmful(line)] == []


@pytest.mark.parametrize("text", DRAWN, ids=range(len(DRAWN)))
async def test_every_screen_draws_it_harmlessly(text: str) -> None:
    feed = ListFeed(hostile_events(text))
    feed.reply = Reply(is_ok=False, message=text, value=text)
    app = InspectorApp(feed, ticks=False)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        await walk(pilot, SCREENS)
        await walk(pilot, ["enter", "j", "j", "j", "u", "escape"])  # revealed, and a toast
        await walk(pilot, ["v", "escape", "L", "escape", "K", "x", "escape", "plus", "escape"])
        assert app.is_running
        assert app.return_code is None


async def test_a_menu_shows_users_as_text() -> None:
    app = InspectorApp(ListFeed(hostile_events(WORST[0])), ticks=False)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        await pilot.press("L")
        assert isinstance(app.screen, Menu)
        shown = app.screen.query_one(OptionList)
        assert "[bold red on white]M[/]" in "\n".join(on_screen(app))
        assert shown.option_count == 2


@given(ANY, ANY, st.booleans())
@settings(max_examples=50)
def test_the_panel_of_decode_writes_nothing_harmful(label: str, value: str, reveal: bool) -> None:
    state = fold(State(), hostile_events(value))
    fields = content_fields(state, "mallory", NOW)
    lines = panel_lines(label, fields, width=100, is_coloured=False, reveal=reveal)
    assert {harmful(line) for line in lines} == {""}
