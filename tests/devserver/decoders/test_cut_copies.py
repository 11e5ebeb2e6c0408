"""What a value that lost its end may have been: one family's, or nobody's."""

from __future__ import annotations

import random
import string

import pytest

from session_inspector.devserver.decoders.base import Material
from session_inspector.devserver.decoders.cut_copies import complete, count_surplus, find_cut
from session_inspector.devserver.decoders.finding import ranking
from session_inspector.devserver.decoders.registry import examine_cookies, load_decoders
from tests.devserver.decoders.refused import code_of
from tests.vectors.test_strangers import TABLE

DECODERS = load_decoders()
ID = "wKv0T4nq2yX7bLmZ9sRcHdFg1JpQeU8a"


@pytest.mark.parametrize("kept", range(1, 43))
@pytest.mark.parametrize("name", ["connect.sid", "sid"])
@pytest.mark.parametrize("secrets", [(), ("keyboard cat",)])
def test_each_cut_of_an_express_cookie_is_damage(
    kept: int, name: str, secrets: tuple[str, ...]
) -> None:
    cookies = {name: f"s:{ID}.{'Ab3+/' * 9}"[: 35 + kept]}
    assert code_of(cookies, secrets) == "truncated"


@pytest.mark.parametrize(
    "value",
    [
        "s:dark.sig",
        "s:a text of some words.Ab3+/",
        f"{ID}.Ab3dEf9",
        "b616dnyqeJRd7Vtezb8bdtRtl3ikn03U3BiyqouRb4U.OAlyQ6vEag",
        "1760000000.abcdefghijkl",
    ],
)
def test_lengths_alone_are_nobodys(value: str) -> None:
    assert find_cut(DECODERS, {"x": value}) is None


def test_a_value_with_more_than_was_written_is_not_said_to_lack_something() -> None:
    whole = "eyJuIjoxLCJ1c2VyIjoiZ2lsIn0.aSrYQQ.1Yh3m4Z9q0sKx2vBnTgLwPdRfJc"
    said = []
    for value in (whole + "x", whole + "xyz", whole[:-3]):
        found = find_cut(DECODERS, {"session": value})
        assert found is not None
        said.append(str(found.attempts[0].error).partition(". ")[0])
    assert said == [
        "its end was cut, or has 1 character too many",
        "its end was cut, or has 3 characters too many",
        "it was cut: its end is missing",
    ]


@pytest.mark.parametrize("added", ["A", "xx", "A" * 8, "A" * 40, "; a=b"])
@pytest.mark.parametrize("name", ["connect.sid", "sid"])
def test_an_express_cookie_with_something_behind_it_has_too_much(name: str, added: str) -> None:
    found = find_cut(DECODERS, {name: f"s:{ID}.{'A' * 43}{added}"})
    assert found is not None
    (attempt,) = found.attempts
    assert attempt.family == "express-session"
    assert str(attempt.error).startswith(f"its end has {len(added)} character")


def test_no_cookie_of_a_stranger_is_a_cut_copy() -> None:
    for line in TABLE.read_text().splitlines():
        name, _, rest = line.partition("\t")
        cookies = {name: rest.partition("\t")[0]}
        if not ranking(DECODERS, cookies):
            assert find_cut(DECODERS, cookies) is None, line


def test_no_text_that_was_drawn_by_lot_is_a_cut_copy() -> None:
    lot = random.Random(1)
    letters = string.ascii_letters + string.digits
    for _ in range(150):
        sizes = [lot.choice([8, 16, 20, 27, 32, 36, 40, 43]) for _ in range(lot.randint(1, 4))]
        parts = ["".join(lot.choices(letters, k=size)) for size in sizes]
        cookies = {"x": lot.choice(".:|").join(parts)}
        if not ranking(DECODERS, cookies):
            assert find_cut(DECODERS, cookies) is None, cookies


def test_a_third_of_the_end_and_no_more_is_completed() -> None:
    sizes = {len(one) - 60 for one in complete("a" * 50 + "." + "b" * 9)}
    assert set(range(1, 9)) <= sizes
    assert max(sizes) <= 30


def test_a_whole_value_is_never_looked_at_for_a_lost_end() -> None:
    cookies = {"sid": f"s:{ID}.{'A' * 43}"}
    finding = examine_cookies(DECODERS, Material(cookies=cookies))
    assert finding.take().format == "express-session"


def test_a_few_characters_or_what_is_behind_a_signature_may_be_too_many() -> None:
    assert count_surplus("a" * 30 + "." + "b" * 45) == [1, 2, 3, 4, 5, 6, 7, 8, 13, 17, 18]
    assert count_surplus("a" * 30) == [1, 2, 3, 4, 5, 6]
    assert count_surplus("a" * 24) == []
