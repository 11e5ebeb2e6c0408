"""What stores read in a session's data, and when a touch lets it end."""

from __future__ import annotations

import pytest

from session_inspector.devserver.core.values import Json, JsonObject
from session_inspector.devserver.stores.base import Match
from session_inspector.devserver.stores.session_data import (
    FARTHEST,
    is_meant,
    read_created_at,
    read_issuer,
    read_sub,
    roll_end,
)
from tests.contracts.store import NOW, session


@pytest.mark.parametrize("data", [{}, {"user": None}, {"user": []}, {"user": {"sub": 1}}])
def test_a_session_without_a_user_has_no_sub(data: JsonObject) -> None:
    assert read_sub(data) is None


def test_who_it_is_and_who_issued_it() -> None:
    data = session("alice", issuer="https://one/")
    assert (read_sub(data), read_issuer(data)) == ("alice", "https://one/")
    assert read_issuer(session("alice")) is None


@pytest.mark.parametrize(
    ("created", "found"),
    [(5, 5), (0.5, 0.5), (1e300, FARTHEST), (-1e300, -FARTHEST), (True, None), ("5", None)],
)
def test_the_moment_of_creation_is_a_number_that_engines_hold(
    created: Json, found: float | None
) -> None:
    assert read_created_at({"internal": {"createdAt": created}}) == found


def test_a_match_without_sid_and_sub_means_nobody() -> None:
    assert not is_meant(Match(), {})
    assert not is_meant(Match(iss="https://one/"), session(issuer="https://one/"))


def test_an_issuer_counts_only_where_both_name_one() -> None:
    assert is_meant(Match(sid="s", iss="https://one/"), session())
    assert is_meant(Match(sid="s"), session(issuer="https://one/"))
    assert not is_meant(Match(sid="s", iss="https://two/"), session(issuer="https://one/"))


@pytest.mark.parametrize(
    ("inactivity", "absolute", "ends"),
    [(100, 1000, NOW + 100), (100, 50, NOW + 50), (100, -1, NOW)],
)
def test_a_touch_is_cut_by_the_absolute_end_and_never_in_the_past(
    inactivity: float, absolute: float, ends: float
) -> None:
    assert roll_end(session(), NOW, inactivity, absolute) == ends


def test_a_session_that_was_never_created_ends_now() -> None:
    assert roll_end({}, NOW, 100, 1000) == NOW
