"""What is written has the type and the form of what was there."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from session_inspector.devserver.attach.rows.base import RawRow
from session_inspector.devserver.attach.rows.writing import convert_like, encode_like, is_kept

AT = 1_760_000_060.25
ROW = RawRow(key="k", value=b"", expires=AT)


@pytest.mark.parametrize(
    ("sample", "written"),
    [
        (1_760_000_000, 1_760_000_060),
        (1_760_000_000.5, AT),
        (1_760_000_000_000, 1_760_000_060_250),
        ("2025-10-09T08:53:20.000Z", "2025-10-09T08:54:20.250Z"),
        ("2025-10-09 08:53:20", "2025-10-09 08:54:20.250000"),
        (datetime(2025, 1, 1), datetime(2025, 10, 9, 8, 54, 20, 250_000)),
        (datetime(2025, 1, 1, tzinfo=UTC), datetime(2025, 10, 9, 8, 54, 20, 250_000, tzinfo=UTC)),
        (None, "2025-10-09 08:54:20.250000"),
    ],
)
def test_an_end_is_written_as_the_column_has_it(sample: object, written: object) -> None:
    found = encode_like(sample, AT)
    assert (type(found), found) == (type(written), written)


def test_content_is_written_in_the_column_s_type() -> None:
    assert convert_like("text", "zoë".encode()) == "zoë"
    assert convert_like(b"bytes", b"\xff") == b"\xff"


def test_a_row_is_kept_only_by_a_check_that_says_so() -> None:
    assert not is_kept(ROW, None)
    assert not is_kept(ROW, lambda row: True)
    assert is_kept(ROW, lambda row: False)
