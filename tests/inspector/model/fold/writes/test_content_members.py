"""What two writes are compared by: members by path, entries of lists by what they hold."""

from __future__ import annotations

from session_inspector.devserver.core.values import Shown, ShownObject
from session_inspector.inspector.model.fold.writes.content_members import (
    LONGEST,
    name_members,
    read_members,
)


def test_members_are_flat_by_path_without_bookkeeping() -> None:
    data: ShownObject = {
        "user": {"sub": "u", "roles": {"admin": True}},
        "cart": "1",
        "internal": {"sid": "s"},
        "exp": 5,
    }
    assert read_members(data) == {"user.sub": "u", "user.roles.admin": True, "cart": "1"}


def test_an_entry_of_a_list_is_one_wherever_it_stands_and_as_often_as_it_is_there() -> None:
    assert read_members({"a": ["x", "y"]}) == read_members({"a": ["y", "x"]})
    once = read_members({"a": ["x"]})
    twice = read_members({"a": ["x", "x"]})
    assert len(twice) == 2
    assert once.items() < twice.items()
    assert read_members({"a": [{"n": 1, "m": 2}]}) == read_members({"a": [{"m": 2, "n": 1}]})


def test_what_is_empty_is_no_member() -> None:
    assert read_members({"cart": {}, "items": [], "deep": {"er": {}}, "zero": 0}) == {"zero": 0}


def test_what_is_very_long_or_deep_is_one_member() -> None:
    long: list[Shown] = list(range(LONGEST + 1))
    assert read_members({"all": long}) == {"all": long}
    deep: Shown = "bottom"
    for _ in range(60):
        deep = {"a": deep}
    (path,) = read_members({"a": deep})
    assert path == ".".join("a" * 8)


def test_members_are_named_once_and_four_at_most() -> None:
    paths = [*read_members({"z": ["x", "y"]}), *"dcba"]
    assert name_members(paths) == "a, b, c, d"
    assert name_members(paths[:3]) == "d, an entry of z"
