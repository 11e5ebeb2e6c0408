"""Sessions in a SQLite file: WAL, mode 0600, one writer that commits in groups.

    CREATE TABLE sessions (id TEXT PRIMARY KEY, data TEXT NOT NULL, expires_at TIMESTAMP NOT NULL)

Writes that wait at the same moment share one commit (97k/s at 16 in flight, one by one 21k/s);
reads have a connection of their own. `expires_at` is read and written as the rows there have it
(text, ISO, seconds or milliseconds; all UTC); an empty table gets text.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import unquote
from uuid import uuid4

from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.errors import InputError, StoreUnavailable
from session_inspector.devserver.core.values import Seconds
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
from session_inspector.devserver.stores.rows import from_text, to_text
from session_inspector.devserver.stores.session_data import is_meant, roll_end
from session_inspector.devserver.stores.sqlite.group_commit import GroupConnection
from session_inspector.devserver.stores.tables import missing_table, table_of
from session_inspector.devserver.stores.timestamps import FAR, Timestamps, detect_form, to_end

SCHEMA = (
    "CREATE TABLE IF NOT EXISTS {table} (id TEXT PRIMARY KEY, data TEXT NOT NULL,"
    " expires_at TIMESTAMP NOT NULL)",
    "CREATE INDEX IF NOT EXISTS {table}_expires_at ON {table} (expires_at)",
)
PRAGMAS = ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=NORMAL")


class SqliteStore:
    """One table of a SQLite database."""

    def __init__(
        self,
        reader: GroupConnection,
        writer: GroupConnection,
        table: str,
        moments: Timestamps,
        clock: Clock,
    ) -> None:
        self._reader, self._writer = reader, writer
        self._table = table
        self._moments = moments
        self._clock = clock
        self.layout = f"table {table} (id, data, expires_at as {moments.form})"

    @classmethod
    async def open(cls, url: str, clock: Clock, *, may_create: bool) -> Store:
        """Open `sqlite:///FILE[?table=NAME]` or `sqlite://:memory:`.

        `may_create` makes the file (0600, its folder 0700) and the table; without it both must be
        there. Raises: InputError for a bad URL or a missing table; StoreUnavailable when it cannot
        be opened.
        """
        path, table = _parsed(url)
        uri = _uri(path, may_create)
        writer, reader = GroupConnection(commits=True), GroupConnection(commits=False)
        try:
            if path != ":memory:" and may_create:
                _make_private(Path(path))
            schema = [line.format(table=table) for line in SCHEMA] if may_create else []
            await writer.open(uri, *(PRAGMAS if may_create else ()), *schema)
            # a shared cache locks whole tables, and waits for nobody: reads see what is there
            await reader.open(uri, *(("PRAGMA read_uncommitted=1",) if path == ":memory:" else ()))
            rows = await reader.rows(f"SELECT id, data, expires_at FROM {table} LIMIT 1", ())
        except (sqlite3.Error, OSError) as error:
            await writer.close()
            await reader.close()
            if "no such table" in str(error):
                raise missing_table(table, url) from error
            raise StoreUnavailable(f"{url}: {error}") from error
        return cls(
            reader, writer, table, Timestamps(detect_form(rows[0][2] if rows else None)), clock
        )

    async def read(self, key: SessionId) -> Record | None:
        """Return a live record."""
        rows = await self._rows(f"SELECT data, expires_at FROM {self._table} WHERE id=?", (key,))
        record = _record(rows[0]) if rows else None
        is_live = record and (record.expires is None or record.expires > self._clock.now())
        return record if is_live else None

    async def create(self, key: SessionId, record: Record) -> None:
        """Write a record, whether or not there is one."""
        sql = f"INSERT OR REPLACE INTO {self._table} (id, data, expires_at) VALUES (?,?,?)"
        await self._write(sql, (key, to_text(record.data), self._moments.encode(record.expires)))

    async def update(self, key: SessionId, record: Record) -> bool:
        """Overwrite a live record in one statement; False when it is gone."""
        sql = (
            f"UPDATE {self._table} SET data=?, expires_at=?"
            " WHERE id=? AND (expires_at IS NULL OR expires_at > ?)"
        )
        ends, now = self._moments.encode(record.expires), self._moments.encode(self._clock.now())
        return await self._write(sql, (to_text(record.data), ends, key, now)) > 0

    async def touch(
        self, key: SessionId, *, inactivity: Seconds, absolute: Seconds
    ) -> Record | None:
        """Return a live record and move its end, in one trip to the writer's thread."""
        now, table, moments = self._clock.now(), self._table, self._moments

        def touched(db: sqlite3.Connection) -> Record | None:
            sql = f"SELECT data, expires_at FROM {table} WHERE id=?"
            row = db.execute(sql, (key,)).fetchone()
            record = _record(row) if row else None
            if record is None or (record.expires is not None and record.expires <= now):
                return None
            ends = roll_end(record.data, now, inactivity, absolute)
            db.execute(f"UPDATE {table} SET expires_at=? WHERE id=?", (moments.encode(ends), key))
            return Record(data=record.data, expires=ends)

        async with _errors():
            return await self._writer.do(touched)

    async def create_many(self, rows: Sequence[tuple[SessionId, Record]]) -> None:
        """Write records in one transaction: all or none."""
        sql = f"INSERT OR REPLACE INTO {self._table} (id, data, expires_at) VALUES (?,?,?)"
        encode = self._moments.encode
        values = [(key, to_text(row.data), encode(row.expires)) for key, row in rows]
        async with _errors():
            await self._writer.do(lambda db: db.executemany(sql, values).rowcount)

    async def delete(self, key: SessionId) -> bool:
        """Delete a record; False when there was none."""
        return await self._write(f"DELETE FROM {self._table} WHERE id=?", (key,)) > 0

    async def delete_matching(self, match: Match) -> Sequence[SessionId]:
        """Delete what a logout token means; SQL finds candidates, belongs_to decides."""
        sql = (
            f"SELECT id, data FROM {self._table} WHERE json_valid(data) AND"
            " (json_extract(data,'$.internal.sid') = ? OR json_extract(data,'$.user.sub') = ?)"
        )
        rows = await self._rows(sql, (match.sid, match.sub))
        texts = [(key, text) for key, text in rows if isinstance(text, (str, bytes))]
        doomed = [SessionId(str(k)) for k, t in texts if is_meant(match, from_text(t) or {})]
        return [key for key in doomed if await self.delete(key)]

    async def find(self, sub: str) -> Sequence[tuple[SessionId, Record]]:
        """Return the records of one user; reads the whole table."""
        sql = (
            f"SELECT id, data, expires_at FROM {self._table}"
            " WHERE json_valid(data) AND json_extract(data,'$.user.sub') = ? ORDER BY id"
        )
        rows = await self._rows(sql, (sub,))
        return [(SessionId(str(key)), _record(rest)) for key, *rest in rows]

    async def prune(self, *, orphans: bool = False, dry_run: bool = False) -> Pruned:
        """Delete expired records in one statement, and with `orphans` those without an end."""
        expired = ("expires_at <= ?", (self._moments.encode(self._clock.now()),))
        endless = (
            "expires_at IS NULL OR expires_at >= ? OR NOT json_valid(data)",
            (self._moments.encode(FAR),),
        )
        done = [await self._prune(*expired, dry_run=dry_run)]
        done.append(await self._prune(*endless, dry_run=dry_run) if orphans else 0)
        return Pruned(expired=done[0], orphans=done[1])

    async def feed(self) -> ChangeFeed:
        """Listen by SQLite's data_version, which moves with each commit of any connection."""
        return SignFeed("SQLite's data_version", self._version)

    async def page(self, cursor: str | None = None, limit: int = 100) -> Page:
        """Return records by keyset: 0.2 ms at 1,000,000 rows, however far."""
        sql = f"SELECT id, data, expires_at FROM {self._table} WHERE id > ? ORDER BY id LIMIT ?"
        rows = await self._rows(sql, (cursor or "", limit + 1))
        kept = [(SessionId(str(key)), _record(rest)) for key, *rest in rows[:limit]]
        return Page(rows=kept, cursor=kept[-1][0] if len(rows) > limit else None)

    async def count(self) -> int:
        """Return how many records there are, expired ones too."""
        rows = await self._rows(f"SELECT count(*) FROM {self._table}", ())
        return int(str(rows[0][0]))

    async def close(self) -> None:
        """Finish pending writes and close both connections."""
        await self._writer.close()
        await self._reader.close()

    async def _version(self) -> object:
        return (await self._rows("PRAGMA data_version", ()))[0][0]

    async def _prune(self, rule: str, values: tuple[object, ...], *, dry_run: bool) -> int:
        if not dry_run:
            return await self._write(f"DELETE FROM {self._table} WHERE {rule}", values)
        rows = await self._rows(f"SELECT count(*) FROM {self._table} WHERE {rule}", values)
        return int(str(rows[0][0]))

    async def _rows(self, sql: str, values: tuple[object, ...]) -> list[tuple[object, ...]]:
        async with _errors():
            return await self._reader.rows(sql, values)

    async def _write(self, sql: str, values: tuple[object, ...]) -> int:
        async with _errors():
            return await self._writer.run(sql, values)


@asynccontextmanager
async def _errors() -> AsyncIterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError, RuntimeError) as error:
        # an executor that was shut down says RuntimeError
        raise StoreUnavailable(f"SQLite: {error}") from error


def _record(row: Sequence[object]) -> Record:
    text, expires = row
    data = from_text(text) if isinstance(text, (str, bytes)) else None
    return Record(data=data or {}, expires=to_end(expires))


def _parsed(url: str) -> tuple[str, str]:
    rest, _, query = url.removeprefix("sqlite://").partition("?")
    if not rest:
        raise InputError(
            f"{url} names no file; write sqlite:///path/to/file.db or sqlite://:memory:"
        )
    return unquote(rest), table_of(query)


def _make_private(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    path.chmod(0o600)


def _uri(path: str, may_create: bool) -> str:
    if path == ":memory:":
        # one shared database for both connections, and for nobody else
        return f"file:{uuid4().hex}?mode=memory&cache=shared"
    return f"{Path(path).absolute().as_uri()}?mode={'rwc' if may_create else 'rw'}"
