"""One number of a JSON text changes, and not a byte beside it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from session_inspector.devserver.stores.splice import splice_member

PATH = ("tokenSet", "expiresAt")


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ('{"tokenSet":{"expiresAt":1}}', '{"tokenSet":{"expiresAt":7}}'),
        (
            ' { "n": 1.0, "tokenSet" : {"expiresAt" : 1e3 } }\n',
            ' { "n": 1.0, "tokenSet" : {"expiresAt" : 7 } }\n',
        ),
        ('{"tokenSet":{}}', '{"tokenSet":{"expiresAt":7}}'),
        ('{"tokenSet":{"a":"\\u00e9"}}', '{"tokenSet":{"a":"\\u00e9","expiresAt":7}}'),
        ('{"tokenSet":{"expiresAt":[1,{"a":2}]}}', '{"tokenSet":{"expiresAt":7}}'),
        (
            '{"tokenSet":{"expiresAt":1},"tokenSet":{"expiresAt":2}}',
            '{"tokenSet":{"expiresAt":1},"tokenSet":{"expiresAt":7}}',
        ),
    ],
)
def test_only_the_member_changes(text: str, changed: str) -> None:
    assert splice_member(text, PATH, 7) == changed


@pytest.mark.parametrize(
    "text", ["", "no JSON", "[]", "{}", '{"tokenSet":1}', '{"tokenSet":{', "[" * 9000]
)
def test_what_has_no_such_object_is_left_alone(text: str) -> None:
    assert splice_member(text, PATH, 7) is None


@given(
    st.dictionaries(
        st.text(), st.recursive(st.none() | st.floats(allow_nan=False) | st.text(), st.lists)
    )
)
def test_any_object_is_as_if_it_had_been_parsed(more: dict[str, object]) -> None:
    whole = {**more, "tokenSet": {**more, "expiresAt": 1}}
    found = splice_member(json.dumps(whole), PATH, 7)
    assert found is not None
    assert json.loads(found) == {**whole, "tokenSet": {**more, "expiresAt": 7}}
