"""Rows of one table changed in place, or taken away whole and put back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import asyncpg

from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.stores.base import SessionId
from session_inspector.devserver.stores.exact import Change, PutBack, change_text
from session_inspector.devserver.stores.postgres.client import (
    Connections,
    postgres_errors,
)
from session_inspector.devserver.stores.postgres.statements import is_live
from session_inspector.devserver.stores.postgres.table import SessionTable

WRITABLE = (
    "SELECT quote_ident(attname) FROM pg_attribute WHERE attrelid = to_regclass($1)"
    " AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum"
)
"""Columns that are not computed from others."""
ROW = "session_inspector_row"
_TEXTS = "data::text, expires_at::text"
"""A row's data and end as the server writes them: it reads the same of these texts again."""

Texts: TypeAlias = tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class ExactRows:
    """The rows of one table."""

    connections: Connections
    table: SessionTable

    async def take(self, key: SessionId) -> PutBack | None:
        """Delete a row; None when there was none. Raises: StoreUnavailable."""
        return await self._take(_take(self.table), key)

    async def take_ended(self, key: SessionId, now: Seconds) -> PutBack | None:
        """Delete a row that has expired; None: it has not. Raises: StoreUnavailable."""
        return await self._take(_take_ended(self.table), key, self.table.to_column(now))

    async def _take(self, taking: str, *values: object) -> PutBack | None:
        table = self.table.name
        columns = [row[0] for row in await self.connections.fetch(WRITABLE, table)]
        found = await self.connections.fetch(taking, *values)
        if not found:
            return None
        statement = _put_back(table, columns)
        whole = found[0][0]

        async def put_back() -> bool:
            return await self.connections.execute(statement, whole) > 0

        return put_back

    async def change(self, key: SessionId, change: Change, now: Seconds) -> PutBack | None:
        """Change a live row in one transaction; None when it is gone."""
        moment = self.table.to_column(now)
        with postgres_errors():
            async with self.connections.pool.acquire() as connection, connection.transaction():
                before = await connection.fetchrow(_lock(self.table), key, moment)
                if before is None:
                    return None
                await self._write_data(connection, key, str(before[0]), change)
                if change.ends is not None:
                    ends = self.table.to_column(change.ends)
                    await connection.execute(_end(self.table), key, ends)
                after = await connection.fetchrow(_read_texts(self.table), key)
        return self._prepare_put_back(key, tuple(before), tuple(after))

    def _prepare_put_back(self, key: SessionId, before: Texts, after: Texts) -> PutBack:
        """Return what writes the columns that have changed, while they are as they were written."""
        changed = [at for at in range(len(before)) if before[at] != after[at]]
        statement = _move_back(self.table, changed)
        values = [*(before[at] for at in changed), *(after[at] for at in changed)]

        async def put_back() -> bool:
            return await self.connections.execute(statement, key, *values) > 0

        return put_back

    async def _write_data(
        self, connection: asyncpg.Connection, key: SessionId, text: str, change: Change
    ) -> None:
        """Write what changes of the data: JSONB by its own function, a text without the rest."""
        if change.data is not None:
            whole = self.table.to_data(change.data)
            await connection.execute(_write_data(self.table), key, whole)
        elif change.member is not None and self.table.is_jsonb:
            path = list(change.member)
            await connection.execute(_write_member(self.table), key, path, change.value)
        elif change.member is not None:
            await connection.execute(_write_data(self.table), key, change_text(text, change))


def _lock(table: SessionTable) -> str:
    """The texts of a live row, by (id, now), which nobody else writes meanwhile."""
    return f"SELECT {_TEXTS} FROM {table.name} WHERE {is_live(table, 2)} FOR UPDATE"


def _read_texts(table: SessionTable) -> str:
    """The texts of a row, by id."""
    return f"SELECT {_TEXTS} FROM {table.name} WHERE {table.key_column}=$1"


def _move_back(table: SessionTable, changed: Sequence[int]) -> str:
    """Write (id, texts of columns) over a row in which these have (other texts)."""
    columns = [("data", table.data), ("expires_at", table.expires_at)]
    sets: list[str] = []
    conditions = [f"{table.key_column}=$1"]
    for number, (name, kind) in enumerate(columns[at] for at in changed):
        old = number + 2
        new = old + len(changed)
        sets.append(f"{name}=${old}::text::{kind}")
        conditions.append(f"{name}::text IS NOT DISTINCT FROM ${new}")
    if not sets:
        sets.append("data=data")
    return f"UPDATE {table.name} SET {', '.join(sets)} WHERE {' AND '.join(conditions)}"


def _end(table: SessionTable) -> str:
    """Write (id, end), and none later than the server's own now if it is over by our clock."""
    return (
        f"UPDATE {table.name} SET expires_at=LEAST($2::timestamptz, now())"
        f" WHERE {table.key_column}=$1"
    )


def _write_data(table: SessionTable) -> str:
    """Write (id, data)."""
    return f"UPDATE {table.name} SET data=$2 WHERE {table.key_column}=$1"


def _write_member(table: SessionTable) -> str:
    """Write (id, path, value) into JSONB, into an object that is there."""
    return (
        f"UPDATE {table.name} SET data=jsonb_set(data, $2::text[], to_jsonb($3::bigint))"
        f" WHERE {table.key_column}=$1"
    )


def _take(table: SessionTable) -> str:
    """Delete one row, by id, and return it whole, as one text."""
    return f"DELETE FROM {table.name} AS {ROW} WHERE {table.key_column}=$1 RETURNING {ROW}::text"


def _take_ended(table: SessionTable) -> str:
    """Delete one row, by (id, now), if it has expired, and return it whole, as one text."""
    return (
        f"DELETE FROM {table.name} AS {ROW} WHERE {table.key_column}=$1"
        f" AND expires_at <= $2::timestamptz RETURNING {ROW}::text"
    )


def _put_back(table: str, columns: Sequence[str]) -> str:
    """Insert a row that `_take` returned, unless one of its id is there."""
    values = ", ".join(f"({ROW}.whole).{name}" for name in columns)
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) OVERRIDING SYSTEM VALUE"
        f" SELECT {values} FROM (SELECT $1::text::{table} AS whole) AS {ROW}"
        " ON CONFLICT DO NOTHING"
    )
