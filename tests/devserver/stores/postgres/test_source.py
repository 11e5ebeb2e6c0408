"""What orders the rows of a PostgreSQL table: its key where an index has it, whatever its type."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.stores.base import Store
from session_inspector.devserver.stores.postgres.client import number_marks
from session_inspector.devserver.stores.postgres.source import choose_order
from session_inspector.devserver.stores.postgres.store import PostgresStore
from tests.contracts.window import NOW, WindowContract
from tests.devserver.stores.postgres.test_store import sql
from tests.engines import PostgresServer


@pytest.mark.parametrize(
    ("indexes", "key_type", "column", "kind"),
    [
        ([("sid", "text", True)], "text", "sid", "text"),
        ([("sid", "uuid", True)], "uuid", "sid", "uuid"),
        ([("expires", "timestamp", False), ("id", "integer", True)], "text", "id", "number"),
        ([("sid", "text", False)], "text", "sid", "text"),
        ([], "bytea", "sid::text", "text"),
    ],
)
def test_rows_are_in_the_order_of_a_unique_column(
    indexes: list[tuple[str, str, bool]], key_type: str, column: str, kind: str
) -> None:
    order = choose_order(indexes, "sid", key_type, str)
    assert (order.column, order.kind) == (column, kind)


def test_values_are_numbered_as_postgresql_has_them() -> None:
    assert number_marks("a > ? AND b = ANY (?)") == "a > $1 AND b = ANY ($2)"


class OfATable(WindowContract):
    """A table as an app has made it."""

    made = ""

    @pytest.fixture
    def clock(self) -> ManualClock:
        return ManualClock(NOW)

    @pytest.fixture
    async def store(
        self, clock: ManualClock, postgres_server: PostgresServer
    ) -> AsyncIterator[Store]:
        await sql(postgres_server, "DROP TABLE IF EXISTS sessions", self.made, "SELECT 1")
        found = await PostgresStore.open(postgres_server.url, clock, may_create=False)
        yield found
        await found.close()


class TestATextColumn(OfATable):
    made = (
        "CREATE TABLE sessions (id varchar(64) PRIMARY KEY, data text, expires_at timestamptz);"
        " CREATE INDEX ON sessions (expires_at)"
    )


class TestNoIndex(OfATable):
    made = "CREATE TABLE sessions (id text UNIQUE, data json, expires_at timestamp)"


class TestANumberBesideTheKey(OfATable):
    made = (
        "CREATE TABLE sessions (n serial PRIMARY KEY, id text NOT NULL UNIQUE, data jsonb,"
        " expires_at timestamp)"
    )


class TestUuids(OfATable):
    """Ids of 32 digits are uuids to PostgreSQL."""

    made = "CREATE TABLE sessions (id uuid PRIMARY KEY, data jsonb, expires_at timestamp)"
