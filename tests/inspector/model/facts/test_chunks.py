"""Chunks of a cookie that are missing, left over, or sent beside the whole cookie."""

from __future__ import annotations

import pytest

from session_inspector.devserver.core.events.base import CookieSeen
from session_inspector.inspector.model.facts.chunks import find_chunk_problems


def problems(*names: str, known: str = "") -> list[tuple[str, str]]:
    cookies = [CookieSeen(name=name, size=1) for name in names]
    return [(kind, text) for kind, text in find_chunk_problems(cookies, set(known.split()))]


@pytest.mark.parametrize(
    "names", [(), ("s",), ("s__0",), ("s__0", "s__1"), ("s.0", "s.1"), ("s__1234", "a__b")]
)
def test_whole_cookies_and_all_chunks_are_fine(names: tuple[str, ...]) -> None:
    assert problems(*names) == []


def test_each_missing_chunk_is_named() -> None:
    text = "s__0, s__2 is not sent, s__3 is"
    assert problems("s__1", "s__3") == [("missing chunk", text)]


def test_a_cookie_beside_its_chunks_is_mixed() -> None:
    assert problems("s", "s__1", "s__0") == [("mixed chunks", "s and s__0, s__1 are both sent")]


def test_a_chunk_that_the_last_write_did_not_set_is_an_orphan() -> None:
    assert problems("s__0", "s__1", known="s__0") == [("orphan chunk", "s__1 is left over")]
    assert problems("s__0", "s__1") == [], "nothing was seen of how they were set"
    assert problems("s__0", "s__1", known="s__0 s__1") == []
