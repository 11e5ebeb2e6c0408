"""A session server to be killed: writes records into one SQLite file, as it is told over HTTP.

python -m tests.chaos.server FILE PORT      POST /ID?version=N   200 when it is written
"""

from __future__ import annotations

import asyncio
import hashlib
import sys

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from session_inspector.devserver.core.clock import SystemClock
from session_inspector.devserver.core.errors import StoreUnavailable
from session_inspector.devserver.core.listening import bind
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.stores.base import Record, SessionId, Store
from session_inspector.devserver.stores.sqlite.store import SqliteStore

FAR = 4_000_000_000.0


def record_of(key: str, version: int) -> Record:
    """Return a record that proves itself: a body of a few KB, and its checksum."""
    body = f"{key}:{version}:" * 60
    check = hashlib.sha256(body.encode()).hexdigest()
    data: JsonObject = {"user": {"sub": key}, "version": version, "body": body, "check": check}
    return Record(data=data, expires=FAR)


def version_of(key: str, record: Record) -> int:
    """Return the version of a whole record. Raises: AssertionError for a torn one."""
    version = record.data["version"]
    assert isinstance(version, int)
    assert record == record_of(key, version), f"{key} is torn"
    return version


def app_of(store: Store) -> Starlette:
    async def write(request: Request) -> PlainTextResponse:
        key = request.path_params["key"]
        version = int(request.query_params["version"])
        try:
            if version == 1:
                await store.create(SessionId(key), record_of(key, version))
            elif not await store.update(SessionId(key), record_of(key, version)):
                return PlainTextResponse("gone", 404)
        except StoreUnavailable as error:
            return PlainTextResponse(error.message, 503)
        return PlainTextResponse("written")

    return Starlette(routes=[Route("/{key}", write, methods=["POST"])])


async def serve(path: str, port: int) -> None:
    store = await SqliteStore.open(f"sqlite://{path}", SystemClock(), may_create=True)
    listener = bind(port)
    config = uvicorn.Config(app_of(store), log_config=None, access_log=False, lifespan="off")
    await uvicorn.Server(config).serve(sockets=[listener])


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], int(sys.argv[2])))
