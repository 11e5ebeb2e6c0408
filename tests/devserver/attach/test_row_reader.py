"""Rows by the ids that cookies have."""

from __future__ import annotations

import pytest

from session_inspector.devserver.attach.row_reader import bare_id


@pytest.mark.parametrize(
    ("key", "bare"),
    [
        ("sess:abc", "abc"),
        ("session:Ab-_1", "Ab-_1"),
        ("starsessions.f00", "f00"),
        (":1:django.contrib.sessions.cachek3y", "k3y"),
        ("django.contrib.sessions.cached_dbk3y", "k3y"),
        ("k3y", "k3y"),
    ],
)
def test_a_key_without_its_prefix_is_what_the_cookie_says(key: str, bare: str) -> None:
    assert bare_id(key) == bare
