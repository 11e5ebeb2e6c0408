"""Every key of the app has an action, and every action has a key."""

from __future__ import annotations

from session_inspector.inspector.keys import KEYS, REPLAY
from session_inspector.inspector.ui.app import InspectorApp
from tests.inspector.sample import ListFeed


def test_the_actions_are_those_of_the_key_table() -> None:
    app = InspectorApp(ListFeed(), ticks=False)
    names = {key.name for key in (*KEYS, *REPLAY)}
    assert set(app.actions.table) == names
