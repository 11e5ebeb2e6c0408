"""Chunks of a cookie that are missing, left over, or sent beside the whole cookie."""

from __future__ import annotations

import pytest

from session_inspector.devserver.cookies.chunk_rules import (
    AUTHJS,
    FULL,
    LITESTAR,
    NEXTJS_AUTH0,
    ChunkRule,
)
from session_inspector.devserver.core.events.base import CookieSeen
from session_inspector.inspector.model.facts.chunks import find_chunk_problems, find_written_chunks


def problems(*names: str, written: str = "", **heads: str) -> list[tuple[str, str]]:
    """`written`: names that the last response set; heads by the names of the cookies."""
    cookies = [CookieSeen(name=name, size=1) for name in names]
    cookies += [CookieSeen(name=name, size=8, head=head) for name, head in heads.items()]
    known = find_written_chunks(dict.fromkeys(written.split(), 1))
    return [(kind, text) for kind, text in find_chunk_problems(cookies, known)]


@pytest.mark.parametrize(
    "names", [(), ("s",), ("s__0",), ("s__0", "s__1"), ("s.0", "s.1"), ("s__1234", "a__b")]
)
def test_whole_cookies_and_all_chunks_are_fine(names: tuple[str, ...]) -> None:
    assert problems(*names) == []


def test_each_missing_chunk_is_named() -> None:
    text = "s__0, s__2 is not sent, s__3 is"
    assert problems("s__1", "s__3") == [("missing chunk", text)]


@pytest.mark.parametrize("name", ["app-1", "app.1", "app_1", "app__1", "app__2", "app_chunk_2"])
def test_a_short_cookie_alone_whose_name_ends_in_a_number_is_no_chunk(name: str) -> None:
    """A chunk that has lost all before it could be so, too: nothing proves it."""
    assert problems(name) == []


@pytest.mark.parametrize("rule", [NEXTJS_AUTH0, AUTHJS, LITESTAR])
def test_one_that_is_full_or_that_was_set_with_others_is(rule: ChunkRule) -> None:
    first, second = (rule.chunk_name("s", number) for number in (0, 1))
    text = f"{first} is not sent, {second} is"
    full = [CookieSeen(name=second, size=FULL)]
    assert find_chunk_problems(full, {}) == [("missing chunk", text)]
    written = {"s": frozenset({first, second})}
    short = [CookieSeen(name=second, size=9)]
    found = find_chunk_problems(short, written)
    assert found == ([("missing chunk", text)] if not rule.names else [])


def test_a_cookie_beside_its_chunks_is_mixed() -> None:
    assert problems("s", "s__1", "s__0") == [("mixed chunks", "s and s__0, s__1 are both sent")]


def test_a_chunk_that_the_last_write_did_not_set_is_an_orphan() -> None:
    assert problems("s__0", "s__1", written="s__0") == [("orphan chunk", "s__1 is left over")]
    assert problems("s__0", "s__1") == [], "nothing was seen of how they were set"
    assert problems("s__0", "s__1", written="s__0 s__1") == []
    assert problems("s__0", "s__1", written="sx__0") == [], "another cookie's write"
    assert problems("_a0_session_0", "_a0_session_1", written="_a0_session_0") == [
        ("orphan chunk", "_a0_session_1 is left over")
    ]


ASPNET = ".AspNetCore.Cookies"


@pytest.mark.parametrize(
    ("base", "head", "separator"),
    [(ASPNET, "chunks-2", "C"), ("mine", "chunks-2", "C"), ("h3", "__chunked__2", ".")],
)
def test_a_head_says_which_chunks_must_be_there(base: str, head: str, separator: str) -> None:
    first, second, third = (f"{base}{separator}{number}" for number in (1, 2, 3))
    assert problems(first, second, **{base: head}) == []
    text = f"{second} is not sent, {base} announces 2"
    assert problems(first, **{base: head}) == [("missing chunk", text)]
    both = f"{first}, {second} is not sent, {base} announces 2"
    assert problems(**{base: head}) == [("missing chunk", both)]
    assert problems(first, second, third, **{base: head}) == [
        ("orphan chunk", f"{third} is left over")
    ]


def test_chunks_of_asp_net_without_their_head() -> None:
    text = f"{ASPNET} is not sent, {ASPNET}C1 is"
    assert problems(f"{ASPNET}C1") == [("missing chunk", text)]
    assert problems(ASPNET, f"{ASPNET}C1") == [("orphan chunk", f"{ASPNET}C1 is left over")]
    assert problems("ABC1", "ABC3") == [], "a letter and a number are no evidence"
