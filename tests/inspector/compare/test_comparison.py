"""Which store counts as configured: the lab's own file is nobody's choice."""

from __future__ import annotations

from pathlib import Path

import pytest

from session_inspector.devserver.settings import Settings
from session_inspector.inspector.compare.comparison import read_configured_store

STATE = Path("state")


@pytest.mark.parametrize(
    ("store", "found"),
    [
        (f"sqlite://{STATE / 'sessions.db'}", []),
        ("sqlite://:memory:", []),
        ("sqlite://other.db", ["sqlite://other.db"]),
        ("redis://localhost", ["redis://localhost"]),
    ],
)
def test_a_chosen_store_is_compared(store: str, found: list[str]) -> None:
    settings = Settings(secret="s" * 32, store=store, state_dir=STATE)
    assert read_configured_store(settings) == found
