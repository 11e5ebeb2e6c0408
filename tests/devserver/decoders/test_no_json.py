"""What JSON has not is named, with its place; what looks like it and is JSON is not."""

from __future__ import annotations

import math

import pytest

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.decoders.base import Decoded
from session_inspector.devserver.decoders.codecs.json_text import parse_object
from session_inspector.devserver.decoders.evidence import NO_SECRET
from session_inspector.devserver.decoders.no_json import check_opened, check_row, describe_constant


def read(text: str) -> JsonObject:
    found = parse_object(text)
    assert found is not None
    return found


def opened(text: str, header: str = "{}") -> Decoded:
    return Decoded(format="F", cookies=("s",), payload=read(text), header=read(header))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('{"a":[{"b":NaN}]}', "holds NaN at a[0].b, which is no JSON"),
        ('{"a":Infinity}', "holds Infinity at a, which is no JSON"),
        ('{"a":-Infinity}', "holds -Infinity at a, which is no JSON"),
    ],
)
def test_it_is_named_with_its_place(text: str, found: str) -> None:
    assert describe_constant(read(text)) == found


@pytest.mark.parametrize(
    "text", ['{"a":1e400}', '{"a":-1e400}', f'{{"a":1{"0" * 5000}}}', '{"a":"NaN","NaN":null}']
)
def test_a_number_that_json_has_and_a_text_are_not(text: str) -> None:
    assert describe_constant(read(text)) == ""


def test_a_nan_of_another_codec_is_none_of_json() -> None:
    assert describe_constant({"a": math.nan, "b": math.inf}) == ""


def test_a_strict_reader_refuses_what_was_opened_and_what_is_not_verified() -> None:
    found = opened('{"a":NaN}')
    with pytest.raises(DecodeError, match="its framework refuses it") as refused:
        check_opened(found, "strict")
    assert (refused.value.code, refused.value.payload) == ("not_json", found.payload)
    unread = Decoded(format="F", cookies=("s",), payload=found.payload, unverified=NO_SECRET)
    with pytest.raises(DecodeError) as refused:
        check_opened(unread, "strict")
    assert refused.value.code == "tampered"


def test_a_header_counts_as_well() -> None:
    with pytest.raises(DecodeError, match=r"it holds NaN at header\.exp"):
        check_opened(opened("{}", '{"exp":NaN}'), "strict")


def test_a_lenient_reader_takes_it_and_of_an_unknown_one_that_is_said() -> None:
    found = opened('{"a":NaN}')
    assert check_opened(found, "lenient") is found
    assert check_opened(found, "").notes == (
        "it holds NaN at payload.a, which is no JSON: JSON.parse and most others refuse it,"
        " Python's json reads it",
    )
    plain = opened('{"a":1}')
    assert check_opened(plain, "strict") is plain


def test_a_row_is_refused_by_a_strict_reader_only() -> None:
    check_row(read('{"a":NaN}'), "lenient")
    check_row(read('{"a":NaN}'), "")
    check_row(read('{"a":1e400}'), "strict")
    with pytest.raises(DecodeError, match=r"^the row holds NaN at a, which is no JSON$"):
        check_row(read('{"a":NaN}'), "strict")
