"""What each test of the screen has: what is said stays said, however long the machine takes."""

from __future__ import annotations

import pytest
from textual import notifications


@pytest.fixture(autouse=True)
def _notices_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stop the clock of Textual's notices: on a busy machine they ended before the assertion."""
    monkeypatch.setattr(notifications, "time", lambda: 0.0)
