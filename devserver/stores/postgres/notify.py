"""LISTEN/NOTIFY: a trigger that names the row of each write, and who listens to it."""

from __future__ import annotations

import asyncio

import asyncpg

from session_inspector.devserver.core.errors import StoreUnavailable
from session_inspector.devserver.stores.base import SessionId
from session_inspector.devserver.stores.postgres.client import SECONDS

TRIGGER = "session_inspector"
HAS_TRIGGER = "SELECT 1 FROM pg_trigger WHERE tgrelid = to_regclass($1) AND tgname = $2"
_CREATE = (
    "CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
    " PERFORM pg_notify('{name}', left(coalesce(NEW.id, OLD.id), 7000)); RETURN NULL; END $$",
    "DROP TRIGGER IF EXISTS " + TRIGGER + " ON {on}",
    "CREATE TRIGGER " + TRIGGER + " AFTER INSERT OR UPDATE OR DELETE ON {on}"
    " FOR EACH ROW EXECUTE FUNCTION {name}()",
)


def channel_of(table: str) -> str:
    """Return the channel a table's trigger notifies on."""
    return f"{TRIGGER}_{table.replace('.', '_')}"[:63].lower()


def trigger_sql(table: str) -> tuple[str, ...]:
    """Return the statements that make the trigger; made only when somebody asks for it."""
    channel = channel_of(table)
    return tuple(line.format(name=channel, on=table) for line in _CREATE)


async def has_trigger(pool: asyncpg.Pool, table: str) -> bool:
    """Return True for a table that has our trigger."""
    return bool(await pool.fetch(HAS_TRIGGER, table, TRIGGER))


class NotifyFeed:
    """Hears of each write as it is committed."""

    how = "LISTEN/NOTIFY"

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection
        self._heard: asyncio.Queue[SessionId | None] = asyncio.Queue()

    @classmethod
    async def open(cls, url: str, channel: str) -> NotifyFeed:
        """Listen on a connection of its own. Raises: asyncpg's errors, OSError."""
        connection = await asyncpg.connect(url, timeout=SECONDS)
        feed = cls(connection)
        connection.add_termination_listener(feed._end)
        await connection.add_listener(channel, feed._hear)
        return feed

    async def wait(self) -> frozenset[SessionId] | None:
        """Wait for the next writes. Raises: StoreUnavailable when the connection is gone."""
        heard = [await self._heard.get()]
        while not self._heard.empty():
            heard.append(self._heard.get_nowait())
        if None in heard:
            raise StoreUnavailable("PostgreSQL: the listening connection was closed")
        return frozenset(key for key in heard if key is not None)

    async def close(self) -> None:
        """Stop listening."""
        self._connection.terminate()

    def _hear(self, connection: object, pid: int, channel: str, payload: object) -> None:
        self._heard.put_nowait(SessionId(str(payload)))

    def _end(self, connection: object) -> None:
        self._heard.put_nowait(None)
