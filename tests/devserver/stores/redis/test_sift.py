"""What cannot fit by its bytes, or by its key's end, is not read and parsed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from session_inspector.devserver.stores.querying.filters import parse_filter
from session_inspector.devserver.stores.redis.sift import KeySift

NOW = 1_000.0
VALUES: Mapping[str, bytes] = {
    "zoe": b'{"user":"ZOE"}',
    "bob": b'{"user":"bob"}',
    "token": b'{"id_token":"eyJ"}',
    "large": b'{"user":"zoe"}' + b" " * 5000,
    "inner": b'{"user":"bob","cookie":{"sameSite":null}}',
}
ENDS: Mapping[str, float | None] = {
    "zoe": NOW + 30,
    "bob": NOW + 3000,
    "token": None,
    "large": NOW,
    "inner": NOW + 3000,
}


class Asked:
    """A server, and what it was asked for."""

    def __init__(self) -> None:
        self.values: list[str] = []
        self.ends: list[str] = []

    async def read_values(self, keys: Sequence[str]) -> Sequence[bytes | None]:
        self.values += keys
        return [VALUES.get(key) for key in keys]

    async def read_ends(self, keys: Sequence[str]) -> Sequence[float | None]:
        self.ends += keys
        return [ENDS[key] for key in keys]


def sift_of(asked: Asked, words: str, *marks: bytes) -> KeySift:
    return KeySift(
        wanted=parse_filter(words),
        now=NOW,
        read_values=asked.read_values,
        read_ends=asked.read_ends,
        also=(b"id_token",),
        marks=marks,
    )


@pytest.mark.parametrize(
    ("words", "chosen", "values", "ends"),
    [
        ("", "zoe bob token large inner", 0, 0),
        ("user:zoe", "zoe token large", 5, 0),
        ("-user:zoe", "zoe bob token large inner", 0, 0),
        ("size:>4k", "large", 5, 0),
        ("size:<4k", "zoe bob token large inner", 0, 0),
        ("expires:<1m", "zoe", 0, 5),
        ("user:zoe expires:>1s", "zoe", 5, 3),
        ("user:bob expires:>10m", "bob inner", 5, 3),
    ],
)
async def test_each_key_is_asked_for_no_more_than_it_takes(
    words: str, chosen: str, values: int, ends: int
) -> None:
    asked = Asked()
    found = await sift_of(asked, words).choose(list(VALUES))
    assert list(found) == chosen.split()
    assert (len(asked.values), len(asked.ends)) == (values, ends)


async def test_a_row_that_may_end_earlier_inside_is_read() -> None:
    asked = Asked()
    found = await sift_of(asked, "expires:<1m", b"samesite").choose(list(VALUES))
    assert list(found) == ["zoe", "inner"]


async def test_a_key_that_has_gone_is_none() -> None:
    assert list(await sift_of(Asked(), "user:zoe").choose(["gone"])) == []
    assert list(await sift_of(Asked(), "user:zoe").choose([])) == []
