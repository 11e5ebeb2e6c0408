"""Durations, times and byte counts as people read them."""

from __future__ import annotations

import math

import pytest

from session_inspector.inspector.model.words.text import (
    age,
    clock_text,
    duration,
    moment,
    round_duration,
    safe,
    sentence,
    size,
    span,
    time_left,
)
from tests.inspector.sample import NOW


@pytest.mark.parametrize(
    ("seconds", "clock", "short"),
    [
        (0, "00:00:00", "0 s"),
        (59, "00:00:59", "59 s"),
        (86_399, "23:59:59", "23 h"),
        (86_400, "1 d 00:00:00", "1 d"),
        (-61, "-00:01:01", "61 s"),
        (129_600, "1 d 12:00:00", "36 h"),
    ],
)
def test_durations(seconds: int, clock: str, short: str) -> None:
    assert (duration(seconds), round_duration(seconds)) == (clock, short)


def test_what_is_over_has_no_negative_time_left() -> None:
    assert [time_left(seconds) for seconds in (82.4, 0.4, -0.4, -82)] == [
        "00:01:22",
        "00:00:00",
        "00:00:00",
        "over 00:01:22 ago",
    ]


def test_an_age_counts_up_without_changing_its_unit_for_a_second() -> None:
    ages = [age(seconds) for seconds in (-5, 0, 59, 60, 61, 119, 120, 3600, 7200, 172_800)]
    assert ages == ["0 s", "0 s", "59 s", "60 s", "61 s", "119 s", "2 min", "60 min", "2 h", "2 d"]


def test_moments_and_sizes() -> None:
    assert moment(NOW) == "2025-10-09 08:53:20 UTC"
    assert moment(1e300).endswith("(no date)")
    assert (clock_text(NOW + 0.1239), clock_text(float("nan"))) == ("08:53:20.123", "--:--:--.---")
    assert [size(n) for n in (0, 1023, 1024, 1024**2)] == ["0 B", "1023 B", "1.0 KB", "1.0 MB"]


def test_a_flood_of_combining_marks_is_counted() -> None:
    flood = "e" + "\u0301" * 5 + "x"
    assert safe(flood) == "e" + "\u0301" * 3 + "<+2 marks>x"
    assert safe("e" + "\u0301" * 4).endswith("<+1 marks>")
    assert safe("é\u0301") == "é\u0301"


def test_a_sentence_begins_with_a_capital() -> None:
    assert [sentence(text) for text in ("", "alice's Browser")] == ["", "Alice's Browser"]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (1_209_600, "14 d"),
        (86_400, "1 d"),
        (3600, "1 h"),
        (90 * 60, "90 min"),
        (90, "90 s"),
        (0.5, "0.5 s"),
        (0, "0 s"),
        (100_000, "1 d 03:46:40"),
        (-60, "-1 min"),
        (math.inf, "inf s"),
        (math.nan, "nan s"),
    ],
)
def test_a_span_is_exact(seconds: float, text: str) -> None:
    assert span(seconds) == text
