"""Sessions in a SQLite file: WAL, mode 0600, one writer that commits in groups.

    CREATE TABLE sessions (id TEXT PRIMARY KEY, data TEXT NOT NULL, expires_at TIMESTAMP NOT NULL)

Writes that wait at the same moment share one commit (97k/s at 16 in flight, one by one 21k/s);
reads have a connection of their own. `expires_at` is read and written as the rows there have it
(text, ISO, seconds or milliseconds; all UTC); an empty table gets text.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial

from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.errors import InputError, StoreUnavailable
from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.stores.base import (
    ChangeFeed,
    KeyedRecord,
    Match,
    Page,
    Pruned,
    Record,
    SessionId,
    Store,
    keep_live,
)
from session_inspector.devserver.stores.exact import Change, PutBack
from session_inspector.devserver.stores.feeds import SignFeed
from session_inspector.devserver.stores.paging import cut_page
from session_inspector.devserver.stores.pruning.portions import PruneRule, prune_all
from session_inspector.devserver.stores.rows import to_plain_record, to_text
from session_inspector.devserver.stores.session_data import is_meant, roll_end
from session_inspector.devserver.stores.sqlite.estimate import estimate_table
from session_inspector.devserver.stores.sqlite.exact import make_change, make_take, undo_change
from session_inspector.devserver.stores.sqlite.file import parse_location
from session_inspector.devserver.stores.sqlite.group_commit import GroupConnection, SqlRow
from session_inspector.devserver.stores.sqlite.identity import FileGone
from session_inspector.devserver.stores.sqlite.opening import open_both
from session_inspector.devserver.stores.sqlite.pruning import open_sqlite_pruning
from session_inspector.devserver.stores.sqlite.source import open_sqlite_source
from session_inspector.devserver.stores.sqlite.statements import SqliteStatements
from session_inspector.devserver.stores.tables import missing_table
from session_inspector.devserver.stores.timestamps import Timestamps, detect_form, to_end
from session_inspector.devserver.stores.watching.commands import CommandCount


class SqliteStore:
    """One table of a SQLite database."""

    keeps_ended = True

    def __init__(
        self,
        reader: GroupConnection,
        writer: GroupConnection,
        table: str,
        timestamps: Timestamps,
        clock: Clock,
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._sql = SqliteStatements(table)
        self._timestamps = timestamps
        self._clock = clock
        self.layout = f"table {table} (id, data, expires_at as {timestamps.form})"
        ask = partial(_ask, reader)
        self.estimate_rows = partial(estimate_table, ask, table)
        self.count_commands = partial(_count_statements, reader, writer)
        self.open_source = open_sqlite_source(ask, table, timestamps, _to_keyed_record)
        count = partial(_count, reader)
        self.prune_portions = open_sqlite_pruning(
            self._sql, timestamps, clock.now, count, self._write
        )

    @classmethod
    async def open(cls, url: str, clock: Clock, *, may_create: bool) -> Store:
        """Open `sqlite:///FILE[?table=NAME]` or `sqlite://:memory:`.

        `may_create` makes the file (0600, its folder 0700) and the table; without it both must be
        there. A file that is there keeps its mode and journal. Raises: InputError for a bad URL, a
        missing table or one of other columns; StoreUnavailable when it cannot be opened.
        """
        location = parse_location(url)
        writer = GroupConnection(commits=True)
        reader = GroupConnection(commits=False)
        try:
            sample = await open_both(location, url, reader, writer, may_create=may_create)
        except (InputError, sqlite3.Error, OSError) as error:
            await writer.close()
            await reader.close()
            if isinstance(error, InputError):
                raise
            if "no such table" in str(error):
                raise missing_table(location.table, url) from error
            raise StoreUnavailable(f"{url}: {error}") from error
        timestamps = Timestamps(detect_form(sample))
        return cls(reader, writer, location.table, timestamps, clock)

    async def read(self, key: SessionId) -> Record | None:
        """Return a live record."""
        rows = await self._fetch(self._sql.read, key)
        if not rows:
            return None
        return keep_live(_to_record(rows[0]), self._clock.now())

    async def create(self, key: SessionId, record: Record) -> None:
        """Write a record, over one that is there."""
        ends = self._timestamps.encode(record.expires)
        await self._write(self._sql.write, key, to_text(record.data), ends)

    async def update(self, key: SessionId, record: Record) -> bool:
        """Overwrite a live record in one statement; False when it is gone."""
        text = to_text(record.data)
        ends = self._timestamps.encode(record.expires)
        now = self._timestamps.encode(self._clock.now())
        return await self._write(self._sql.update, text, ends, key, now) > 0

    async def change(self, key: SessionId, change: Change) -> PutBack | None:
        """Change a live row in place; all else of it stays."""
        with _sqlite_errors():
            job = make_change(self._sql, key, change, self._clock.now())
            changed = await self._writer.do(job)
        if changed is None:
            return None
        statement, values = undo_change(self._sql, key, changed)
        return partial(_put_back, self._writer, self._writer.opened, statement, values)

    async def take(self, key: SessionId, *, ended_by: Seconds | None = None) -> PutBack | None:
        """Delete a row; what is put back has all its columns."""
        job = make_take(self._sql.take, [key])
        if ended_by is not None:
            moment = self._timestamps.encode(ended_by)
            job = make_take(self._sql.take_ended, [key, moment])
        with _sqlite_errors():
            taken = await self._writer.do(job)
        if taken is None:
            return None
        insert = self._sql.put_back(taken.names)
        return partial(_put_back, self._writer, self._writer.opened, insert, taken.values)

    async def touch(
        self, key: SessionId, *, inactivity: Seconds, absolute: Seconds
    ) -> Record | None:
        """Return a live record and move its end, in one trip to the writer's thread."""
        now = self._clock.now()
        read_sql = self._sql.read
        move_sql = self._sql.move_end
        encode = self._timestamps.encode

        def roll(db: sqlite3.Connection) -> Record | None:
            row = db.execute(read_sql, (key,)).fetchone()
            if row is None:
                return None
            record = _to_record(row)
            if not record.is_live(now):
                return None
            ends = roll_end(record.data, now, inactivity, absolute)
            db.execute(move_sql, (encode(ends), key))
            return Record(data=record.data, expires=ends)

        with _sqlite_errors():
            return await self._writer.do(roll)

    async def create_many(self, rows: Sequence[KeyedRecord]) -> None:
        """Write records in one transaction: all or none."""
        sql = self._sql.write
        encode = self._timestamps.encode
        values = [(key, to_text(record.data), encode(record.expires)) for key, record in rows]
        with _sqlite_errors():
            await self._writer.do(lambda db: db.executemany(sql, values).rowcount)

    async def delete(self, key: SessionId) -> bool:
        """Delete a record; False when there was none."""
        return await self._write(self._sql.delete, key) > 0

    async def delete_matching(self, match: Match) -> Sequence[SessionId]:
        """Delete what a logout token means; SQL finds candidates, `is_meant` decides."""
        rows = await self._fetch(self._sql.find_named, match.sid, match.sub)
        doomed = [
            SessionId(str(key))
            for key, data in rows
            if is_meant(match, to_plain_record(data, None).data)
        ]
        return [key for key in doomed if await self.delete(key)]

    async def find(self, sub: str) -> Sequence[KeyedRecord]:
        """Return the records of one user; reads the whole table."""
        rows = await self._fetch(self._sql.find_user, sub)
        return [_to_keyed_record(row) for row in rows]

    async def prune(self, *, orphans: bool = False, dry_run: bool = False) -> Pruned:
        """Delete expired records, and with `orphans` those without an end."""
        rule = PruneRule(at=self._clock.now(), orphans=orphans, dry_run=dry_run)
        return await prune_all(self, rule)

    async def feed(self) -> ChangeFeed:
        """Listen by SQLite's data_version, which moves with each commit of any connection."""
        return SignFeed("polling SQLite's data_version", partial(_read_sign, self._reader))

    async def page(self, cursor: str | None = None, limit: int = 100) -> Page:
        """Return records by keyset: 0.2 ms at 1,000,000 rows, however far."""
        if cursor is None:
            found = await self._fetch(self._sql.first_page, limit + 1)
        else:
            found = await self._fetch(self._sql.page, cursor, limit + 1)
        return cut_page([_to_keyed_record(row) for row in found], limit)

    async def count(self) -> int:
        """Return how many records there are, expired ones too."""
        return await _count(self._reader, self._sql.count_where("1"))

    async def close(self) -> None:
        """Finish pending writes and close both connections."""
        await self._writer.close()
        await self._reader.close()

    async def _fetch(self, sql: str, *values: object) -> list[SqlRow]:
        return await _ask(self._reader, sql, values)

    async def _write(self, sql: str, *values: object) -> int:
        with _sqlite_errors():
            return await self._writer.run(sql, values)


async def _count_statements(*connections: GroupConnection) -> CommandCount:
    """Count what connections run from now on. Raises: StoreUnavailable."""
    commands = CommandCount()
    with _sqlite_errors():
        for connection in connections:
            await connection.count_statements(commands)
    return commands


async def _read_sign(reader: GroupConnection) -> object:
    """Return what each commit changes, and each other file that takes the place."""
    version = await _ask(reader, "PRAGMA data_version", ())
    return reader.opened, version


async def _put_back(
    writer: GroupConnection, opened: int, sql: str, values: Sequence[object]
) -> bool:
    """Write what was taken from a file into that file only."""

    def write(db: sqlite3.Connection) -> int:
        if writer.opened != opened:
            raise sqlite3.OperationalError("the file was replaced; nothing is put back")
        return db.execute(sql, tuple(values)).rowcount

    with _sqlite_errors():
        return await writer.do(write) > 0


async def _ask(reader: GroupConnection, sql: str, values: Sequence[object]) -> list[SqlRow]:
    with _sqlite_errors():
        return await reader.rows(sql, tuple(values))


async def _count(reader: GroupConnection, sql: str, *values: object) -> int:
    rows = await _ask(reader, sql, values)
    return int(str(rows[0][0]))


@contextmanager
def _sqlite_errors() -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError, RuntimeError) as error:
        # an executor that was shut down raises RuntimeError
        is_gone = isinstance(error, FileGone)
        raise StoreUnavailable(f"SQLite: {error}", is_gone=is_gone) from error


def _to_keyed_record(row: Sequence[object]) -> KeyedRecord:
    key, *rest = row
    return SessionId(str(key)), _to_record(rest)


def _to_record(row: Sequence[object]) -> Record:
    data, expires = row
    return to_plain_record(data, to_end(expires))
