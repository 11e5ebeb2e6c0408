"""Serves an ASGI app as most people do: one uvicorn process, uvloop, httptools."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from typing import Any

import uvicorn
import uvloop

SECRET = "a-session-secret-of-32-bytes-or-more"


def env(name: str) -> str:
    """Return what the benchmark told this process."""
    return os.environ[f"BENCH_{name}"]


def serve(build: Callable[[], Awaitable[Any]]) -> None:
    """Build an app in its loop, and serve it until killed."""

    async def run() -> None:
        config = uvicorn.Config(
            await build(),
            port=int(env("PORT")),
            http="httptools",
            log_level="error",
            access_log=False,
            lifespan="off",
        )
        await uvicorn.Server(config).serve()

    uvloop.run(run())
