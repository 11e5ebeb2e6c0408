"""What a browser answers is a stranger's JSON."""

from __future__ import annotations

import pytest

from session_inspector.devserver.attach.browser.answers import (
    as_object,
    number_in,
    object_in,
    objects_in,
    switch_in,
    text_in,
    texts_in,
)
from session_inspector.devserver.core.values import Json


@pytest.mark.parametrize("value", [None, 1, "a", True, [1], {"b": 1}])
def test_a_member_of_another_type_is_as_if_it_were_not_there(value: Json) -> None:
    found = {"a": value}
    assert text_in(found, "a") == ("a" if value == "a" else "")
    assert number_in(found, "a") == (1.0 if value == 1 and value is not True else None)
    assert switch_in(found, "a") is (value is True)
    assert object_in(found, "a") == (value if isinstance(value, dict) else {})
    assert (objects_in(found, "a"), texts_in(found, "a")) == ([], [])
    assert as_object(value) == object_in(found, "a")


def test_of_a_list_only_the_members_of_the_type_count() -> None:
    found: dict[str, Json] = {"a": [{"b": 1}, "c", 2]}
    assert (objects_in(found, "a"), texts_in(found, "a")) == ([{"b": 1}], ["c"])
