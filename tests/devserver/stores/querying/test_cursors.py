"""A cursor is opaque, of one list, and no credential."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.stores.querying.cursors import (
    pack_cursor,
    shorten,
    unpack_cursor,
)

TEXTS = st.text(st.characters(codec="utf-8"), max_size=40)


@given(TEXTS, TEXTS)
def test_a_cursor_is_read_as_it_was_packed(position: str, scope: str) -> None:
    cursor = pack_cursor(position, scope)
    assert cursor.replace("-", "").replace("_", "").isalnum()
    assert unpack_cursor(cursor, scope) == position


@pytest.mark.parametrize(
    "cursor", ["", "x", "é", "====", "a b", "0" * 10_000, pack_cursor("7", "another list")]
)
def test_any_other_text_is_one_line(cursor: str) -> None:
    with pytest.raises(InputError, match="--after is no cursor of this list"):
        unpack_cursor(cursor, "this list")


def test_a_cursor_that_was_cut_or_changed_is_refused() -> None:
    cursor = pack_cursor("position", "list")
    for end in range(len(cursor)):
        with pytest.raises(InputError):
            unpack_cursor(cursor[:end], "list")
    changed = ("B" if cursor[-3] != "B" else "C").join((cursor[:-3], cursor[-2:]))
    with pytest.raises(InputError):
        unpack_cursor(changed, "list")


def test_of_an_id_only_the_beginning_is_told_that_still_is_behind_the_row_before() -> None:
    assert shorten("abcdef", "abaaaa") == "abc"
    assert shorten("abcdef", "") == "a"
    assert shorten("abcdef", "abc") == "abcd"


@given(TEXTS, TEXTS)
def test_what_is_told_lies_between_the_two_rows(one: str, other: str) -> None:
    before, start = sorted((one, other))
    if before != start:
        assert before < shorten(start, before) <= start
