"""A command is known by its number, not by its letter."""

from __future__ import annotations

import pytest

from session_inspector.inspector.model.facts.causes import is_command


@pytest.mark.parametrize(
    ("cause", "is_so"),
    [("c7", True), ("c120", True), ("x7", False), ("c", False), ("c7a", False), ("", False)],
)
def test_a_command_has_a_c_and_a_number(cause: str, is_so: bool) -> None:
    assert is_command(cause) is is_so
