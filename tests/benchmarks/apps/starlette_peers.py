"""Starlette's own SessionMiddleware, and starsessions over cookies and Redis."""

from __future__ import annotations

from typing import Any

from redis.asyncio import Redis
from starlette.applications import Starlette
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starsessions import SessionAutoloadMiddleware
from starsessions import SessionMiddleware as Starsessions
from starsessions.stores.cookie import CookieStore
from starsessions.stores.redis import RedisStore

from tests.benchmarks.apps.serve import SECRET, env, serve

DAY = 86_400


async def home(request: Request) -> JSONResponse:
    """Answer who it is; Starlette writes a session only when it was changed: count the visits."""
    request.session["visits"] = request.session.get("visits", 0) + 1
    return JSONResponse({"sub": request.session["user"]["sub"]})


async def login(request: Request) -> JSONResponse:
    """Fill the session."""
    request.session.update(await request.json())
    return JSONResponse({})


async def echo(request: Request) -> JSONResponse:
    """Give the cookie back as it came: what a cookie session cannot cost less than."""
    answer = JSONResponse({"sub": "auth0|65f0c1d2"})
    value = request.cookies["session"]
    answer.headers["set-cookie"] = f"session={value}; path=/; Max-Age={DAY}; httponly; samesite=lax"
    return answer


async def first(request: Request) -> JSONResponse:
    """Set a cookie as long as a sealed session is."""
    answer = JSONResponse({})
    value = "x" * (len(await request.body()) * 4 // 3)
    answer.headers["set-cookie"] = f"session={value}; path=/; Max-Age={DAY}; httponly; samesite=lax"
    return answer


async def build() -> Any:
    """Return the app of BENCH_KIND."""
    if env("KIND") == "echo":
        return Starlette(routes=[Route("/", echo), Route("/login", first, methods=["POST"])])
    app = Starlette(routes=[Route("/", home), Route("/login", login, methods=["POST"])])
    if env("KIND") == "starlette":
        return SessionMiddleware(app, secret_key=SECRET, max_age=DAY)
    loaded = SessionAutoloadMiddleware(app)
    return Starsessions(loaded, store=choose_store(), lifetime=DAY, rolling=True)


def choose_store() -> RedisStore | CookieStore:
    """Return the store of BENCH_STORE, or a cookie."""
    if env("STORE"):
        return RedisStore(connection=Redis.from_url(env("STORE")))
    return CookieStore(secret_key=SECRET)


if __name__ == "__main__":
    serve(build)
