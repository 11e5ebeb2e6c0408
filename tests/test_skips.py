"""Nothing is skipped in CI: a missing server, shell or package is a failure there."""

from __future__ import annotations

from typing import Literal

import pytest

from tests.skips import LIST, read_list, without_skips

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
    assert without_skips(report(outcome), environ, ()).outcome == told


def test_the_failure_says_what_is_missing() -> None:
    told = without_skips(report("skipped"), CI, ()).longreprtext
    assert "redis-server is not installed" in told


@pytest.mark.parametrize(
    ("listed", "told"),
    [
        ({"redis-server"}, "skipped"),
        ({"redis"}, "failed"),
        ({"other"}, "failed"),
        (set(), "failed"),
    ],
)
def test_only_what_is_listed_as_unavailable_may_be_missing(listed: set[str], told: str) -> None:
    assert without_skips(report("skipped"), CI, listed).outcome == told


def test_the_list_says_what_was_tried() -> None:
    assert read_list('unavailable = [{name = "a", tried = "npm"}]') == {"a": "npm"}
    with pytest.raises(ValueError, match="what was tried"):
        read_list('[[unavailable]]\nname = "a"')
    read_list(LIST.read_text())


def test_an_expected_failure_is_no_skip() -> None:
    expected = report("skipped")
    expected.wasxfail = "its issue"
    assert without_skips(expected, CI, ()).outcome == "skipped"
