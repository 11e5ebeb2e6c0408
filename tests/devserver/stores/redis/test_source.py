"""Pages of a SCAN end where they should, and lose no key when the table is resized."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.stores.querying.sources import Search
from session_inspector.devserver.stores.redis.source import (
    ScanPosition,
    ScanSource,
    digest_of,
    parse_position,
)


class Table:
    """Buckets of keys, as SCAN gives them: whole ones, until COUNT is reached."""

    def __init__(self, buckets: list[list[str]]) -> None:
        self.buckets = buckets
        self.reads: list[int] = []

    async def scan(self, pattern: int, position: int, count: int) -> tuple[int, Sequence[str]]:
        keys: list[str] = []
        while position < len(self.buckets) and len(keys) < count:
            keys += self.buckets[position]
            position += 1
        return position % len(self.buckets), keys

    async def read(self, pattern: int, keys: Sequence[str]) -> Sequence[tuple[str, str]]:
        self.reads.append(len(keys))
        return [(key, key) for key in keys]


def source_of(table: Table, patterns: int = 1) -> ScanSource[str]:
    return ScanSource(table.scan, table.read, patterns, "", is_filtered=False)


async def pages_of(table: Table, size: int) -> list[list[str]]:
    pages: list[list[str]] = []
    position: str | None = None
    while True:
        search = Search(source_of(table), lambda key: True, position)
        await search.fill(size)
        pages.append(search.rows)
        position = search.position
        if position is None:
            return pages


KEYS = [f"key{number}" for number in range(500)]


async def test_a_page_ends_within_a_bucket_and_the_next_goes_on_there() -> None:
    table = Table([KEYS[:7], KEYS[7:9], [], KEYS[9:500]])
    pages = await pages_of(table, 3)
    assert [len(page) for page in pages[:-1]] == [3] * (len(pages) - 1)
    assert sorted(key for page in pages for key in page) == sorted(KEYS)


async def test_only_what_a_page_shows_is_read() -> None:
    table = Table([KEYS])
    search = Search(source_of(table), lambda key: True, None)
    await search.fill(3)
    assert table.reads == [3]


async def test_a_table_that_is_resized_between_two_pages_loses_no_key() -> None:
    before = Table([KEYS[:250], KEYS[250:]])
    first = Search(source_of(before), lambda key: True, None)
    await first.fill(20)
    smaller = Table([KEYS[number : number + 10] for number in range(0, 500, 10)])
    rest = Search(source_of(smaller), lambda key: True, first.position)
    await rest.fill(1000)
    assert {*first.rows, *rest.rows} == set(KEYS)


async def test_one_pattern_follows_another() -> None:
    table = Table([KEYS[:5]])
    search = Search(source_of(table, patterns=2), lambda key: True, None)
    await search.fill(100)
    assert len(search.rows) == 10


@pytest.mark.parametrize("text", ["", "1", "0:x:0:0:", "0:1:2:3", "0:-1:0:0:", "0:١:0:0:"])
def test_a_position_of_another_form_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="--after"):
        parse_position(text)


def test_a_position_is_read_as_it_was_written_and_shows_no_key() -> None:
    place = ScanPosition(1, 2**63, 100, 5, digest_of("session:secret"))
    assert parse_position(place.to_text()) == place
    assert "secret" not in place.to_text()
