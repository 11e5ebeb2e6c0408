"""Whether anybody wrote to a table: asked twice a second, so it must cost nothing while idle."""

from __future__ import annotations

from session_inspector.devserver.stores.postgres.client import Connections
from session_inspector.devserver.stores.postgres.statements import SNAPSHOT, PostgresStatements


class TableSign:
    """Moves with each write to one table, committed by anybody."""

    def __init__(self, connections: Connections, sql: PostgresStatements) -> None:
        self._connections = connections
        self._sql = sql
        self._snapshot = ""
        self._last: tuple[object, ...] = ()

    async def read(self) -> object:
        """Return the sign; the table is read only after some transaction has written something.

        Raises: StoreUnavailable.
        """
        rows = await self._connections.fetch(SNAPSHOT)
        snapshot = str(rows[0][0])
        if snapshot != self._snapshot:
            rows = await self._connections.fetch(self._sql.sign)
            self._last = tuple(rows[0])
            self._snapshot = snapshot
        return self._last
