"""What lists of other frameworks' rows must do; `ManyRowsContract` inherits it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Protocol

import pytest

from session_inspector.devserver.attach.layouts import find_layout, foreign_row
from session_inspector.devserver.attach.row_content import ForeignRow
from session_inspector.devserver.attach.rows.opening import open_reader
from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.decoders.base import Material
from session_inspector.devserver.decoders.subject import find_subject
from session_inspector.devserver.stores.mongodb import source as mongo_source
from session_inspector.devserver.stores.querying import sql_source
from session_inspector.devserver.stores.querying.filters import RowFacts, parse_filter
from session_inspector.devserver.stores.querying.opening import MappedSource
from session_inspector.devserver.stores.querying.sources import Search

NOW = 1_760_000_000.0


class ListedApp(Protocol):
    """The app whose rows they are."""

    url: str
    layout: str

    async def put(self, key: str, ends: float) -> None:
        """Write a session as the app's own package does."""
        ...


def name_of(number: int) -> str:
    return hashlib.sha256(str(number).encode()).hexdigest()[:32]


class RawWindowContract:
    """Subclasses provide the fixture `app`, with no rows."""

    async def test_pages_of_rows_bring_each_once_and_name_none(self, app: ListedApp) -> None:
        names = [name_of(number) for number in range(17)]
        for name in names:
            await app.put(name, NOW + 3600)
        pages, told = await list_rows(app, "", 5)
        listed = [row.key for page in pages for row in page]
        assert sorted(key[-32:] for key in listed) == sorted(names)
        assert [len(page) for page in pages[:3]] == [5, 5, 5]
        assert not [name for name in names if any(name[:12] in text for text in told)]

    async def test_it_says_about_how_many_rows_there_are(self, app: ListedApp) -> None:
        for number in range(9):
            await app.put(name_of(number), NOW + 3600)
        reader = await open_reader(app.url, ManualClock(NOW))
        found = await reader.estimate(find_layout(app.layout).places)
        await reader.close()
        if found is not None and found.error is not None:
            assert found.count == 9

    @pytest.mark.parametrize("words", ["user:zo", "-user:zo", "expires:<10m", "expires:>10m"])
    async def test_an_engine_leaves_out_no_row_that_fits(
        self, app: ListedApp, words: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for module in (sql_source, mongo_source):
            monkeypatch.setattr(module, "PORTION", 4)
            monkeypatch.setattr(module, "BATCH", 3)
        for number in range(15):
            await app.put(name_of(number), NOW + 90 * number + 45)
        every, _ = await list_rows(app, "", 100)
        wanted = parse_filter(words)
        fitting = [row.key for row in every[0] if wanted.keeps(facts_of(row))]
        pages, _ = await list_rows(app, words, 3)
        assert sorted(row.key for page in pages for row in page) == sorted(fitting)


def facts_of(row: ForeignRow) -> RowFacts:
    left = None
    if row.expires is not None and row.expires > NOW:
        left = row.expires - NOW
    return RowFacts(user=find_subject(row.content.data), left=left, size=row.size)


async def list_rows(
    app: ListedApp, words: str, size: int
) -> tuple[list[Sequence[ForeignRow]], list[str]]:
    """Return all pages, and what was told of where they go on."""
    reader = await open_reader(app.url, ManualClock(NOW))
    layout = find_layout(app.layout)
    wanted = parse_filter(words)
    material = Material(cookies={}, now=NOW)
    try:
        raw = await reader.open_source(layout.places, layout.texts, wanted, NOW)
        source = MappedSource(raw, lambda row: foreign_row(row, layout, material))
        pages: list[Sequence[ForeignRow]] = []
        told: list[str] = []
        position: str | None = None
        while True:
            search = Search(source, lambda row: wanted.keeps(facts_of(row)), position)
            await search.fill(size)
            pages.append(search.rows)
            if search.position is None:
                return pages, told
            position = await source.disclose(search.position)
            assert position is not None
            told.append(position)
    finally:
        await reader.close()
