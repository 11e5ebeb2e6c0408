"""What a session in a store costs who writes it by hand: one round trip, and a cookie with an id.

The route, the server and the driver are those of our own app. Nothing is sealed, no expiry but the
store's is asked, no cache is told to keep away.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
import orjson
from redis.asyncio import Redis
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from tests.benchmarks.apps.serve import env, serve

DAY = 86_400
CONNECTIONS = 10
"""As many as our own store keeps."""
TABLE = "CREATE TABLE IF NOT EXISTS by_hand (id TEXT PRIMARY KEY, data JSONB, expires_at TIMESTAMP)"
INSERT = "INSERT INTO by_hand VALUES ($1, $2, now() + interval '1 day')"
ROLL = (
    "UPDATE by_hand SET expires_at = now() + interval '1 day'"
    " WHERE id = $1 AND expires_at > now() RETURNING data"
)
Roll = Callable[[str], Awaitable[Any]]
Write = Callable[[str, bytes], Awaitable[Any]]


async def build() -> Any:
    """Return the app over the store of BENCH_STORE."""
    if env("STORE").startswith("redis"):
        client = Redis.from_url(env("STORE"))

        async def roll(key: str) -> Any:
            return await client.getex(f"by-hand:{key}", ex=DAY)

        async def write(key: str, text: bytes) -> Any:
            return await client.set(f"by-hand:{key}", text, ex=DAY)

        return make_app(roll, write)
    pool = await asyncpg.create_pool(env("STORE"), min_size=0, max_size=CONNECTIONS)
    await pool.execute(TABLE)

    async def roll_row(key: str) -> Any:
        return await pool.fetchval(ROLL, key)

    async def write_row(key: str, text: bytes) -> Any:
        return await pool.execute(INSERT, key, text.decode())

    return make_app(roll_row, write_row)


def make_app(roll: Roll, write: Write) -> Starlette:
    """Return an app whose every request rolls its session."""

    async def home(request: Request) -> JSONResponse:
        key = request.cookies["sid"]
        session = orjson.loads(await roll(key))
        answer = JSONResponse({"sub": session["user"]["sub"]})
        answer.headers["set-cookie"] = make_cookie(key)
        return answer

    async def login(request: Request) -> JSONResponse:
        key = secrets.token_hex(16)
        await write(key, await request.body())
        answer = JSONResponse({})
        answer.headers["set-cookie"] = make_cookie(key)
        return answer

    return Starlette(routes=[Route("/", home), Route("/login", login, methods=["POST"])])


def make_cookie(key: str) -> str:
    """Return the line that keeps an id for a day more."""
    return f"sid={key}; path=/; Max-Age={DAY}; httponly; samesite=lax"


if __name__ == "__main__":
    serve(build)
