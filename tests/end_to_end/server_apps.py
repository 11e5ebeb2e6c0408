"""The same apps in PostgreSQL, MongoDB and DynamoDB: see `engine_apps.py`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import ClassVar
from uuid import uuid4

import asyncpg
import pymongo
from bson.raw_bson import RawBSONDocument

from session_inspector.devserver.core.clock import SystemClock
from session_inspector.devserver.stores.dynamodb.client import create_client, parse_location
from session_inspector.devserver.stores.dynamodb.values import to_typed
from tests.end_to_end.engine_apps import LIFE, ends, run, session_of
from tests.end_to_end.recorders import (
    LoggingPostgres,
    log_postgres,
    monitor_mongodb,
    relay_dynamodb,
)
from tests.engines import DynamoServer, MongoServer


class PostgresApp:
    """Table `sessions`, with a column more."""

    prefix: ClassVar = ""
    allowed: ClassVar[tuple[str, ...]] = (
        "SELECT",
        "BEGIN",
        "COMMIT",
        "ROLLBACK",
        "SHOW",
        "DECLARE",
        "FETCH",
        "CLOSE",
        "LISTEN",
    )
    writes: ClassVar[tuple[str, ...]] = ("DELETE FROM", "UPDATE", "INSERT INTO")
    _mark = "SELECT 'the app says that this is the end'"

    def __init__(self, server: LoggingPostgres, data: str) -> None:
        self._server = server
        name = f"app_{data}"
        run(self._query(server.url, f"DROP DATABASE IF EXISTS {name} (FORCE)"))
        run(self._query(server.url, f"CREATE DATABASE {name}"))
        self.url = f"{server.url.rpartition('/')[0]}/{name}"
        self._execute(
            f"CREATE TABLE sessions (id TEXT PRIMARY KEY, data {data} NOT NULL,"
            " expires_at TIMESTAMP NOT NULL, tenant TEXT)"
        )

    async def _query(self, url: str, sql: str, *values: object) -> list[asyncpg.Record]:
        connection = await asyncpg.connect(url)
        try:
            found: list[asyncpg.Record] = await connection.fetch(sql, *values)
            return found
        finally:
            await connection.close()

    def _execute(self, sql: str, *values: object) -> list[asyncpg.Record]:
        return run(self._query(self.url, sql, *values))

    def put(self, key: str, who: str) -> None:
        end = f"date_trunc('second', NOW()) + INTERVAL '{LIFE} s'"
        text = json.dumps(session_of(who))
        self._execute(f"INSERT INTO sessions VALUES ($1, $2, {end}, 't1')", key, text)

    def stored(self) -> dict[str, object]:
        rows = self._execute("SELECT id, sessions::text FROM sessions")
        names = self._execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY 1"
        )
        return {row[0]: row[1] for row in rows} | {"": [row[0] for row in names]}

    def accepts(self, key: str) -> bool:
        live = "SELECT 1 FROM sessions WHERE id = $1 AND expires_at > NOW()"
        return bool(self._execute(live, key))

    def close(self) -> None:
        """Do nothing: each statement has a connection."""

    @contextmanager
    def recording(self) -> Iterator[list[str]]:
        begin = f"SELECT 'the app begins {uuid4().hex}'"
        self._execute(begin)
        with log_postgres(self._server, begin, self._mark) as told:
            yield told
            self._execute(self._mark)


class MongoApp:
    """Collection `sessions` of database `auth`, with a member more."""

    prefix: ClassVar = ""
    allowed: ClassVar[tuple[str, ...]] = (
        "hello",
        "ping",
        "serverStatus",
        "find sessions",
        "find session",  # better-auth's collection, looked into
        "getMore",
        "listCollections",
        "aggregate sessions",
        "count",
        "endSessions",
        "killCursors",
    )
    writes: ClassVar[tuple[str, ...]] = (
        "findAndModify sessions",
        "insert sessions",
        "update sessions",
        "delete sessions",
    )

    def __init__(self, server: MongoServer) -> None:
        self.url = server.url
        self._client: pymongo.MongoClient[dict[str, object]] = pymongo.MongoClient(server.url)
        self._database = self._client["auth"]
        self._rows = self._database["sessions"]
        self._rows.drop()

    def put(self, key: str, who: str) -> None:
        end = datetime.fromtimestamp(ends(), UTC)
        row = {"_id": key, "tenant": "t1", "expiresAt": end, "data": session_of(who), "at": end}
        self._rows.insert_one(row)

    def stored(self) -> dict[str, object]:
        raw: pymongo.MongoClient[RawBSONDocument]
        with pymongo.MongoClient(self.url, document_class=RawBSONDocument) as raw:
            found = [(str(row["_id"]), bytes(row.raw)) for row in raw["auth"]["sessions"].find()]
        rows: dict[str, object] = dict(found)
        names = (sorted(self._database.list_collection_names()), self._rows.index_information())
        return rows | {"": names}

    def accepts(self, key: str) -> bool:
        live = {"_id": key, "expiresAt": {"$gt": datetime.fromtimestamp(SystemClock().now(), UTC)}}
        return self._rows.find_one(live) is not None

    def close(self) -> None:
        self._client.close()

    @contextmanager
    def recording(self) -> Iterator[list[str]]:
        with monitor_mongodb() as told:
            yield told


class DynamoApp:
    """Table `Harm`, `data` a map, `expiresAt` in milliseconds, attributes of other types."""

    prefix: ClassVar = ""
    allowed: ClassVar[tuple[str, ...]] = ("DescribeTable", "Scan", "GetItem")
    writes: ClassVar[tuple[str, ...]] = ("DeleteItem", "PutItem", "UpdateItem")

    def __init__(self, server: DynamoServer) -> None:
        self._port = server.port
        self._direct = f"dynamodb://127.0.0.1:{server.port}/Harm"
        self.url = self._direct
        self._call("delete_table", may_fail=True)
        self._call(
            "create_table",
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            BillingMode="PAY_PER_REQUEST",
        )

    def _call(
        self, name: str, *, may_fail: bool = False, **parameters: object
    ) -> dict[str, object]:
        async def call() -> dict[str, object]:
            async with create_client(parse_location(self._direct)) as client:
                try:
                    found: dict[str, object] = await getattr(client, name)(
                        TableName="Harm", **parameters
                    )
                except client.exceptions.ResourceNotFoundException:
                    if not may_fail:
                        raise
                    return {}
                return found

        return run(call())

    def put(self, key: str, who: str) -> None:
        item = {
            "id": {"S": key},
            "data": to_typed(session_of(who)),  # type: ignore[arg-type]  # it is JSON
            "expiresAt": {"N": str(int(ends() * 1000))},
            "ttl": {"N": str(int(ends()))},
            "raw": {"B": b"\x00\xff"},
            "groups": {"SS": ["a", "b"]},
        }
        self._call("put_item", Item=item)

    def stored(self) -> dict[str, object]:
        found = self._call("scan", ConsistentRead=True)["Items"]
        assert isinstance(found, list)
        return {item["id"]["S"]: json.dumps(item, sort_keys=True, default=repr) for item in found}

    def accepts(self, key: str) -> bool:
        item = self._call("get_item", Key={"id": {"S": key}}, ConsistentRead=True).get("Item")
        if not isinstance(item, dict):
            return False
        return int(item["expiresAt"]["N"]) > SystemClock().now() * 1000

    def close(self) -> None:
        """Do nothing: each call has a client."""

    @contextmanager
    def recording(self) -> Iterator[list[str]]:
        told: list[str] = []
        with relay_dynamodb(self._port, told) as port:
            self.url = f"dynamodb://127.0.0.1:{port}/Harm"
            yield told
        self.url = self._direct
