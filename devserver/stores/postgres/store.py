"""Sessions in PostgreSQL, as the SDK's documented example lays them out.

    CREATE TABLE sessions (id TEXT PRIMARY KEY, data JSONB NOT NULL, expires_at TIMESTAMP NOT NULL)

`data` may be JSONB, JSON or TEXT, `expires_at` with or without a time zone (without: UTC): what
the table has is found out when it is opened. With the optional trigger (`?notify=create`, when
asked to create) writes of any process are heard of by LISTEN.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import asyncpg

from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.errors import InputError, StoreUnavailable
from session_inspector.devserver.core.values import JsonObject, Seconds
from session_inspector.devserver.stores.base import (
    ChangeFeed,
    Match,
    Page,
    Pruned,
    Record,
    SessionId,
    Store,
)
from session_inspector.devserver.stores.feeds import SignFeed
from session_inspector.devserver.stores.postgres.notify import (
    NotifyFeed,
    channel_of,
    has_trigger,
    trigger_sql,
)
from session_inspector.devserver.stores.rows import as_whole, from_text, from_whole, to_text
from session_inspector.devserver.stores.session_data import FARTHEST, is_meant, roll_end
from session_inspector.devserver.stores.tables import missing_table, table_of
from session_inspector.devserver.stores.timestamps import FAR, to_datetime, to_end

SCHEMA = (
    "CREATE TABLE IF NOT EXISTS {table} (id TEXT PRIMARY KEY, data JSONB NOT NULL,"
    " expires_at TIMESTAMP NOT NULL)",
    "CREATE INDEX IF NOT EXISTS {index}_expires_at ON {table} (expires_at)",
)
COLUMNS = (
    "SELECT attname, format_type(atttypid, NULL) AS kind FROM pg_attribute"
    " WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped"
)
# $1 id, $2 now, $3 now + inactivity, $4 absolute in seconds: the rule of `rolled`. LEAST and
# GREATEST keep a createdAt of any size within what a moment can be; a session that is kept whole
# as a text shows none, and is left as it is.
TOUCH = """
UPDATE {table} SET expires_at = CASE
  WHEN data ? '__json__' THEN expires_at
  WHEN jsonb_typeof(data->'internal'->'createdAt') = 'number' THEN
    GREATEST($2, LEAST($3, {kind} '1970-01-01 00:00:00+00' + make_interval(secs => $4 +
      GREATEST(-1e11, LEAST(1e11, (data->'internal'->>'createdAt')::numeric))::float8)))
  ELSE $2 END
WHERE id=$1 AND expires_at > $2 RETURNING data, expires_at, data ? '__json__'
"""
SECONDS = 5.0
DRIVER_ERRORS = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)
"""The last one: a connection that died between two messages."""
CONNECTIONS = 10
DATA = ("jsonb", "json", "text", "character varying")
TIMES = ("timestamp without time zone", "timestamp with time zone")


@dataclass(frozen=True, slots=True)
class Layout:
    """What the table's columns are."""

    table: str
    data: str
    expires_at: str

    def moment(self, seconds: float | None) -> datetime:
        """Return a moment as the column wants it; None: the far end."""
        found = to_datetime(FAR if seconds is None else seconds)
        return found if self.expires_at == TIMES[1] else found.replace(tzinfo=None)

    def text(self, data: JsonObject) -> str:
        """Return a session as the column takes it; JSONB holds no NUL and no lone surrogate."""
        found = to_text(data)
        is_whole = self.data == "jsonb" and ("\\u0000" in found or "\\ud" in found)
        return to_text(as_whole(data)) if is_whole else found


class PostgresStore:
    """One table of a PostgreSQL database."""

    def __init__(self, pool: asyncpg.Pool, url: str, layout: Layout, clock: Clock) -> None:
        self._pool = pool
        self._url = url
        self._layout = layout
        self._table = layout.table
        self._clock = clock
        self.layout = (
            f"table {layout.table} (id, data {layout.data}, expires_at {layout.expires_at})"
        )

    @classmethod
    async def open(cls, url: str, clock: Clock, *, may_create: bool) -> Store:
        """Connect to `postgresql://user:password@host:port/db[?table=[schema.]sessions]`.

        Raises: InputError for a bad URL or table; StoreUnavailable when it does not answer.
        """
        dsn, table, notify = _parsed(url)
        async with _errors():
            try:
                pool = await asyncpg.create_pool(
                    dsn, min_size=0, max_size=CONNECTIONS, timeout=SECONDS, command_timeout=SECONDS
                )
            except (asyncpg.ClientConfigurationError, ValueError) as error:
                raise InputError(f"this is no PostgreSQL URL: {error}") from error
        try:
            async with _errors():
                if may_create:
                    for line in (*SCHEMA, *(trigger_sql(table) if notify else ())):
                        await pool.execute(line.format(table=table, index=table.rpartition(".")[2]))
                rows = await pool.fetch(COLUMNS, table)
            layout = _layout(table, {row["attname"]: row["kind"] for row in rows}, url)
        except (StoreUnavailable, InputError):
            await pool.close()
            raise
        return cls(pool, dsn, layout, clock)

    async def read(self, key: SessionId) -> Record | None:
        """Return a live record."""
        sql = f"SELECT data, expires_at FROM {self._table} WHERE id=$1 AND expires_at > $2"
        rows = await self._rows(sql, key, self._now())
        return _record(rows[0]) if rows else None

    async def create(self, key: SessionId, record: Record) -> None:
        """Write a record, whether or not there is one."""
        sql = (
            f"INSERT INTO {self._table} (id, data, expires_at) VALUES ($1,$2,$3)"
            " ON CONFLICT (id) DO UPDATE SET data=EXCLUDED.data, expires_at=EXCLUDED.expires_at"
        )
        layout = self._layout
        await self._run(sql, key, layout.text(record.data), layout.moment(record.expires))

    async def update(self, key: SessionId, record: Record) -> bool:
        """Overwrite a live record in one statement; False when it is gone."""
        sql = f"UPDATE {self._table} SET data=$2, expires_at=$3 WHERE id=$1 AND expires_at > $4"
        text, ends = self._layout.text(record.data), self._layout.moment(record.expires)
        return await self._run(sql, key, text, ends, self._now()) > 0

    async def touch(
        self, key: SessionId, *, inactivity: Seconds, absolute: Seconds
    ) -> Record | None:
        """Return a live record and move its end: one statement where the column is JSONB."""
        now, moment = self._clock.now(), self._layout.moment
        if self._layout.data == "jsonb":
            sql = TOUCH.format(table=self._table, kind=self._layout.expires_at)
            ends, longest = moment(now + inactivity), min(absolute, FARTHEST)
            rows = await self._rows(sql, key, moment(now), ends, longest)
            if not rows or not rows[0][2]:
                return _record(rows[0][:2]) if rows else None
        record = await self.read(key)
        if record is None:
            return None
        last = roll_end(record.data, now, inactivity, absolute)
        sql = f"UPDATE {self._table} SET expires_at=$2 WHERE id=$1 AND expires_at > $3"
        is_there = await self._run(sql, key, moment(last), moment(now)) > 0
        return Record(data=record.data, expires=last) if is_there else None

    async def delete(self, key: SessionId) -> bool:
        """Delete a record; False when there was none."""
        return await self._run(f"DELETE FROM {self._table} WHERE id=$1", key) > 0

    async def delete_matching(self, match: Match) -> Sequence[SessionId]:
        """Delete what a logout token means; SQL finds candidates, belongs_to decides."""
        found = self._json()
        sql = (
            f"SELECT id, data FROM {self._table} WHERE {found}->'internal'->>'sid' = $1"
            f" OR {found}->'user'->>'sub' = $2 OR {found} ? '__json__'"
        )
        rows = await self._rows(sql, match.sid, match.sub)
        doomed = [SessionId(k) for k, text in rows if is_meant(match, _data(text))]
        return [key for key in doomed if await self.delete(key)]

    async def find(self, sub: str) -> Sequence[tuple[SessionId, Record]]:
        """Return the records of one user; reads the whole table."""
        sql = (
            f"SELECT id, data, expires_at FROM {self._table}"
            f" WHERE {self._json()}->'user'->>'sub' = $1 ORDER BY id"
        )
        return [(SessionId(key), _record(rest)) for key, *rest in await self._rows(sql, sub)]

    async def prune(self, *, orphans: bool = False, dry_run: bool = False) -> Pruned:
        """Delete expired records in one statement, and with `orphans` those without an end."""
        expired = await self._prune("expires_at <= $1", self._now(), dry_run=dry_run)
        far = self._layout.moment(None)
        endless = await self._prune("expires_at >= $1", far, dry_run=dry_run) if orphans else 0
        return Pruned(expired=expired, orphans=endless)

    async def feed(self) -> ChangeFeed:
        """LISTEN when the trigger is there, else look at the newest moments of expiry."""
        async with _errors():
            if await has_trigger(self._pool, self._table):
                return await NotifyFeed.open(self._url, channel_of(self._table))
        return SignFeed("polling expires_at twice a second", self._sign)

    async def page(self, cursor: str | None = None, limit: int = 100) -> Page:
        """Return records by keyset, over the primary key."""
        sql = f"SELECT id, data, expires_at FROM {self._table} WHERE id > $1 ORDER BY id LIMIT $2"
        rows = await self._rows(sql, cursor or "", limit + 1)
        kept = [(SessionId(key), _record(rest)) for key, *rest in rows[:limit]]
        return Page(rows=kept, cursor=kept[-1][0] if len(rows) > limit else None)

    async def count(self) -> int:
        """Return how many records there are, expired ones too."""
        return int((await self._rows(f"SELECT count(*) FROM {self._table}"))[0][0])

    async def drop(self) -> None:
        """Remove the table itself, rows and all; only `scratch.py` asks, for one of its own."""
        async with _errors():
            await self._pool.execute(f"DROP TABLE {self._table}")

    async def close(self) -> None:
        """Close the connections, waiting for none that hangs."""
        self._pool.terminate()

    async def _sign(self) -> object:
        """Return what any write moves: the newest ends, and how many live."""
        sql = f"SELECT count(*), max(expires_at), min(expires_at) FROM {self._table}"
        return tuple((await self._rows(sql))[0])

    async def _prune(self, rule: str, moment: datetime, *, dry_run: bool) -> int:
        if not dry_run:
            return await self._run(f"DELETE FROM {self._table} WHERE {rule}", moment)
        rows = await self._rows(f"SELECT count(*) FROM {self._table} WHERE {rule}", moment)
        return int(rows[0][0])

    def _json(self) -> str:
        return "data" if self._layout.data == "jsonb" else "data::jsonb"

    def _now(self) -> datetime:
        return self._layout.moment(self._clock.now())

    async def _rows(self, sql: str, *values: object) -> list[asyncpg.Record]:
        async with _errors():
            return list(await self._pool.fetch(sql, *values))

    async def _run(self, sql: str, *values: object) -> int:
        async with _errors():
            return int((await self._pool.execute(sql, *values)).rpartition(" ")[2])


@asynccontextmanager
async def _errors() -> AsyncIterator[None]:
    try:
        yield
    except (*DRIVER_ERRORS, OSError, TimeoutError) as error:
        text = str(error) or type(error).__name__
        raise StoreUnavailable(f"PostgreSQL: {text}") from error


def _record(row: Sequence[object]) -> Record:
    text, expires = row
    return Record(data=_data(text), expires=to_end(expires))


def _data(text: object) -> JsonObject:
    found = from_text(text) if isinstance(text, (str, bytes)) else None
    return from_whole(found or {})


def _layout(table: str, columns: dict[str, str], url: str) -> Layout:
    if not columns:
        raise missing_table(table, url.rpartition("@")[2])
    data, expires = columns.get("data", "missing"), columns.get("expires_at", "missing")
    if "id" not in columns or data not in DATA or expires not in TIMES:
        raise InputError(
            f"table {table} has id {columns.get('id', 'missing')}, data {data}, expires_at"
            f" {expires}; it must be (id TEXT, data JSONB or TEXT, expires_at TIMESTAMP)."
            " Fix: name another with ?table="
        )
    return Layout(table, data, expires)


def _parsed(url: str) -> tuple[str, str, bool]:
    """Return (DSN for the driver, table, whether the trigger is wanted)."""
    parts = urlsplit(url)
    own = {"table", "notify"}
    query = parse_qsl(parts.query)
    rest = urlencode([(name, value) for name, value in query if name not in own])
    dsn = urlunsplit(parts._replace(scheme="postgresql", query=rest))
    return dsn, table_of(parts.query), ("notify", "create") in query
