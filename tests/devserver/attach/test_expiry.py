"""The end inside a row is moved, and nothing else of it."""

from __future__ import annotations

import json

import pytest

from session_inspector.devserver.attach.expiry import end_content


@pytest.mark.parametrize(
    ("layout", "row", "after"),
    [
        (
            "connect-redis",
            {"header": {"iat": 1, "exp": 9}, "data": {"x": 1}},
            {"header": {"iat": 1, "exp": 5}, "data": {"x": 1}},
        ),
        (
            "starsessions",
            {"__metadata__": {"created": 4, "lifetime": 3}, "a": "é"},
            {"__metadata__": {"created": 2, "lifetime": 3}, "a": "é"},
        ),
        (
            "spring-session",
            {"lastAccessedTime": "9000", "maxInactiveInterval": "2", "sessionAttr:a": "b"},
            {"lastAccessedTime": "3000", "maxInactiveInterval": "2", "sessionAttr:a": "b"},
        ),
        (
            "authjs",
            {"userId": "1", "expires": "2099-01-01T00:00:00.000Z"},
            {"userId": "1", "expires": "1970-01-01T00:00:05.000Z"},
        ),
    ],
)
def test_the_end_inside_a_row_is_moved_and_nothing_else(
    layout: str, row: dict[str, object], after: dict[str, object]
) -> None:
    changed = end_content(layout, json.dumps(row).encode(), 5.0)
    assert changed is not None
    assert json.loads(changed) == after


@pytest.mark.parametrize(
    ("layout", "before", "after"),
    [
        (
            "connect-redis",
            b'{ "n":1e400, "x":1.0, "s":"\\u00e9", "cookie":{"expires":"2099", "a": 1} }',
            b'{ "n":1e400, "x":1.0, "s":"\\u00e9",'
            b' "cookie":{"expires":"1970-01-01T00:00:05.000Z", "a": 1} }',
        ),
        (
            "connect-redis",
            b'{"header":{"exp":9e9},"big":123456789012345678901234567890}',
            b'{"header":{"exp":5},"big":123456789012345678901234567890}',
        ),
        (
            "starsessions",
            b'{"__metadata__":{"lifetime":3,"created":4.5},"b":[1, 2],"b":NaN}',
            b'{"__metadata__":{"lifetime":3,"created":2},"b":[1, 2],"b":NaN}',
        ),
        ("authjs", b'{"a":-0, "expires":"x"}', b'{"a":-0, "expires":"1970-01-01T00:00:05.000Z"}'),
        (
            "better-auth",
            b'{"session": {"expiresAt":"x", "n":1e2}}',
            b'{"session": {"expiresAt":"1970-01-01T00:00:05.000Z", "n":1e2}}',
        ),
    ],
)
def test_every_other_byte_stays(layout: str, before: bytes, after: bytes) -> None:
    assert end_content(layout, before, 5.0) == after


def test_a_row_without_an_end_of_its_own_keeps_its_bytes() -> None:
    assert end_content("flask-session", b"\x81\xa1a\x01", 5.0) is None
    assert end_content("connect-redis", b'{"cookie":{"expires":null}}', 5.0) is None
