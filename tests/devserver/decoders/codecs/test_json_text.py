"""JSON of strangers: an object, or nothing."""

from __future__ import annotations

import pytest

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.json.reading import CUT
from session_inspector.devserver.decoders.codecs.json_text import (
    compact_json,
    object_member,
    parse_object,
    parse_readable,
    spaced_json,
)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "tampered"),
        (b"[]", "not_a_session"),
        (b"1", "not_a_session"),
        (b"{", "tampered"),
        (b"\xff{}", "tampered"),
        (b"[" * 100_000, "tampered"),
    ],
)
def test_what_is_no_object_is_none(raw: bytes, code: str) -> None:
    assert parse_object(raw) is None
    with pytest.raises(DecodeError) as caught:
        parse_readable(raw)
    assert caught.value.code == code


def test_a_member_that_is_no_object_is_empty() -> None:
    assert object_member({"a": {"b": 1}}, "a") == {"b": 1}
    assert (
        object_member({"a": [1]}, "a") == object_member({}, "a") == object_member(None, "a") == {}
    )


def test_it_is_written_without_spaces_and_in_utf8() -> None:
    assert compact_json({"a": ["é", 1]}) == '{"a":["é",1]}'.encode()
    assert compact_json("\ud800") == b'"?"'


@pytest.mark.parametrize("is_ascii", [False, True])
def test_what_was_not_read_whole_is_not_written(is_ascii: bool) -> None:
    with pytest.raises(DecodeError, match="nests deeper"):
        compact_json({"a": [CUT]}, is_ascii=is_ascii)
    assert compact_json({"a": "é"}, is_ascii=True) == b'{"a":"\\u00e9"}'


def test_spaced_json_is_written_as_json_dumps_does_and_refuses_what_was_cut() -> None:
    assert spaced_json({"a": [1, "ë"]}) == b'{"a": [1, "\\u00eb"]}'
    with pytest.raises(DecodeError) as caught:
        spaced_json({"a": CUT})
    assert caught.value.code == "not_sealable"
