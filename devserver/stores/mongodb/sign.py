"""Whether anybody wrote: where there is no change stream, by the server's own count of commands."""

from __future__ import annotations

from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import PyMongoError

from session_inspector.devserver.stores.mongodb.client import Document, mongo_errors

COUNTED = (
    "insert",
    "update",
    "delete",
    "findAndModify",
    "bulkWrite",
    "commitTransaction",
    "aggregate",
    "drop",
    "dropDatabase",
    "create",
    "renameCollection",
)
"""Commands after which rows may be others; `aggregate` may end in `$out` or `$merge`."""


async def has_counts(database: AsyncDatabase[Document]) -> bool:
    """Return True for a server that counts, and shows it to this user."""
    try:
        return bool(_read_counts(await database.command("serverStatus")))
    except PyMongoError:
        return False


class MongoSign:
    """Moves with each command that writes, in any database of the server."""

    def __init__(self, database: AsyncDatabase[Document]) -> None:
        self._database = database

    async def read(self) -> object:
        """Return the sign. Raises: StoreUnavailable."""
        with mongo_errors():
            return _read_counts(await self._database.command("serverStatus"))


def _read_counts(status: Document) -> tuple[object, ...]:
    """Return how often each command was run, and how many rows a TTL index deleted."""
    metrics = status.get("metrics")
    if not isinstance(metrics, dict):
        return ()
    commands = metrics.get("commands", metrics)  # FerretDB 1 has them one level higher
    counts = [_read_total(commands, name) for name in COUNTED]
    expired = metrics.get("ttl")
    if isinstance(expired, dict):
        counts.append(expired.get("deletedDocuments"))
    return (status.get("pid"), *counts)


def _read_total(commands: object, name: str) -> object:
    if not isinstance(commands, dict):
        return None
    command = commands.get(name)
    if not isinstance(command, dict):
        return None
    return command.get("total")
