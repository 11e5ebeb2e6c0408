"""Whatever a claim, cookie, header, user or path says is drawn as text, on every screen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from textual.events import Paste
from textual.pilot import Pilot
from textual.widgets import OptionList

from session_inspector.devserver.cookies.sealed import KeyRing, seal
from session_inspector.devserver.core.commands import Reply
from session_inspector.devserver.core.events.process import AppListening
from session_inspector.devserver.core.events.server import ServerStarted
from session_inspector.inspector.cli.panels import panel_lines
from session_inspector.inspector.compare.places import Place
from session_inspector.inspector.keys import ALL
from session_inspector.inspector.model.boards.costs import WhatIf
from session_inspector.inspector.model.boards.registry import ALL_BOARDS, BoardInput
from session_inspector.inspector.model.facts.rows import Field
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.fold.update import fold
from session_inspector.inspector.model.views.cookies import cookie_rows
from session_inspector.inspector.model.views.detail import (
    content_fields,
    sealed_fields,
    store_fields,
)
from session_inspector.inspector.model.views.filters import compile_filter
from session_inspector.inspector.model.views.keeping import verdicts_of
from session_inspector.inspector.model.views.lamps import lamps_of
from session_inspector.inspector.model.views.search import SORTS, session_rows
from session_inspector.inspector.model.views.status import status
from session_inspector.inspector.model.views.timeline import timeline_rows
from session_inspector.inspector.model.words.key_names import replace_key_names
from session_inspector.inspector.model.words.text import LONGEST, safe
from session_inspector.inspector.ui.app import InspectorApp
from session_inspector.inspector.ui.screens.menu import Menu
from session_inspector.inspector.ui.widgets.field_list import FieldList
from tests.inspector.comparing import Told
from tests.inspector.hostile import WORST, harmful, hostile_events
from tests.inspector.sample import NOW, ListFeed
from tests.inspector.ui.shown import shown_strips
from tests.inspector.ui.waiting import press, settle_decode, until

SIZE = (120, 40)
PIECES = 40
"""Segments of a line, at most: what is drawn is bounded by the screen, not by what was sent."""
LONGEST_LINE = 3 * LONGEST
"""Characters of one text that a widget gets: one that is invisible is drawn as up to six."""
ANY = st.text(st.characters(exclude_categories=()), max_size=80)
STEERING = "".join(WORST[1:6])
LONG = WORST[9]
LONG_FILE = LONG[:100_000]
"""A hundred times what a widget gets; a HAR has it 130 times."""
NAMED_KEYS = frozenset(key.action for key in ALL) | frozenset(key.name for key in ALL)
DRAWN = (WORST[0], STEERING, WORST[6] + WORST[7], WORST[8], LONG)
SCREENS = [
    "G",
    *(board.key for board in ALL_BOARDS),
    "1",
    "question_mark",
    "escape",
    "enter",
    "escape",
]


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
    for session in [name for name in state.sessions if name.endswith(("mallory", "alice", "bob"))]:
        for board in ALL_BOARDS:
            look = BoardInput(state=state, session=session, now=NOW, whatif=WhatIf())
            yield from _of(board.fields(look))
        yield from _of(content_fields(state, session, NOW))
        yield from _of(sealed_fields(state, session, NOW))
        yield from _of(store_fields(state, session, NOW))
        yield from (lamp.how + lamp.evidence for lamp in lamps_of(state, session, NOW))
        yield from (said for said, _ in verdicts_of(state, session, NOW))
        for cookie in cookie_rows(state, session, NOW):
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


def _with_keys(said: str) -> str:
    """Return a text as screens spell it: with keys of the table, which no stranger can name."""
    return replace_key_names(said, lambda name: "" if name in NAMED_KEYS else f"\ue000{name}")


@given(ANY, st.booleans())
@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
def test_the_model_says_nothing_harmful(text: str, ids: bool) -> None:
    found = [
        harmful(_with_keys(said)) for said in texts(fold(State(), hostile_events(text, ids=ids)))
    ]
    assert set(found) == {""}


@pytest.mark.parametrize("ids", [False, True], ids=["texts", "ids"])
@pytest.mark.parametrize("text", WORST, ids=range(len(WORST)))
def test_the_model_says_nothing_harmful_at_its_worst(text: str, ids: bool) -> None:
    said = list(texts(fold(State(), hostile_events(text, ids=ids))))
    assert {harmful(_with_keys(line)) for line in said} == {""}
    assert max(map(len, said)) <= LONGEST_LINE, "whatever was sent, a widget draws little"


@given(ANY)
@settings(max_examples=30)
def test_a_filter_takes_any_text(text: str) -> None:
    state = fold(State(), hostile_events(text))
    assert isinstance(session_rows(state, NOW, query=text), tuple)
    assert isinstance(compile_filter(text).problem, str)


def on_screen(app: InspectorApp) -> list[str]:
    """Return the lines as the terminal gets them, each cell once."""
    strips = shown_strips(app)
    assert {strip.cell_length for strip in strips} == {SIZE[0]}
    assert max(len(list(strip)) for strip in strips) <= PIECES
    return [strip.text for strip in strips]


async def walk(pilot: Pilot[None], keys: list[str]) -> None:
    app = pilot.app
    assert isinstance(app, InspectorApp)
    for key in keys:
        await press(pilot, key)
        assert [harmful(line) for line in on_screen(app) if harmful(line)] == []


def app_of(text: str, *, ids: bool = False) -> InspectorApp:
    """Return an app that hears nothing but that text, from whoever could say it."""
    feed = ListFeed(hostile_events(text, ids=ids))
    feed.reply = Reply(is_ok=False, message=text, value=text)
    places = [
        Place(name=text, url="redis://127.0.0.1", source="found"),
        Place(name=text, url="redis://127.0.0.1:1", source="named"),
        Place(name=text, url="redis://127.0.0.1:2", source="absent", problem=text),
    ]
    return InspectorApp(feed, ticks=False, comparing=Told(places))


@pytest.fixture
def hostile_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home whose very name is hostile, and no clipboard program."""
    home = tmp_path / "\x1b[31m[b]\u202e\u200b"
    monkeypatch.setenv("XDG_STATE_HOME", str(home))
    monkeypatch.setenv("PATH", "")
    monkeypatch.chdir(tmp_path)  # no .env of ours
    return home


@pytest.mark.usefixtures("hostile_home")
@pytest.mark.parametrize(
    ("text", "ids"),
    [*((text, False) for text in DRAWN), (STEERING, True), (LONG, True)],
    ids=range(7),
)
async def test_every_screen_draws_it_harmlessly(text: str, ids: bool) -> None:
    app = app_of(text, ids=ids)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        await walk(pilot, SCREENS)
        await walk(pilot, ["enter", "j", "j", "j", "u", "escape"])  # revealed, and a toast
        await walk(pilot, ["v", "escape", "L", "escape", "K", "x", "escape", "plus", "escape"])
        await walk(
            pilot, ["6", *"jjjj", "4", *"jjj", "7", "j", "5", "j", "9", "j", "1", "s", "escape"]
        )
        assert app.is_running
        assert app.return_code is None


@pytest.mark.parametrize("text", [STEERING, LONG_FILE], ids=["steering", "long"])
async def test_what_copy_and_export_say_is_harmless(text: str, hostile_home: Path) -> None:
    app = app_of(text)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        await walk(pilot, ["G", "y", "Y", "e", "j", "e", "h", "e", "escape", "question_mark"])
    assert written_in(hostile_home) >= {"copied.txt", "session", "requests.har"}


def written_in(home: Path) -> set[str]:
    return {path.name.partition("-")[0] for path in home.rglob("exports/*")}


@pytest.mark.usefixtures("hostile_home")
@pytest.mark.parametrize("text", [STEERING, LONG], ids=["steering", "long"])
async def test_the_comparison_draws_names_and_reasons_harmlessly(text: str) -> None:
    app = app_of(text)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        await walk(pilot, ["8", *"jjj", "m", "y", *"jjjjjjjj", "question_mark"])
        assert app.is_running


@pytest.mark.usefixtures("hostile_home")
@pytest.mark.parametrize("text", DRAWN, ids=range(len(DRAWN)))
async def test_the_decode_screen_draws_a_paste_and_a_session_harmlessly(text: str) -> None:
    secret = "s" * 32
    inside = text[:60_000].encode("utf-8", "replace").decode()  # what JSON can hold
    sealed = seal({"user": {"sub": inside, inside: inside}, "exp": NOW + 9}, KeyRing([secret]))
    app = app_of(text)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        await pilot.press("D")
        for pasted in (text, f"Cookie: {text}=1; __session={sealed}; a={text}", sealed):
            await paste(pilot, "#pasted", pasted)
            await paste(pilot, "#secret", secret)
            report = app.screen.query_one("#report", FieldList)
            report.focus()
            await walk(pilot, ["j", "j", "f2", "G", "f2", "question_mark"])
            assert app.is_running
            if pasted is sealed:
                assert "VALID" in [row.value for row in report.rows]
            await walk(pilot, ["f3"])
        await paste(pilot, "#secret", text)
        await walk(pilot, ["f3", "escape"])


async def paste(pilot: Pilot[None], pane: str, text: str) -> None:
    """Paste as a terminal does, and wait until it has been read and drawn."""
    pilot.app.screen.query_one(pane).focus()
    pilot.app.post_message(Paste(text))
    await settle_decode(pilot)
    app = pilot.app
    assert isinstance(app, InspectorApp)
    assert [harmful(line) for line in on_screen(app) if harmful(line)] == []


async def test_a_menu_shows_users_as_text() -> None:
    events = [
        replace(event, upstream="") if isinstance(event, ServerStarted) else event
        for event in hostile_events(WORST[0])
        if not isinstance(event, AppListening)
    ]  # at a real app nobody is logged in from here
    app = InspectorApp(ListFeed(events), ticks=False)
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, lambda: bool(app.bridge.state.timeline))
        await pilot.press("L")
        await until(pilot, lambda: isinstance(app.screen, Menu))
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
