"""Chunks are joined in numeric order, gaps are described, and a value is cut as it was joined."""

from __future__ import annotations

import pytest

from session_inspector.devserver.cookies.chunk_rules import (
    AUTH0_PYTHON,
    AUTHJS,
    FULL,
    LITESTAR,
    NEXTJS_AUTH0,
    ChunkRule,
)
from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.decoders.base import Decoded
from session_inspector.devserver.decoders.bundles import (
    Bundle,
    are_one_value,
    bundles,
    open_bundle,
    split_value,
    whole_first,
)

HEADED = ChunkRule(separator="C", size=4, first=1, head="chunks-")


def chunked(cookies: dict[str, str], *rules: ChunkRule) -> list[Bundle]:
    return [bundle for bundle in bundles(cookies, *rules) if bundle.parts]


def test_chunks_are_joined_by_number_not_by_place() -> None:
    cookies = {f"s.{number}": chr(97 + number) for number in (10, 2, *range(2), *range(3, 10))}
    (found,) = chunked(cookies, AUTHJS)
    assert (found.name, found.value, found.gap) == ("s", "abcdefghijk", "")


@pytest.mark.parametrize(
    ("sizes", "is_row"),
    [((9, 9), False), ((FULL - 1, 9), False), ((FULL, 9), True), ((9,), True)],
)
def test_numbered_cookies_without_the_first_are_chunks_if_all_but_the_last_are_full(
    sizes: tuple[int, ...], is_row: bool
) -> None:
    """`app-1` and `app-2`, both short, are two cookies; of one alone only its value tells."""
    cookies = {f"app-{number}": "v" * size for number, size in enumerate(sizes, 1)}
    assert bool(chunked(cookies, LITESTAR)) is is_row


def test_sizes_count_percent_encoded() -> None:
    assert chunked({"app.1": "é" * 530, "app.2": "é"}, AUTHJS)


def test_a_gap_names_what_is_missing() -> None:
    (found,) = chunked({"_a0_session_1": "b" * FULL, "_a0_session_3": "d"}, AUTH0_PYTHON)
    assert found.gap == (
        "_a0_session_0 is missing, before _a0_session_1, the first that is here; _a0_session_2 is"
        " missing between _a0_session_1 and _a0_session_3: the browser lost or evicted them"
    )


def test_a_first_chunk_that_is_missing_is_between_nothing() -> None:
    (found,) = chunked({"s.2": "c"}, AUTHJS)
    assert found.gap == (
        "s.0, s.1 are missing, before s.2, the first that is here: the browser lost or evicted them"
    )
    (far,) = chunked({"s.0": "a", "s.900": "z"}, AUTHJS)
    assert far.gap.startswith("s.1, s.2, s.3, s.4, s.5 and 894 more are missing between s.0 and")


def test_each_family_joins_only_its_own_chunks() -> None:
    cookies = {"s__0": "a", "s.0": "b", "s_0": "c"}
    rules = (NEXTJS_AUTH0, AUTHJS, AUTH0_PYTHON)
    values = {rule.separator: chunked(cookies, rule)[0].value for rule in rules}
    assert values == {"__": "a", ".": "b", "_": "c"}


def test_the_plain_cookie_is_read_before_chunks() -> None:
    cookies = {"s": "plain", "s__0": "a"}
    (found,) = chunked(cookies, NEXTJS_AUTH0)
    assert whole_first(found, cookies) == Bundle(name="s", value="plain", names=("s",))
    assert whole_first(found, {"s__0": "a"}) == found


def test_a_head_is_no_value_and_decides_how_many_chunks_count() -> None:
    cookies = {"s": "chunks-2", "sC1": "ab", "sC2": "cd", "sC3": "old"}
    (found,) = chunked(cookies, HEADED)
    assert (found.value, tuple(found.names)) == ("abcd", ("s", "sC1", "sC2"))
    assert tuple(found.chunk_names) == ("sC1", "sC2")
    assert whole_first(found, cookies) == found
    (short,) = chunked({"s": "chunks-2", "sC1": "ab"}, HEADED)
    assert short.gap.startswith("sC2 is missing, of 2 chunks")


@pytest.mark.parametrize(
    ("rule", "names", "value", "cookies"),
    [
        (NEXTJS_AUTH0, ["s__0", "s__1"], "v", {"s": "v"}),
        (AUTH0_PYTHON, ["s_0"], "v", {"s_0": "v"}),
        (AUTHJS, ["s"], "v" * 3934, {"s.0": "v" * 3933, "s.1": "v"}),
        (HEADED, ["s"], "abcdef", {"s": "chunks-2", "sC1": "abcd", "sC2": "ef"}),
    ],
)
def test_a_value_is_cut_by_the_rule_of_its_format(
    rule: ChunkRule, names: list[str], value: str, cookies: dict[str, str]
) -> None:
    assert split_value(names, value, rule) == cookies


def test_chunks_of_an_older_session_are_orphans() -> None:
    def work(value: str) -> Decoded:
        if value != "ab":
            raise DecodeError("does not open", code="tampered")
        return Decoded(format="f", cookies=("s",), payload={"user": "zoe"})

    (found,) = chunked({"s.0": "a", "s.1": "b", "s.2": "old"}, AUTHJS)
    with pytest.raises(DecodeError, match=r"s\.0, s\.1 opens alone; s\.2 is left over") as caught:
        open_bundle(found, work)
    assert (caught.value.code, caught.value.payload) == ("orphan_chunks", {"user": "zoe"})


@pytest.mark.parametrize(
    ("names", "others", "is_one"),
    [
        (("s",), ("s.0", "s.1"), True),
        (("s.0", "s.1"), ("s",), True),
        (("s.1", "s.2"), ("s.0", "s.1"), True),
        (("s",), ("t.0",), False),
        (("s",), ("s.1",), False),
        (("s.1",), ("s.2",), False),
    ],
)
def test_a_value_and_its_chunks_are_one(
    names: tuple[str, ...], others: tuple[str, ...], is_one: bool
) -> None:
    assert are_one_value(names, others, AUTHJS) is is_one
    assert are_one_value(names, others, None) is not set(names).isdisjoint(others)
