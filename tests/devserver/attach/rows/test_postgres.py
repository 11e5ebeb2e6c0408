"""Rows of other frameworks in PostgreSQL: watched, and changed in the form they have."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import pytest

from session_inspector.devserver.attach.layouts import find_layout
from session_inspector.devserver.attach.rows.opening import open_writer
from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.errors import StoreUnavailable
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.values import fingerprint
from tests.contracts.raw_rows import (
    KEY,
    NOW,
    SESS,
    App,
    assert_an_outage_is_one_line,
    shelf_of,
    writer_of,
)
from tests.contracts.undone_rows import UndoneRowsContract
from tests.django_rows import signed_row
from tests.engines import PostgresServer
from tests.servers import free_port

PLACES = find_layout("connect-redis").places


class Table:
    """One table; PostgreSQL reads an end with the connection's time zone, as the apps do."""

    columns = "sid varchar PRIMARY KEY, sess json NOT NULL, expire timestamp(6) NOT NULL"
    layout = "connect-redis"
    name = "session"
    key = "sid"
    expires = "expire"

    def __init__(self, url: str) -> None:
        self.url = url

    async def make(self) -> None:
        tables = "session, sessions, django_session"
        await self.sql(f"DROP TABLE IF EXISTS {tables}")
        await self.sql(f"CREATE TABLE {self.name} ({self.columns}, extra text DEFAULT 'kept')")

    async def sql(self, statement: str, *values: object) -> list[tuple[object, ...]]:
        connection = await asyncpg.connect(self.url)
        try:
            return [tuple(row) for row in await connection.fetch(statement, *values)]
        finally:
            await connection.close()

    def data(self) -> str:
        return json.dumps(SESS)

    async def delete(self, key: str) -> None:
        await self.sql(f"DELETE FROM {self.name} WHERE {self.key} = $1", key)

    async def put(self, key: str, ends: float) -> None:
        """Write as connect-pg-simple 10 does (its `set`)."""
        await self.sql(
            f"INSERT INTO {self.name} VALUES ($1, $2, to_timestamp($3)) ON CONFLICT ({self.key})"
            f" DO UPDATE SET {self.expires} = to_timestamp($3)",
            key,
            self.data(),
            ends,
        )

    async def stored(self, key: str) -> object:
        rows = await self.sql(f"SELECT * FROM {self.name} WHERE {self.key} = $1", key)
        return rows[0] if rows else None

    async def ends(self, key: str) -> float | None:
        statement = f"SELECT {self.expires}::timestamptz FROM {self.name} WHERE {self.key} = $1"
        ((found,),) = await self.sql(statement, key)
        assert isinstance(found, datetime)
        return found.timestamp()


class DjangoTable(Table):
    """As Django's migration makes it."""

    columns = (
        "session_key varchar(40) PRIMARY KEY, session_data text NOT NULL,"
        " expire_date timestamp with time zone NOT NULL"
    )
    layout = "django"
    name = "django_session"
    key = "session_key"
    expires = "expire_date"

    def data(self) -> str:
        return signed_row("zoë", "a secret")


class AuthjsTable(Table):
    """As @auth/pg-adapter's schema has it."""

    columns = '"sessionToken" varchar(255) PRIMARY KEY, "userId" text NOT NULL, expires timestamptz'
    layout = "authjs"
    name = "sessions"
    key = '"sessionToken"'
    expires = "expires"

    def data(self) -> str:
        return "zoë"


class TestConnectPgSimple(UndoneRowsContract):
    table: type[Table] = Table

    @pytest.fixture
    async def app(self, postgres_server: PostgresServer) -> App:
        found = self.table(postgres_server.url)
        await found.make()
        return found

    async def test_what_the_app_writes_meanwhile_is_kept(self, app: App) -> None:
        await app.put(KEY, NOW + 3600)
        assert isinstance(app, Table)
        other = await asyncpg.connect(app.url)
        write = other.transaction()
        await write.start()
        await other.execute(f"UPDATE {app.name} SET extra = 'new', {app.expires} = now()")
        async with writer_of(app) as writer:
            places = find_layout(app.layout).places
            ending = asyncio.ensure_future(writer.end(places, KEY, NOW - 1, lambda value: None))
            waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
            while not await other.fetchval(waiting):
                assert not ending.done()
            await write.commit()
            assert await ending
        await other.close()
        assert "new" in str(await app.stored(KEY))
        assert await app.ends(KEY) == NOW - 1


class TestDjango(TestConnectPgSimple):
    table = DjangoTable


class TestAuthjs(TestConnectPgSimple):
    table = AuthjsTable


class TestElsewhere(TestConnectPgSimple):
    """connect-pg-simple's column has no time zone: what is in it is the database's local time."""

    @pytest.fixture
    async def app(self, postgres_server: PostgresServer) -> AsyncIterator[App]:
        found = Table(postgres_server.url)
        await found.make()
        await found.sql("ALTER DATABASE postgres SET timezone = 'America/New_York'")
        yield found
        await found.sql("ALTER DATABASE postgres RESET timezone")

    async def test_the_end_is_local_time(self, app: App) -> None:
        await app.put(KEY, NOW)
        assert isinstance(app, Table)
        ((found,),) = await app.sql("SELECT expire FROM session")
        assert found == datetime.fromtimestamp(NOW - 4 * 3600, UTC).replace(tzinfo=None)


async def test_the_end_inside_a_row_is_moved_too(postgres_server: PostgresServer) -> None:
    app = Table(postgres_server.url)
    events: list[Event] = []
    await app.make()
    await app.put(KEY, NOW + 3600)
    async with shelf_of(app, ManualClock(NOW), events) as shelf:
        await shelf.expire(fingerprint(KEY), "absolute", cause="c1")
    ((text,),) = await app.sql("SELECT sess::text FROM session")
    cookie = {"originalMaxAge": 3_600_000, "expires": "2025-10-09T08:53:19.000Z"}
    assert json.loads(str(text)) == {**SESS, "cookie": cookie}


async def test_a_server_that_goes_is_one_line_and_comes_back(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    server = PostgresServer(Path(tmp_path_factory.mktemp("going")))
    app = Table(server.url)
    await app.make()
    await app.put(KEY, NOW + 3600)
    try:
        await assert_an_outage_is_one_line(app, server, "PostgreSQL")
    finally:
        server.kill()


async def test_nobody_there_is_one_line() -> None:
    url = f"postgresql://postgres@127.0.0.1:{free_port()}/postgres"
    with pytest.raises(StoreUnavailable, match=r"^PostgreSQL: [^\n]+$"):
        await open_writer(url, ManualClock(NOW))


async def test_a_role_that_may_only_read_is_one_line(postgres_server: PostgresServer) -> None:
    app = Table(postgres_server.url)
    await app.make()
    await app.put(KEY, NOW + 3600)
    await app.sql("DROP ROLE IF EXISTS reader")
    await app.sql("CREATE ROLE reader LOGIN")
    await app.sql("GRANT SELECT ON session TO reader")
    app.url = app.url.replace("postgres@", "reader@")
    async with writer_of(app) as writer:
        with pytest.raises(StoreUnavailable, match=r"^PostgreSQL: permission denied for table"):
            await writer.remove(PLACES, KEY)
    assert await app.stored(KEY) is not None
