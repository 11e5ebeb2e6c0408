"""Each key that a sentence names is that of the table, or the one that a person has chosen."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from session_inspector.inspector.keys import ALL
from session_inspector.inspector.model.facts.rows import Field
from session_inspector.inspector.model.words.key_names import mark_keys
from session_inspector.inspector.preferences import Preferences
from session_inspector.inspector.ui.app import InspectorApp
from session_inspector.inspector.ui.spelling import spell_fields, spell_in
from tests.inspector.busy import busy_events
from tests.inspector.comparing import Told
from tests.inspector.sample import ListFeed, server
from tests.inspector.ui.shown import shown_lines, toasts
from tests.inspector.ui.waiting import press

SOURCES = Path(__file__).parents[3] / "inspector"
CHOSEN = {
    "login": "f5",
    "browse": "f6",
    "back": "f7,escape",
    "undo_revoke": "f8",
    "measure": "f9",
    "play": "f10",
    "budget_drop": "f11",
    "board_alarms": "ctrl+l",
    "open_line": "f12,enter",
}


def test_a_sentence_has_the_first_key_of_an_action() -> None:
    text = mark_keys("<travel> moves the clock, <login> logs in")
    assert spell_in(text, {}) == "+ moves the clock, l logs in"
    assert spell_in(text, {"travel": "f3,plus"}) == "f3 moves the clock, l logs in"
    assert spell_in("plain <login>", {}) == "plain <login>"


def test_lines_that_name_no_key_stay_what_they_are() -> None:
    plain = Field(depth=0, label="a", value="b")
    named = replace(plain, value=mark_keys("<help>"), lead=((mark_keys("<play> l"), "dim"),))
    same, spelled = spell_fields([plain, named], {})
    assert same is plain
    assert (spelled.value, spelled.lead) == ("?", (("p l", "dim"),))


def test_each_action_that_a_sentence_names_is_one_of_the_table() -> None:
    known = {key.name for key in ALL}
    named: set[str] = set()
    for path in SOURCES.rglob("*.py"):
        for found in re.findall(r"mark_keys\(\s*(.*?)\)\n", path.read_text("utf-8"), re.DOTALL):
            named |= set(re.findall(r"<([a-z_]+)>", found))
    assert len(named) > 20
    assert named <= known


def make_app(events: object = None) -> InspectorApp:
    feed = ListFeed(busy_events() if events is None else [server()])
    return InspectorApp(feed, ticks=False, preferences=Preferences(keys=CHOSEN), comparing=Told)


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        (["2"], "f11 leaves a line out"),
        (["7"], "f10 and a key, or f12 on a line"),
        (["h", "question_mark"], "f8 undoes your last change"),
        (["slash", *"nobody", "enter"], "f7 clears it"),
        (["slash", *"nobody", "enter", "r"], "(f7 clears the filter)"),
        (["3", "slash", *"nothing-fits", "enter"], "f7 empties it"),
    ],
)
async def test_a_key_that_was_changed_is_named_as_it_is(keys: list[str], said: str) -> None:
    app = make_app()
    async with app.run_test(size=(140, 42)) as pilot:
        await press(pilot, *keys)
        assert said in " ".join(["\n".join(shown_lines(app)), *toasts(app)])


async def test_an_empty_home_and_its_views_name_the_keys_that_were_chosen() -> None:
    app = make_app("empty")
    async with app.run_test(size=(140, 42)) as pilot:
        await press(pilot, "3")
        assert "press f5 to log in" in "\n".join(shown_lines(app))
        await press(pilot, "8")
        assert "f9" in "\n".join(shown_lines(app))


async def test_the_header_has_the_keys_that_were_chosen_and_a_click_opens_the_view() -> None:
    app = make_app()
    async with app.run_test(size=(140, 42)) as pilot:
        await press(pilot, "j")
        lines = shown_lines(app)
        row = next(number for number, line in enumerate(lines) if "ctrl+l alarms" in line)
        await pilot.click(offset=(lines[row].index("alarms") + 1, row))
        await press(pilot)
        assert "What it means" in "\n".join(shown_lines(app))
        assert "Checked" in "\n".join(shown_lines(app))
