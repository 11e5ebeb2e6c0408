"""parseInt, as the SDK reads numbers of the environment."""

from __future__ import annotations

import pytest

from session_inspector.devserver.client.js_numbers import parse_int


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("12", 12),
        (" 12px", 12),
        ("-3.9", -3),
        ("+4", 4),
        ("", 7),
        (None, 7),
        ("px12", 7),
        ("١٢", 7),
    ],
)
def test_leading_digits_count(text: str | None, found: int) -> None:
    assert parse_int(text, 7) == found
