"""What orders the rows of a SQLite table, and that a page is read without the rest."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.stores.base import Store
from session_inspector.devserver.stores.querying.conditions import Conditions
from session_inspector.devserver.stores.querying.filters import parse_filter
from session_inspector.devserver.stores.querying.opening import open_source
from session_inspector.devserver.stores.querying.sources import Search
from session_inspector.devserver.stores.querying.sql_source import Clause, SqlSource
from session_inspector.devserver.stores.sqlite.source import find_order
from session_inspector.devserver.stores.sqlite.store import SqliteStore
from tests.contracts.window import NOW, WindowContract, fill

TABLES = {
    "keyed": "CREATE TABLE t (id TEXT PRIMARY KEY, data)",
    "plain": "CREATE TABLE t (id TEXT, data)",
    "numbered": "CREATE TABLE t (n INTEGER PRIMARY KEY, id TEXT)",
    "without": "CREATE TABLE t (id TEXT PRIMARY KEY, data) WITHOUT ROWID",
    "two": "CREATE TABLE t (id TEXT, data TEXT, UNIQUE (id, data))",
}


class Database:
    """A database in memory, and what it was asked."""

    def __init__(self, *statements: str) -> None:
        self.db = sqlite3.connect(":memory:")
        for statement in statements:
            self.db.execute(statement)

    async def fetch(self, sql: str, values: Sequence[object]) -> Sequence[Sequence[object]]:
        return self.db.execute(sql, tuple(values)).fetchall()

    def explain(self, sql: str) -> str:
        return " ".join(row[3] for row in self.db.execute(f"EXPLAIN QUERY PLAN {sql}"))


@pytest.mark.parametrize(
    ("table", "is_filtered", "column"),
    [
        ("keyed", False, '"id"'),
        ("keyed", True, "rowid"),
        ("plain", False, "rowid"),
        ("numbered", False, "rowid"),
        ("without", False, '"id"'),
        ("without", True, '"id"'),
        ("two", False, "rowid"),
    ],
)
async def test_rows_are_in_the_order_that_an_index_has(
    table: str, is_filtered: bool, column: str
) -> None:
    database = Database(TABLES[table])
    order = await find_order(database.fetch, "t", "id", is_filtered=is_filtered)
    assert order.column == column
    database.db.close()


@pytest.mark.parametrize("odd", ["x'ff00'", "NULL", "7"])
async def test_keys_that_are_no_texts_are_not_compared_with_texts(odd: str) -> None:
    made = "CREATE TABLE t (id PRIMARY KEY, data)"
    database = Database(made, f"INSERT INTO t VALUES ('a', 1), ({odd}, 2), ('b', 3)")
    order = await find_order(database.fetch, "t", "id", is_filtered=False)
    assert order.column == "rowid"
    database.db.close()


async def test_a_page_behind_any_place_needs_no_sort_and_no_look_at_the_rest() -> None:
    database = Database(
        "CREATE TABLE t (id TEXT PRIMARY KEY, data, e)", "CREATE INDEX ends ON t (e)"
    )
    asked: list[str] = []

    async def fetch(sql: str, values: Sequence[object]) -> Sequence[Sequence[object]]:
        asked.append(database.explain(sql.replace("?", "'5'")))
        return await database.fetch(sql, values)

    async def to_rows(found: Sequence[Sequence[object]]) -> Sequence[object]:
        return found

    wanted = Conditions(wanted=Clause(), due=Clause(), by_engine=[], here=[])
    due = Clause("e < ?", (5,))
    filtered = Conditions(wanted=due, due=due, by_engine=["expires"], here=[])
    for conditions in (wanted, filtered):
        order = await find_order(database.fetch, "t", "id", is_filtered=bool(conditions.by_engine))
        listed = order.list_rows("t", "id, data", conditions)
        source = SqlSource(fetch, to_rows, listed, "", "")
        await source.read("5", 10, lambda row: True)
    assert not [plan for plan in asked if "TEMP B-TREE FOR ORDER BY" in plan]
    assert not [plan for plan in asked if plan.startswith("SCAN")]
    database.db.close()


class TestWithoutRowNumbers(WindowContract):
    """The session's id is all that orders such a table."""

    @pytest.fixture
    def clock(self) -> ManualClock:
        return ManualClock(NOW)

    @pytest.fixture
    async def store(self, clock: ManualClock, tmp_path: Path) -> AsyncIterator[Store]:
        path = tmp_path / "app.db"
        with sqlite3.connect(path) as db:
            db.execute(
                "CREATE TABLE sessions (id TEXT PRIMARY KEY, data TEXT NOT NULL,"
                " expires_at TIMESTAMP NOT NULL) WITHOUT ROWID"
            )
        db.close()
        found = await SqliteStore.open(f"sqlite://{path}", clock, may_create=False)
        yield found
        await found.close()


async def test_ids_that_differ_late_are_still_found_again(tmp_path: Path) -> None:
    """A collation that ignores case orders texts in another way than we do."""
    path = tmp_path / "app.db"
    with sqlite3.connect(path) as db:
        db.execute(
            "CREATE TABLE sessions (id TEXT COLLATE NOCASE PRIMARY KEY, data TEXT NOT NULL,"
            " expires_at TIMESTAMP NOT NULL)"
        )
        for key in ("Ab", "aC", "ad", "B", "bb", "C"):
            db.execute("INSERT INTO sessions VALUES (?, '{}', 4000000000)", (key,))
    db.close()
    store = await SqliteStore.open(f"sqlite://{path}", ManualClock(NOW), may_create=False)
    source = await open_source(store, parse_filter(""), NOW)
    found: list[str] = []
    position: str | None = None
    while True:
        search = Search(source, lambda row: True, position)
        await search.fill(1)
        found += [key for key, _ in search.rows]
        if search.position is None:
            break
        position = await source.disclose(search.position)
        assert position is not None
    await store.close()
    assert found == ["Ab", "aC", "ad", "B", "bb", "C"]


async def test_few_rows_that_an_index_has_are_read_by_it(tmp_path: Path) -> None:
    store = await SqliteStore.open(f"sqlite://{tmp_path}/own.db", ManualClock(NOW), may_create=True)
    await fill(store, 40)
    source = await open_source(store, parse_filter("expires:<2m"), NOW)
    search = Search(source, lambda row: True, None)
    await search.fill(100)
    await store.close()
    assert search.looked == len(search.rows) == 2
