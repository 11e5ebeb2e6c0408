"""An estimate says how far it may be off."""

from __future__ import annotations

import random

import pytest

from session_inspector.devserver.stores.querying.estimates import (
    describe_about,
    estimate_by_windows,
    share_error,
)


@pytest.mark.parametrize(
    ("count", "error", "text"),
    [
        (0, None, "about 0"),
        (7, 0.0, "about 7 ± 1 %"),
        (1_234_567, 0.025, "about 1,230,000 ± 3 %"),
        (9_999_999, None, "about 10,000,000"),
    ],
)
def test_a_count_has_no_more_digits_than_it_means(
    count: int, error: float | None, text: str
) -> None:
    assert describe_about(count, error) == text


def test_95_of_100_samples_are_within_their_error() -> None:
    drawn = random.Random(1)  # a sample
    used = [drawn.random() < 0.3 for _ in range(100_000)]
    within = 0
    for _ in range(200):
        starts = [drawn.randrange(0, 100_000 - 100) for _ in range(50)]
        counts = [sum(used[start : start + 100]) for start in starts]
        found = estimate_by_windows(counts, 1_000)
        assert found is not None
        assert found.error is not None
        within += abs(found.count - sum(used)) <= found.count * found.error
    assert within >= 180


def test_of_one_window_nothing_follows() -> None:
    assert estimate_by_windows([3], 10) is None


def test_the_error_of_a_share_falls_with_the_sample() -> None:
    assert share_error(10, 10) == 0
    assert share_error(0, 0) == 0
    assert share_error(500, 1_000) == pytest.approx(0.062, abs=0.001)
    assert share_error(50_000, 100_000) < share_error(500, 1_000)
