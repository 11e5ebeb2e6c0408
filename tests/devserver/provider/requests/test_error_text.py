"""What an error repeats of a request fits in an error."""

from __future__ import annotations

import pytest

from session_inspector.devserver.provider.requests.error_text import quote_value


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("app", "'app'"),
        ("", "''"),
        ('a"b\\c', "'a?b?c'"),
        ("\x1b[31m\u00e9", "'?[31m?'"),
        ("x" * 101, f"'{'x' * 100}...'"),
    ],
)
def test_only_what_rfc_6749_allows_is_shown(text: str, shown: str) -> None:
    assert quote_value(text) == shown
