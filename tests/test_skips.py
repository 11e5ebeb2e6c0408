"""Nothing is skipped in CI: a missing server, shell or package is a failure there."""

from __future__ import annotations

from typing import Literal

import pytest

from tests.skips import without_skips

CI = {"REQUIRE_BACKENDS": "1"}
SKIP = ("tests/test_x.py", 3, "Skipped: redis-server is not installed")
Outcome = Literal["passed", "failed", "skipped"]


def report(outcome: Outcome) -> pytest.TestReport:
    place = ("tests/test_x.py", 3, "test_x")
    return pytest.TestReport("tests/test_x.py::test_x", place, {}, outcome, SKIP, "call")


@pytest.mark.parametrize(
    ("environ", "outcome", "told"),
    [
        (CI, "skipped", "failed"),
        ({}, "skipped", "skipped"),
        ({"REQUIRE_BACKENDS": "0"}, "skipped", "skipped"),
        (CI, "passed", "passed"),
        (CI, "failed", "failed"),
    ],
)
def test_a_skip_is_a_failure_where_nothing_may_be_missing(
    environ: dict[str, str], outcome: Outcome, told: str
) -> None:
    assert without_skips(report(outcome), environ).outcome == told


def test_the_failure_says_what_is_missing() -> None:
    assert "redis-server is not installed" in without_skips(report("skipped"), CI).longreprtext


def test_an_expected_failure_is_no_skip() -> None:
    expected = report("skipped")
    expected.wasxfail = "its issue"
    assert without_skips(expected, CI).outcome == "skipped"
