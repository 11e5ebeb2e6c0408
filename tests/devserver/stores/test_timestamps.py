"""Moments of expiry: every form an application writes is read, and written back alike."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from session_inspector.devserver.stores.timestamps import (
    FAR,
    TimestampForm,
    Timestamps,
    detect_form,
    encode_like,
    to_end,
)

AT = 1_760_000_060.25


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("text", "2025-10-09 08:54:20.250000"),
        ("iso", "2025-10-09T08:54:20.250Z"),
        ("seconds", AT),
        ("milliseconds", 1_760_000_060_250),
    ],
)
def test_each_form_is_written_and_read(form: TimestampForm, text: object) -> None:
    assert Timestamps(form).encode(AT) == text
    assert to_end(text) == AT
    assert detect_form(text) == form


@pytest.mark.parametrize("form", ["text", "iso", "seconds", "milliseconds"])
def test_never_is_the_far_end(form: TimestampForm) -> None:
    assert to_end(Timestamps(form).encode(None)) is None
    assert to_end(Timestamps(form).encode(FAR + 1e9)) is None


@pytest.mark.parametrize("form", ["text", "iso"])
def test_texts_sort_as_their_moments_do(form: TimestampForm) -> None:
    moments = [0.0, 1.0, 1.001, 999_999_999.999, AT, AT + 0.001, FAR]
    texts = [Timestamps(form).encode(moment) for moment in moments]
    assert texts == sorted(texts, key=str)


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2025-10-09 08:54:20", 1_760_000_060.0),
        ("2025-10-09T10:54:20+02:00", 1_760_000_060.0),
        (datetime(2025, 10, 9, 8, 54, 20), 1_760_000_060.0),
        (datetime(2025, 10, 9, 9, 54, 20, tzinfo=timezone(timedelta(hours=1))), 1_760_000_060.0),
        (datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC), None),
        (None, None),
        ("soon", None),
        (b"bytes", None),
    ],
)
def test_what_others_write_is_read(value: object, moment: float | None) -> None:
    assert to_end(value) == moment


def test_a_julian_day_of_sqlite_is_a_moment() -> None:
    """scs's sqlite3store writes julianday(): as seconds it would be over since 1970."""
    assert to_end(2_460_957.870_370_370_3) == pytest.approx(1_760_000_000, abs=0.001)


def test_an_empty_column_gets_text() -> None:
    assert detect_form(None) == "text"


@pytest.mark.parametrize(
    ("sample", "written"),
    [
        (1_760_000_000, 1_760_000_060),
        (1_760_000_000.5, AT),
        (2_460_000.5, AT / 86_400 + 2_440_587.5),
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
