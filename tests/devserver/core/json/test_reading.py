"""What a stranger's JSON can be, and that reading it never harms who reads."""

from __future__ import annotations

import json
import math

import pytest

from session_inspector.devserver.core.json.reading import (
    CUT,
    DEEPEST,
    is_cut,
    read_json,
    read_json_quickly,
)
from session_inspector.devserver.core.json.writing import strict_json


def nested(depth: int, inner: str = "1", *, name: str = "a") -> str:
    return f'{{"{name}":' * depth + inner + "}" * depth


def test_what_is_nested_as_deep_as_is_read_stays_whole() -> None:
    text = nested(DEEPEST)
    assert read_json(text) == json.loads(text)
    assert not is_cut(text)


@pytest.mark.parametrize("depth", [DEEPEST + 1, 330, 5_000, 200_000])
def test_what_is_nested_deeper_is_one_text(depth: int) -> None:
    text = f'{{"before": 1, "deep": {nested(depth - 1)}, "after": [2]}}'
    found = read_json(text)
    assert isinstance(found, dict)
    assert (found["before"], found["after"]) == (1, [2])
    assert CUT in json.dumps(found, ensure_ascii=False)
    assert is_cut(text)


def test_brackets_inside_texts_are_no_levels() -> None:
    value = {"a": "[" * 1000 + '\\"{' * 500, "b": ["]"]}
    assert read_json(json.dumps(value)) == value
    assert not is_cut(json.dumps(value))


@pytest.mark.parametrize("text", ["[" * 5_000, "[" * 300 + "]" * 5, '{"a":' * 900, "]" * 400])
def test_brackets_that_nobody_closes_are_no_json(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_json(text)


@pytest.mark.parametrize("text", ["1e400", "Infinity", "9" * 4_301, "9" * 5_000])
def test_a_number_beyond_a_double_is_infinite_as_in_javascript(text: str) -> None:
    assert read_json(text) == math.inf


@pytest.mark.parametrize("digits", [19, 300, 309, 400, 4_300])
def test_an_integer_is_read_as_it_is_written(digits: int) -> None:
    for number in (10**digits - 1, 1 - 10**digits):
        assert read_json(strict_json({"n": number})) == {"n": number}


def test_nan_is_the_same_in_each_reading() -> None:
    text = '{"a": [NaN, -Infinity]}'
    assert read_json(text) == read_json(text)


@pytest.mark.parametrize("raw", [b"\xff\xfe\xfd", b"{\xc3", b"\x00", b""])
def test_bytes_that_are_no_text_are_no_json(raw: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_json(raw)


def test_utf_16_is_read_as_the_standard_library_does() -> None:
    assert read_json('{"a": "é"}'.encode("utf-16")) == {"a": "é"}


@pytest.mark.parametrize(
    "text",
    [
        '{"method": "Network.x", "params": {"n": 1.5e3, "é": null, "t": [true, -7, "\\u00e9"]}}',
        '{"half": "\\ud800"}',
        '{"n": [Infinity, -Infinity]}',
        '{"a": 1, "a": 2}',
        "[9223372036854775807, 0, -1]",
        nested(DEEPEST),
        nested(DEEPEST + 1),
        nested(5_000),
        json.dumps([[]] * 1_000),
        '"[[[[{"',
        " 7 ",
    ],
)
def test_what_is_read_quickly_is_the_same(text: str) -> None:
    assert read_json_quickly(text.encode("utf-8", "surrogatepass")) == read_json(text)


@pytest.mark.parametrize("raw", [b"", b"{", b"[1,]", b"{'a': 1}", b"\xff", b"[" * 5_000])
def test_what_is_no_json_is_refused_as_well(raw: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_json_quickly(raw)
