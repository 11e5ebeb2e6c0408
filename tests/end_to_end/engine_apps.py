"""Apps with sessions of @auth0/nextjs-auth0 in each engine, written and read by plain drivers."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Coroutine, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar, Protocol, TypeVar

import redis

from session_inspector.devserver.core.clock import SystemClock
from tests.end_to_end.recorders import (
    monitor_redis,
    trace_sqlite,
)
from tests.servers import RedisServer

T = TypeVar("T")
LIFE = 5_000
"""Seconds the app's rows live: less than the inspector's own would."""


def session_of(who: str) -> dict[str, object]:
    """Return a session as the SDK hands it to its store."""
    now = int(SystemClock().now())
    return {
        "user": {"sub": f"auth0|{who}", "name": "Zoë \u2028 💥", "z": 1, "a": 2},
        "tokenSet": {"accessToken": "at", "expiresAt": now + 300, "scope": "openid"},
        "internal": {"sid": f"sid-{who}", "createdAt": now},
    }


def ends() -> float:
    """Return when a row ends that is written now."""
    return int(SystemClock().now()) + LIFE


def run(work: Coroutine[object, object, T]) -> T:
    return asyncio.run(work)


class EngineApp(Protocol):
    """An app, and its engine."""

    url: str
    prefix: ClassVar[str]
    """Stands before an id in what is stored."""
    allowed: ClassVar[tuple[str, ...]]
    """Beginnings of what a watching session may tell the engine."""
    writes: ClassVar[tuple[str, ...]]
    """Beginnings of what commands may tell it."""

    def put(self, key: str, who: str) -> None:
        """Write a session that lives for LIFE seconds."""
        ...

    def stored(self) -> dict[str, object]:
        """Return all that is stored: bytes, types, ends; indexes and other keys too."""
        ...

    def accepts(self, key: str) -> bool:
        """Check, as the app's own `get` does, whether a session is there."""
        ...

    def recording(self) -> AbstractContextManager[list[str]]:
        """Return a context that yields what the engine is told; whole when it ends."""
        ...

    def close(self) -> None:
        """Let go of the engine."""
        ...


class RedisApp:
    """`session:<id>`, JSON, EX, and keys of the app's own beside them."""

    prefix: ClassVar = "session:"
    allowed: ClassVar[tuple[str, ...]] = (
        "HELLO",
        "CLIENT ",
        "TIME",
        "PING",
        "INFO",
        "CONFIG notify-keyspace-events",
        "CONFIG GET",
        "SELECT",
        "SCAN",
        "DBSIZE",
        "EXISTS session-inspector:index:session:",
        "MGET session:",
        "PTTL session:",
        "TYPE session:",
        "PEXPIRETIME session:",
        "ZMSCORE session-inspector:index:session:",
        "ZMSCORE session:index",
    )
    writes: ClassVar[tuple[str, ...]] = (
        "WATCH session:",
        "UNWATCH",
        "MULTI",
        "EXEC",
        "GET session:",
        "DUMP session:",
        "DEL session:",
        "RESTORE session:",
        "PEXPIREAT session:",
        "SET session:",
    )

    def __init__(self, server: RedisServer) -> None:
        self.url = server.url
        self._port = server.port
        self._client = redis.Redis(port=server.port, decode_responses=True)
        self._client.flushall()
        self._client.hset("session:stats", "visits", "7")
        self._client.set("other", "1")

    def put(self, key: str, who: str) -> None:
        self._client.set(f"session:{key}", json.dumps(session_of(who)), ex=LIFE)

    def stored(self) -> dict[str, object]:
        names = sorted(str(name) for name in self._client.keys("*"))
        with redis.Redis(port=self._port) as raw:
            return {name: (raw.dump(name), raw.pexpiretime(name)) for name in names}

    def accepts(self, key: str) -> bool:
        return self._client.get(f"session:{key}") is not None

    def close(self) -> None:
        self._client.close()

    @contextmanager
    def recording(self) -> Iterator[list[str]]:
        with monitor_redis(self._port) as told:
            yield told


class SqliteApp:
    """Table `sessions`, with a column more."""

    prefix: ClassVar = ""
    allowed: ClassVar[tuple[str, ...]] = (
        "SELECT",
        "PRAGMA table_info",
        "PRAGMA index_list",
        "-- PRAGMA index_list",
        "PRAGMA index_info",
        "-- PRAGMA index_info",
        "PRAGMA data_version",
        "PRAGMA schema_version",
        "PRAGMA query_only",
    )
    writes: ClassVar[tuple[str, ...]] = (
        "BEGIN",
        "COMMIT",
        "UPDATE",
        "DELETE",
        "INSERT OR IGNORE INTO",
    )

    def __init__(self, folder: Path) -> None:
        self._file = folder / "app.db"
        self.url = f"sqlite://{self._file}"
        self._execute(
            "CREATE TABLE sessions (id TEXT PRIMARY KEY, data TEXT NOT NULL,"
            " expires_at TIMESTAMP NOT NULL, tenant TEXT)"
        )

    def _execute(self, sql: str, *values: object) -> list[tuple[object, ...]]:
        with sqlite3.connect(self._file) as db:
            found = db.execute(sql, values).fetchall()
        db.close()
        return found

    def put(self, key: str, who: str) -> None:
        text = json.dumps(session_of(who))
        end = datetime.fromtimestamp(ends(), UTC).strftime("%Y-%m-%d %H:%M:%S")
        self._execute("INSERT INTO sessions VALUES (?, ?, ?, 't1')", key, text, end)

    def stored(self) -> dict[str, object]:
        rows = self._execute("SELECT id, *, typeof(data), typeof(expires_at) FROM sessions")
        names = self._execute("SELECT sql FROM sqlite_master")
        return {str(row[0]): row for row in rows} | {"": names}

    def accepts(self, key: str) -> bool:
        live = "SELECT 1 FROM sessions WHERE id = ? AND expires_at > CURRENT_TIMESTAMP"
        return bool(self._execute(live, key))

    def close(self) -> None:
        """Do nothing: each statement has a connection."""

    @contextmanager
    def recording(self) -> Iterator[list[str]]:
        with trace_sqlite() as told:
            yield told
