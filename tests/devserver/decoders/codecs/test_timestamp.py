"""Time stamps are those of itsdangerous; ISO 8601 is read or is None."""

from __future__ import annotations

import pytest
from itsdangerous import TimestampSigner

from session_inspector.devserver.core.values import Json
from session_inspector.devserver.decoders.codecs.timestamp import (
    from_iso,
    from_timestamp,
    to_timestamp,
)


@pytest.mark.parametrize("seconds", [0, 1, 255, 256, 1_800_000_000, 2**40])
def test_a_stamp_is_read_back(seconds: int) -> None:
    assert from_timestamp(to_timestamp(seconds)) == seconds


def test_itsdangerous_writes_the_same_stamps() -> None:
    signed = TimestampSigner("s").sign("text").decode()
    stamp = signed.split(".")[1]
    assert to_timestamp(from_timestamp(stamp)) == stamp


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("2026-01-01T00:00:00Z", 1_767_225_600.0),
        ("2026-01-01T01:00:00+01:00", 1_767_225_600.0),
        ("soon", None),
        ("", None),
        (5, None),
        (None, None),
    ],
)
def test_iso_times(value: Json, seconds: float | None) -> None:
    assert from_iso(value) == seconds
