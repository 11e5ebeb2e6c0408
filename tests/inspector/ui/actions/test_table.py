"""Every key of the app has an action, and every action has a key."""

from __future__ import annotations

from textual.app import App
from textual.events import Key as Pressed

from session_inspector.inspector.keys import ALL, KEYS, REPLAY, spell_key
from session_inspector.inspector.ui.app import InspectorApp
from session_inspector.inspector.ui.screens.zoom import MOVES
from tests.inspector.sample import ListFeed


def test_the_actions_are_those_of_the_key_table() -> None:
    app = InspectorApp(ListFeed(), ticks=False)
    names = {key.name for key in (*KEYS, *REPLAY)}
    assert set(app.actions.table) == names | set(MOVES), "tab and shift+tab nobody can choose"


class Hearing(App[None]):
    """Keeps the names of keys as Textual gives them to what a terminal sends."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[str] = []

    def on_key(self, event: Pressed) -> None:
        self.heard.append(event.key)


async def test_each_sign_that_a_person_reads_is_the_key_that_a_terminal_sends() -> None:
    names = [name for key in ALL for name in key.keys.split(",")]
    signs = {name: spell_key(name) for name in names}
    typed = {name: sign for name, sign in signs.items() if len(sign) == 1 and sign.isascii()}
    app = Hearing()
    async with app.run_test() as pilot:
        await pilot.press(*typed.values())
    assert app.heard == list(typed)
