"""The engines under the app's classes: rows that no class writes, and what lies there, exactly."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import ClassVar, Protocol, TypeAlias, TypeVar

import asyncpg
import pymongo
import redis
from bson.raw_bson import RawBSONDocument

from session_inspector.devserver.core.clock import SystemClock
from session_inspector.devserver.stores.dynamodb.client import create_client, parse_location
from session_inspector.devserver.stores.dynamodb.values import to_typed
from tests.engines import DynamoServer, MongoServer, PostgresServer
from tests.seed.rows import LIFE, bson_types, dynamodb_types, session_of
from tests.servers import RedisServer

T = TypeVar("T")
Put: TypeAlias = Callable[[str], None]
"""Writes a row of one kind under an id."""


def run(work: Coroutine[object, object, T]) -> T:
    return asyncio.run(work)


class SeedEngine(Protocol):
    """One engine, and the places of the app's rows."""

    kind: ClassVar[str]
    url: str
    """As the inspector has it."""
    app_url: str
    """As the class has it."""
    special: dict[str, Put]
    """Rows of the engine's own kinds, which the class reads and would not have written."""

    def raw(self) -> dict[str, object]:
        """Return all that lies there, bytes and types and ends."""
        ...

    def close(self) -> None:
        """Let go of the engine."""
        ...


class RedisEngine:
    kind: ClassVar = "redis"

    def __init__(self, server: RedisServer) -> None:
        self.url = server.url
        self.app_url = server.url
        self._port = server.port
        self._client = redis.Redis(port=server.port)
        self._client.flushall()
        self._client.hset("session:a-hash", "visits", "7")
        self.special = {
            "spaces": lambda key: self._set(key, json.dumps(session_of("spaces"), indent=1)),
            "numbers": lambda key: self._set(
                key,
                json.dumps(session_of("numbers"))[:-1] + ', "n": [1.0, 1e2, 12345678901234567890]}',
            ),
        }

    def _set(self, key: str, text: str) -> None:
        self._client.set(f"session:{key}", text, ex=LIFE)

    def raw(self) -> dict[str, object]:
        with redis.Redis(port=self._port, decode_responses=True) as client:
            names = [str(name) for name in client.keys("*")]
        return {
            name.removeprefix("session:"): (self._client.dump(name), self._client.pexpiretime(name))
            for name in names
        }

    def close(self) -> None:
        self._client.close()


class PostgresEngine:
    kind: ClassVar = "postgres"

    def __init__(
        self, server: PostgresServer, zone: str = "UTC", end: str = "TIMESTAMP", data: str = "JSONB"
    ) -> None:
        name = "seed_" + "".join(filter(str.isalnum, f"{zone}{end}{data}")).lower()
        run(self._query(server.url, f"DROP DATABASE IF EXISTS {name} (FORCE)"))
        run(self._query(server.url, f"CREATE DATABASE {name}"))
        run(self._query(server.url, f"ALTER DATABASE {name} SET timezone = '{zone}'"))
        self.url = f"{server.url.rpartition('/')[0]}/{name}"
        self.app_url = self.url
        self.execute(
            f"CREATE TABLE sessions (id TEXT PRIMARY KEY, data {data} NOT NULL,"
            f" expires_at {end} NOT NULL, tenant TEXT DEFAULT 't1', seen TIMESTAMPTZ DEFAULT now(),"
            " size INT GENERATED ALWAYS AS (length(id)) STORED)"
        )
        self.special = {
            "infinity": lambda key: self._insert(key, "'infinity'"),
            "far": lambda key: self._insert(key, "'20000-01-01'"),
            "numbers": lambda key: self._insert(key, "NOW() + INTERVAL '1 day'", '"n": 1e400, '),
        }

    async def _query(self, url: str, sql: str, *values: object) -> list[asyncpg.Record]:
        connection = await asyncpg.connect(url)
        try:
            found: list[asyncpg.Record] = await connection.fetch(sql, *values)
            return found
        finally:
            await connection.close()

    def execute(self, sql: str, *values: object) -> list[asyncpg.Record]:
        return run(self._query(self.url, sql, *values))

    def _insert(self, key: str, end: str, more: str = "") -> None:
        text = "{" + more + json.dumps(session_of(key))[1:]
        self.execute(
            f"INSERT INTO sessions (id, data, expires_at) VALUES ($1, $2, {end})", key, text
        )

    def raw(self) -> dict[str, object]:
        return {row[0]: row[1] for row in self.execute("SELECT id, sessions::text FROM sessions")}

    def close(self) -> None:
        """Do nothing: each statement has a connection."""


class MongoEngine:
    kind: ClassVar = "mongodb"

    def __init__(self, server: MongoServer) -> None:
        self.url = server.url
        self.app_url = server.url
        self._client: pymongo.MongoClient[dict[str, object]] = pymongo.MongoClient(server.url)
        self.rows = self._client["auth"]["sessions"]
        self.rows.drop()
        self.rows.create_index("expiresAt")
        self.special = {
            "members": lambda key: self._insert(key, {"tenant": "t1", "tags": ["a"]}),
            "types": lambda key: self._insert(key, {}, bson_types()),
        }

    def _insert(
        self, key: str, members: dict[str, object], data: dict[str, object] | None = None
    ) -> None:
        end = datetime.fromtimestamp(SystemClock().now() + LIFE, UTC)
        session: dict[str, object] = {**session_of(key), **(data or {})}
        self.rows.insert_one({"_id": key, **members, "expiresAt": end, "data": session})

    def raw(self) -> dict[str, object]:
        raw: pymongo.MongoClient[RawBSONDocument]
        with pymongo.MongoClient(self.url, document_class=RawBSONDocument) as raw:
            return {str(row["_id"]): bytes(row.raw) for row in raw["auth"]["sessions"].find()}

    def close(self) -> None:
        self._client.close()


class DynamoEngine:
    kind: ClassVar = "dynamodb"

    def __init__(self, server: DynamoServer) -> None:
        self.url = server.url
        self.app_url = f"http://127.0.0.1:{server.port}"
        self._call("delete_table", may_fail=True)
        self._call(
            "create_table",
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            BillingMode="PAY_PER_REQUEST",
        )
        self.special = {
            "attributes": lambda key: self._put(key, dynamodb_types(), {}),
            "types": lambda key: self._put(key, {}, dynamodb_types()),
            "350 KB": lambda key: self._put(key, {}, {"pad": {"S": "x" * 350_000}}),
        }

    def _call(
        self, name: str, *, may_fail: bool = False, **parameters: object
    ) -> dict[str, object]:
        async def call() -> dict[str, object]:
            async with create_client(parse_location(self.url)) as client:
                try:
                    found: dict[str, object] = await getattr(client, name)(
                        TableName="Sessions", **parameters
                    )
                except client.exceptions.ResourceNotFoundException:
                    if not may_fail:
                        raise
                    return {}
                return found

        return run(call())

    def _put(self, key: str, attributes: dict[str, object], data: dict[str, object]) -> None:
        members = to_typed(session_of(key))["M"]
        assert isinstance(members, dict)
        end = int((SystemClock().now() + LIFE) * 1000)
        item = {
            "id": {"S": key},
            "data": {"M": {**members, **data}},
            "expiresAt": {"N": str(end)},
            **attributes,
        }
        self._call("put_item", Item=item)

    def raw(self) -> dict[str, object]:
        found = self._call("scan", ConsistentRead=True)["Items"]
        assert isinstance(found, list)
        return {item["id"]["S"]: json.dumps(item, sort_keys=True, default=repr) for item in found}

    def close(self) -> None:
        """Do nothing: each call has a client."""
