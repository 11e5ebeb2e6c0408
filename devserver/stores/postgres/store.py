"""Sessions in PostgreSQL, as the SDK's documented example lays them out.

    CREATE TABLE sessions (id TEXT PRIMARY KEY, data JSONB NOT NULL, expires_at TIMESTAMP NOT NULL)

`data` may be JSONB, JSON or TEXT, `expires_at` with or without a time zone (without: the server
reads it in the zone of the connection, as the app's own NOW() does; `?timezone=` names another):
types and zone are read when the table is opened. With the optional trigger (`?notify=create`, when
asked to create) writes of any process are heard of by LISTEN.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import asyncpg

from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.errors import InputError, StoreUnavailable
from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.stores.base import (
    NEVER_LIVE,
    ChangeFeed,
    KeyedRecord,
    Match,
    Page,
    Pruned,
    Record,
    SessionId,
    Store,
)
from session_inspector.devserver.stores.exact import Change, PutBack
from session_inspector.devserver.stores.feeds import SignFeed
from session_inspector.devserver.stores.paging import cut_page, iterate_rows
from session_inspector.devserver.stores.postgres.client import (
    SECONDS,
    Connections,
    StatementCount,
    keep_session,
    postgres_errors,
)
from session_inspector.devserver.stores.postgres.estimate import estimate_table
from session_inspector.devserver.stores.postgres.exact import ExactRows
from session_inspector.devserver.stores.postgres.notify import (
    NotifyFeed,
    channel_of,
    has_trigger,
    trigger_sql,
)
from session_inspector.devserver.stores.postgres.pruning import open_postgres_pruning
from session_inspector.devserver.stores.postgres.sign import TableSign
from session_inspector.devserver.stores.postgres.source import open_postgres_source
from session_inspector.devserver.stores.postgres.statements import (
    COLUMNS,
    END,
    TIME_ZONE,
    PostgresStatements,
    create_table,
)
from session_inspector.devserver.stores.postgres.table import (
    EMPTY_END,
    PostgresLocation,
    SessionTable,
    check_columns,
    parse_location,
    read_end,
)
from session_inspector.devserver.stores.pruning.portions import PruneRule, prune_all
from session_inspector.devserver.stores.rows import is_storable, to_record
from session_inspector.devserver.stores.session_data import (
    FARTHEST,
    is_meant,
    read_sub,
    roll_end,
)

CONNECTIONS = 10
PAGE = 500


class PostgresStore:
    """One table of a PostgreSQL database."""

    keeps_ended = True

    def __init__(
        self,
        pool: asyncpg.Pool,
        url: str,
        table: SessionTable,
        clock: Clock,
        count: StatementCount,
    ) -> None:
        self._db = Connections(pool)
        self.count_commands = partial(count.begin, pool)
        self._exact = ExactRows(self._db, table)
        self._url = url
        self._table = table
        self._sql = PostgresStatements(table)
        self._clock = clock
        self.prune_portions = open_postgres_pruning(self._db, self._sql, clock.now)
        self.layout = table.describe()
        columns = f"id, data, {END}"
        self.estimate_rows = partial(estimate_table, self._db.ask, table.name)
        self.open_source = open_postgres_source(self._db.ask, table, columns, _to_keyed_record)

    @classmethod
    async def open(cls, url: str, clock: Clock, *, may_create: bool) -> Store:
        """Connect to `postgresql://user:password@host:port/db[?table=[schema.]sessions]`.

        Raises: InputError for a bad URL or table; StoreUnavailable when it does not answer.
        """
        location = parse_location(url)
        count = StatementCount()
        pool = await _open_pool(location.dsn, count)
        try:
            types = await _read_columns(pool, location)
            if may_create:
                if types:
                    check_columns(location.table, types, url)  # before anything is made
                await _create_table(pool, location)
                types = await _read_columns(pool, location)
            with postgres_errors():
                time_zone = await pool.fetchval(TIME_ZONE)
            table = check_columns(location.table, types, url, time_zone)
        except (StoreUnavailable, InputError):
            await pool.close()
            raise
        return cls(pool, location.dsn, table, clock, count)

    async def read(self, key: SessionId) -> Record | None:
        """Return a live record."""
        if not is_storable(key):
            return None  # somebody's cookie: no row has such an id
        now = self._table.to_column(self._clock.now())
        rows = await self._db.fetch(self._sql.read, key, now)
        if not rows:
            return None
        return _to_record(rows[0])

    async def create(self, key: SessionId, record: Record) -> None:
        """Write a record, over one that is there."""
        text = self._table.to_data(record.data)
        ends = self._table.to_column(record.expires)
        await self._db.execute(self._sql.write, key, text, ends)

    async def update(self, key: SessionId, record: Record) -> bool:
        """Overwrite a live record in one statement; False when it is gone."""
        text = self._table.to_data(record.data)
        ends = self._table.to_column(record.expires)
        now = self._table.to_column(self._clock.now())
        return await self._db.execute(self._sql.update, key, text, ends, now) > 0

    async def touch(
        self, key: SessionId, *, inactivity: Seconds, absolute: Seconds
    ) -> Record | None:
        """Return a live record and move its end: one statement where the column is JSONB."""
        if not self._table.is_jsonb:
            return await self._read_and_roll(key, inactivity, absolute)
        now = self._clock.now()
        rows = await self._db.fetch(
            self._sql.touch,
            key,
            self._table.to_column(now),
            self._table.to_column(now + inactivity),
            min(absolute, FARTHEST),
        )
        if not rows:
            return None
        *row, is_whole = rows[0]
        if is_whole:
            return await self._read_and_roll(key, inactivity, absolute)
        return _to_record(row)

    async def _read_and_roll(
        self, key: SessionId, inactivity: Seconds, absolute: Seconds
    ) -> Record | None:
        """Touch in two statements, where the engine does not read createdAt."""
        now = self._clock.now()
        record = await self.read(key)
        if record is None:
            return None
        ends = roll_end(record.data, now, inactivity, absolute)
        moved = await self._db.execute(
            self._sql.move_end, key, self._table.to_column(ends), self._table.to_column(now)
        )
        if not moved:
            return None
        return Record(data=record.data, expires=ends)

    async def delete(self, key: SessionId) -> bool:
        """Delete a record; False when there was none."""
        return await self._db.execute(self._sql.delete, key) > 0

    async def take(self, key: SessionId, *, ended_by: Seconds | None = None) -> PutBack | None:
        """Delete a row with all its columns; None when there was none."""
        if ended_by is not None:
            return await self._exact.take_ended(key, ended_by)
        return await self._exact.take(key)

    async def change(self, key: SessionId, change: Change) -> PutBack | None:
        """Change a live row in place; None when it is gone."""
        return await self._exact.change(key, change, self._clock.now())

    async def delete_matching(self, match: Match) -> Sequence[SessionId]:
        """Delete what a logout token means; SQL finds candidates, `is_meant` decides."""
        rows = await self._find_candidates(self._sql.find_named, match.sid, match.sub)
        doomed = [key for key, record in rows if is_meant(match, record.data)]
        return [key for key in doomed if await self.delete(key)]

    async def find(self, sub: str) -> Sequence[KeyedRecord]:
        """Return the records of one user; reads the whole table."""
        rows = await self._find_candidates(self._sql.find_user, sub)
        return [(key, record) for key, record in rows if read_sub(record.data) == sub]

    async def _find_candidates(self, sql: str, *values: str | None) -> list[KeyedRecord]:
        """Return rows that may be meant: all, where a text may be no JSON and SQL would fail."""
        if not self._table.is_jsonb:
            return [row async for row in iterate_rows(self, PAGE)]
        values = tuple(value if is_storable(value or "") else None for value in values)
        return [_to_keyed_record(row) for row in await self._db.fetch(sql, *values)]

    async def prune(self, *, orphans: bool = False, dry_run: bool = False) -> Pruned:
        """Delete expired records, and with `orphans` those without an end."""
        rule = PruneRule(at=self._clock.now(), orphans=orphans, dry_run=dry_run)
        return await prune_all(self, rule)

    async def feed(self) -> ChangeFeed:
        """LISTEN when the trigger is there, else ask the server whether anybody wrote."""
        table = self._table.name
        with postgres_errors():
            if await has_trigger(self._db.pool, table):
                return await NotifyFeed.open(self._url, channel_of(table))
        sign = TableSign(self._db, self._sql)
        return SignFeed("polling transactions", sign.read)

    async def page(self, cursor: str | None = None, limit: int = 100) -> Page:
        """Return records by keyset, over the primary key."""
        found = await self._db.fetch(self._sql.page, cursor or "", limit + 1)
        return cut_page([_to_keyed_record(row) for row in found], limit)

    async def count(self) -> int:
        """Return how many records there are, expired ones too."""
        rows = await self._db.fetch(self._sql.count)
        return int(rows[0][0])

    async def drop(self) -> None:
        """Remove the table itself, rows and all; only `scratch.py` asks, for one of its own."""
        await self._db.execute_any(self._sql.drop)

    async def close(self) -> None:
        """Close the connections, waiting for none that hangs."""
        self._db.close()


async def _open_pool(dsn: str, count: StatementCount) -> asyncpg.Pool:
    """Return a pool; nothing is connected yet. Raises: InputError, StoreUnavailable."""
    with postgres_errors():
        try:
            return await asyncpg.create_pool(
                dsn,
                min_size=0,
                max_size=CONNECTIONS,
                timeout=SECONDS,
                command_timeout=SECONDS,
                init=count.prepare,
                reset=keep_session,
            )
        except (asyncpg.ClientConfigurationError, ValueError) as error:
            raise InputError(f"this is no PostgreSQL URL: {error}") from error


async def _read_columns(pool: asyncpg.Pool, location: PostgresLocation) -> dict[str, str]:
    """Return the types of a table's columns; none: no table. Raises: StoreUnavailable."""
    with postgres_errors():
        columns = await pool.fetch(COLUMNS, location.table)
    return {row["attname"]: row["kind"] for row in columns}


async def _create_table(pool: asyncpg.Pool, location: PostgresLocation) -> None:
    """Make the table and its index, and the trigger if it is wanted. Raises: StoreUnavailable."""
    statements = create_table(location.table)
    if location.has_trigger:
        statements += trigger_sql(location.table)
    with postgres_errors():
        for statement in statements:
            await pool.execute(statement)


def _to_keyed_record(row: Sequence[object]) -> KeyedRecord:
    key, *rest = row
    return SessionId(str(key)), _to_record(rest)


def _to_record(row: Sequence[object]) -> Record:
    text, expires = row
    record = to_record(text, read_end(expires))
    if record.expires == NEVER_LIVE and not record.note:
        return replace(record, note=EMPTY_END)
    return record
