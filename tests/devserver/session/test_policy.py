"""Lifetimes at their boundaries, and for any numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from session_inspector.devserver.core.errors import SealError
from session_inspector.devserver.core.values import Json
from session_inspector.devserver.session.policy import (
    Policy,
    ceiling_from_claim,
    epoch,
    is_past_ceiling,
    remaining_life,
)

NOW = 1_760_000_000
MOMENTS = st.integers(0, 4_000_000_000)
DURATIONS = st.integers(0, 10_000_000)


@pytest.mark.parametrize(
    ("age", "max_age"),
    [(0, 86_400), (172_800, 86_400), (172_801, 86_399), (259_199, 1), (259_200, 0), (259_201, 0)],
)
def test_the_earlier_duration_counts(age: int, max_age: int) -> None:
    assert Policy().max_age(NOW - age, NOW) == max_age


def test_not_rolling_restarts_the_absolute_window() -> None:
    assert Policy(rolling=False).max_age(NOW - 200_000, NOW) == 259_200


@pytest.mark.parametrize("created", [None, "1760000000", True, float("nan"), []])
def test_a_missing_creation_time_is_over(created: object) -> None:
    assert Policy().max_age(created, NOW) == 0  # type: ignore[arg-type]  # junk on purpose


@given(MOMENTS, MOMENTS, DURATIONS, DURATIONS)
def test_no_session_outlives_either_duration(
    created: int, now: int, absolute: int, inactivity: int
) -> None:
    age = Policy(absolute=absolute, inactivity=inactivity).max_age(created, now)
    assert 0 <= age <= inactivity
    assert age == 0 or now + age <= created + absolute


@pytest.mark.parametrize(("left", "is_past"), [(31, False), (30, True), (0, True), (-5, True)])
def test_the_ceiling_has_thirty_seconds_of_leeway(left: int, is_past: bool) -> None:
    assert is_past_ceiling({"internal": {"sessionExpiresAt": NOW + left}}, NOW) is is_past


@pytest.mark.parametrize(
    ("claim", "kept"),
    [
        (NOW, NOW),
        (0, None),
        (-1, None),
        (10_000_000_000, None),
        ("2030-01-01", None),
        (None, None),
        (True, None),
        (float("inf"), None),
    ],
)
def test_a_ceiling_claim_counts_only_as_seconds(claim: object, kept: int | None) -> None:
    assert ceiling_from_claim(claim) == kept  # type: ignore[arg-type]  # junk on purpose


def test_seconds_are_truncated() -> None:
    assert (epoch(1.999), epoch(-1.5)) == (1, -1)


@pytest.mark.parametrize(
    ("created", "ours", "sdk"),
    [
        (NOW, 86_400, 86_400),
        (NOW - 200_000, 59_200, 59_200),
        (str(NOW), 0, 86_400),
        ("yesterday", 0, 0),
        (None, 0, 0),
        ([NOW], 0, 86_400),
        ({}, 0, 0),
        (True, 0, 0),
    ],
)
def test_what_is_no_number_is_over_and_counts_as_in_javascript_in_compat_mode(
    created: Json, ours: float, sdk: float
) -> None:
    session: dict[str, Json] = {"internal": {"createdAt": created}}
    assert remaining_life(session, Policy(), NOW) == ours
    assert remaining_life(session, Policy(), NOW, compat=True) == sdk


def test_a_session_without_internal_is_over_and_an_error_in_compat_mode() -> None:
    assert remaining_life({}, Policy(), NOW) == 0
    with pytest.raises(SealError, match="reading 'createdAt'"):
        remaining_life({}, Policy(), NOW, compat=True)
