"""How much the app keeps is configured, and bounded from below."""

from __future__ import annotations

from pathlib import Path

import pytest

from session_inspector.devserver.core.errors import InputError
from session_inspector.inspector.preferences import load_preferences
from session_inspector.inspector.ui.app import InspectorApp
from tests.inspector.sample import ListFeed


def test_a_million_is_kept_unless_it_is_said_otherwise(tmp_path: Path) -> None:
    assert load_preferences({}, {"HOME": str(tmp_path)}).keep == 1_000_000
    file = tmp_path / "config.toml"
    file.write_text("[ui]\nkeep = 100")
    found = load_preferences({"config": str(file)}, {"HOME": str(tmp_path)})
    app = InspectorApp(ListFeed(), preferences=found)
    grown = app.bridge.state.order.with_items([str(number) for number in range(150)])
    assert (found.keep, len(grown)) == (100, 100)


def test_too_little_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text("[ui]\nkeep = 99")
    with pytest.raises(InputError, match=r"ui.keep is 99; it must be a whole number, 100 or more"):
        load_preferences({"config": str(file)}, {"HOME": str(tmp_path)})
