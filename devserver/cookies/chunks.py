"""A value that is too long for one cookie, in pieces: `name__0`, `name__1`, …

`chunk_rules` has the names of chunks. Here are the SDK's rules of reading and writing (4.29 and
newer): up to 3500 bytes in one cookie; every write deletes the chunk names it does not use up to
index 4 at least, and as far as the request shows any.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from session_inspector.devserver.cookies.chunk_rules import NEXTJS_AUTH0, ChunkRule
from session_inspector.devserver.cookies.jar import CookieOptions, Jars, RequestJar
from session_inspector.devserver.cookies.js_patterns import match_chunks, sort_chunks
from session_inspector.devserver.core.values import Seconds

SWEEP = 5
"""Chunk names that every write accounts for, whether the request shows them or not."""
MOST_SWEPT = 1000
"""The first index that no write deletes."""


@dataclass(slots=True, kw_only=True)
class JoinedCookie:
    """The value of a cookie that may be in chunks."""

    value: str | None
    names: tuple[str, ...] = ()
    """The cookies it was read from, chunks in order."""
    gap: str = ""
    """Why chunks that are there were not joined; empty: none is missing."""


def chunk_indexes(
    jar: RequestJar, name: str, *, rule: ChunkRule = NEXTJS_AUTH0, is_regex: bool = False
) -> Mapping[str, float]:
    """Return {cookie name: index} of the chunks of a cookie, in the order of the header.

    `is_regex` finds what the SDK finds (`js_patterns`): of `my.session` also `myXsession__0`. A
    double holds any index, that of a hostile name of 5,000 digits too.
    """
    if is_regex:
        return match_chunks(jar.names(), name)
    return jar.find_chunks(name + rule.separator)


def read_chunked(
    jar: RequestJar, name: str, *, rule: ChunkRule = NEXTJS_AUTH0, is_regex: bool = False
) -> JoinedCookie:
    """Read a cookie: a non-empty one of the exact name wins over chunks."""
    whole = jar.get(name)
    if whole:
        return JoinedCookie(value=whole, names=(name,))
    found = chunk_indexes(jar, name, rule=rule, is_regex=is_regex)
    if not found:
        return JoinedCookie(value=None)
    names = tuple(found)
    if len(names) <= SWEEP and names == _chunk_names(name, 0, len(names)):
        # as browsers send them: nothing is to be sorted
        return JoinedCookie(value="".join([jar.get(key) or "" for key in names]), names=names)
    names = tuple(sort_chunks(found))
    expected = found[names[-1]] + 1
    if len(names) != expected:
        gap = f"Incomplete chunked cookie '{name}': Found {len(names)} chunks, expected"
        return JoinedCookie(value=None, names=names, gap=f"{gap} {expected:.0f}")
    return JoinedCookie(value="".join(jar.get(key) or "" for key in names), names=names)


def write_chunked(
    jars: Jars,
    value: str,
    options: CookieOptions,
    *,
    max_age: Seconds | None,
    now: Seconds,
    is_regex: bool = False,
) -> int:
    """Write a value as one cookie or as chunks, and delete what is left of earlier writes.

    The value is sealed: base64url and dots, which need no quoting. Returns the number of live
    cookies.
    """
    name = options.name
    end = _sweep_end(jars.request, name, is_regex)
    if len(value) <= NEXTJS_AUTH0.size:
        jars.set_all({name: value}, options, max_age=max_age, now=now)
        jars.expire(_chunk_names(name, 0, end), options)
        return 1
    size = NEXTJS_AUTH0.size
    count = -(-len(value) // size)
    named: dict[str, str] = {}
    for number, chunk in enumerate(_chunk_names(name, 0, count)):
        named[chunk] = value[number * size : (number + 1) * size]
    jars.set_all(named, options, max_age=max_age, now=now)
    jars.expire((*_chunk_names(name, count, max(end, count)), name), options)
    return count


def expire_chunked(jars: Jars, options: CookieOptions, *, is_regex: bool = False) -> None:
    """Delete a cookie and every chunk of it."""
    end = _sweep_end(jars.request, options.name, is_regex)
    jars.expire((options.name, *_chunk_names(options.name, 0, end)), options)


def _sweep_end(jar: RequestJar, name: str, is_regex: bool) -> int:
    end = SWEEP
    for index in chunk_indexes(jar, name, is_regex=is_regex).values():
        # a hostile index would make the server delete a billion names, and the SDK never end: no
        # browser keeps that many
        if end <= index < MOST_SWEPT:
            end = int(index) + 1
    return end


@lru_cache(maxsize=64)
def _chunk_names(name: str, start: int, end: int) -> tuple[str, ...]:
    return tuple(NEXTJS_AUTH0.chunk_name(name, index) for index in range(start, end))
