"""A value is found however deep it is, and its place is named as people write it."""

from __future__ import annotations

import tomllib

from session_inspector.devserver.core.json.trees import find_member
from session_inspector.devserver.core.numbers import is_endless


def test_the_place_is_named() -> None:
    tree = {"a": 1.0, "users": [{"sub": "x"}, {"age": float("inf")}]}
    assert find_member(tree, is_endless) == "users[1].age"
    assert find_member([[1], [float("nan")]], is_endless) == "[1][0]"
    assert find_member(float("inf"), is_endless) == "it"


def test_without_such_a_value_there_is_no_place() -> None:
    assert not find_member({"a": [1, 2.5, "nan", None, True], "b": {}}, is_endless)


def test_dotted_keys_are_followed_to_their_end() -> None:
    tree = tomllib.loads(f"{'a.' * 3_000}a = inf")
    assert find_member(tree, is_endless) == ".".join(["a"] * 3_001)
