"""What is written has the type of what was there; a row is kept only by a check."""

from __future__ import annotations

from session_inspector.devserver.attach.rows.base import RawRow
from session_inspector.devserver.attach.rows.writing import convert_like, is_kept

AT = 1_760_000_060.25
ROW = RawRow(key="k", value=b"", expires=AT)


def test_content_is_written_in_the_column_s_type() -> None:
    assert convert_like("text", "zoë".encode()) == "zoë"
    assert convert_like(b"bytes", b"\xff") == b"\xff"


def test_a_row_is_kept_only_by_a_check_that_says_so() -> None:
    assert not is_kept(ROW, None)
    assert not is_kept(ROW, lambda row: True)
    assert is_kept(ROW, lambda row: False)
