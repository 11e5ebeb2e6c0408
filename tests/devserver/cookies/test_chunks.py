"""Whatever was written is read back, nothing is left behind, and hostile names do no harm."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from session_inspector.devserver.cookies.chunk_rules import NEXTJS_AUTH0
from session_inspector.devserver.cookies.chunks import (
    expire_chunked,
    read_chunked,
    write_chunked,
)
from session_inspector.devserver.cookies.jar import CookieOptions, Jars, RequestJar
from session_inspector.devserver.cookies.set_cookie import parse_set_cookie

OPTIONS = CookieOptions()
NAMES = st.text("abcXYZ_.-0123456789", min_size=1, max_size=12)


def written(size: int, jars: Jars) -> int:
    return write_chunked(jars, "v" * size, OPTIONS, max_age=60, now=0.0)


def browser(jars: Jars) -> dict[str, str]:
    """Return what a browser holds after the response, starting from what it sent."""
    found = [parse_set_cookie(line) for line in jars.response.lines()]
    return {cookie.name: cookie.value for cookie in found if not cookie.is_deletion}


@pytest.mark.parametrize(
    ("size", "count"), [(0, 1), (1, 1), (3500, 1), (3501, 2), (7000, 2), (7001, 3)]
)
def test_chunks_begin_at_one_byte_too_many(size: int, count: int) -> None:
    jars = Jars()
    assert written(size, jars) == len(browser(jars)) == count
    assert all(len(value) <= NEXTJS_AUTH0.size for value in browser(jars).values())


@given(st.integers(0, 40_000), st.integers(0, 40_000))
def test_a_rewrite_of_any_size_leaves_no_orphan(first: int, second: int) -> None:
    jars = Jars()
    written(first, jars)
    again = Jars(request=RequestJar(browser(jars).items()))
    held = dict(again.request.items())
    written(second, again)
    for cookie in map(parse_set_cookie, again.response.lines()):
        held.pop(cookie.name, None)
        if not cookie.is_deletion:
            held[cookie.name] = cookie.value
    assert read_chunked(RequestJar(held.items()), "__session").value in ("v" * second, None)
    assert sum(map(len, held.values())) == second


@given(st.dictionaries(NAMES, st.text(max_size=5), max_size=8))
def test_expiring_removes_every_chunk_and_nothing_else(others: dict[str, str]) -> None:
    jars = Jars(request=RequestJar(others.items()))
    jars.request.set("__session__7", "x")
    expire_chunked(jars, OPTIONS)
    kept = {name for name in others if not name.startswith("__session")}
    assert set(jars.request.names()) == kept


def test_a_gap_is_told_and_not_joined() -> None:
    jar = RequestJar([("__session__0", "a"), ("__session__2", "c")])
    found = read_chunked(jar, "__session")
    assert found.value is None
    assert found.gap == "Incomplete chunked cookie '__session': Found 2 chunks, expected 3"


def test_the_name_is_a_text_unless_the_original_is_asked_for() -> None:
    jar = RequestJar([("myXsession__0", "hostile")])
    assert read_chunked(jar, "my.session").value is None
    assert read_chunked(jar, "my.session", is_regex=True).value == "hostile"


def test_a_huge_index_makes_no_million_deletions() -> None:
    jars = Jars(request=RequestJar([("__session__999999999", "x")]))
    written(10, jars)
    assert len(jars.response) < 20
