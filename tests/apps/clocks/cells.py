"""Real frameworks with all their options, and two visitors of each: what the apps say of them.

One visitor of each cell comes back after a while, the other does not. A cookie is kept for as long
as the app does not replace it, as a copy of it would be: whether browsers still have it is another
question than whether the framework accepts it.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path

import httpx

from session_inspector.devserver.core.values import fingerprint
from tests.apps.commands import python
from tests.node.packages import installed
from tests.waiting import PATIENCE

FOLDER = Path(__file__).parent
SECRET = "a-secret-with-minimum-length-of-32-characters!!"
LIFE = 12
"""Seconds that sessions live in all cells, where nothing else is varied."""
AT_ONCE = 8
"""Requests of a group."""
TTL = 24
"""Seconds of the lifetimes that are given to stores."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The cells of one framework on one store."""

    name: str
    layout: str
    script: str
    env: Mapping[str, str]
    engine: str
    """The fixture of its store; empty: a file."""


def _python(name: str, layout: str, framework: str, store: str, engine: str) -> Group:
    env = {"FRAMEWORK": framework, "STORE": store}
    return Group(name=name, layout=layout, script="app.py", env=env, engine=engine)


def _express(name: str, store: str, engine: str) -> Group:
    layout = "connect-redis"
    return Group(
        name=name, layout=layout, script="express.mjs", env={"STORE": store}, engine=engine
    )


GROUPS = (
    _express("connect-redis", "redis", "redis"),
    _express("connect-pg-simple", "postgres", "postgres"),
    _express("connect-mongo", "mongodb", "mongodb"),
    _express("express-openid-connect", "openid", "redis"),
    Group(
        name="fastify-session",
        layout="connect-redis",
        script="fastify.mjs",
        env={},
        engine="redis",
    ),
    Group(name="authjs-pg", layout="authjs", script="authjs.mjs", env={}, engine="postgres"),
    Group(
        name="nextjs-auth0",
        layout="nextjs-auth0",
        script="nextjs.mjs",
        env={},
        engine="redis",
    ),
    _python("flask-session-redis", "flask-session", "flask", "redis", "redis"),
    _python("flask-session-sqlalchemy", "flask-session", "flask", "sqlalchemy", ""),
    _python("flask-session-mongodb", "flask-session", "flask", "mongodb", "mongodb"),
    _python("django-db", "django", "django", "db", ""),
    _python("django-cache", "django", "django", "cache", "redis"),
    _python("django-redis", "django", "django", "django-redis", "redis"),
    _python("starsessions-redis", "starsessions", "starsessions", "redis", "redis"),
)


@dataclass(slots=True, kw_only=True)
class Visitor:
    """Somebody who has signed in to one cell."""

    cell: str
    is_active: bool
    session: str = ""
    """The fingerprint of the id."""
    cookies: dict[str, str] = field(default_factory=dict)

    async def ask(self, client: httpx.AsyncClient, path: str) -> httpx.Response:
        """Send a request with the cookies, and keep what it sets."""
        header = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        sent = {"cookie": header} if header else {}
        response = await client.get(f"/{self.cell}/{path}", headers=sent)
        for line in response.headers.get_list("set-cookie"):
            name, _, value = line.partition(";")[0].partition("=")
            if value:
                self.cookies[name] = value
        return response

    async def sign_in(self, client: httpx.AsyncClient) -> None:
        response = await self.ask(client, "login")
        self.session = fingerprint(response.json()["id"])

    async def is_signed_in(self, client: httpx.AsyncClient) -> bool:
        response = await self.ask(client, "me")
        assert response.status_code in (200, 401), response.text
        return response.status_code == 200


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningCells:
    """Where the cells of a group are served, and by which names."""

    port: int
    names: Sequence[str]

    def visitors(self) -> list[Visitor]:
        """Return two visitors of each."""
        return [
            Visitor(cell=name, is_active=is_active)
            for name in self.names
            for is_active in (True, False)
        ]


@contextmanager
def cells_of(
    group: Group, url: str, folder: Path, *, life: int = LIFE, ttl: int = TTL
) -> Iterator[RunningCells]:
    """Run the cells of a group until the block ends."""
    program = installed() if group.script.endswith(".mjs") else python()
    lives = {"LIFE": str(life), "TTL": str(ttl)}
    with (folder / f"{group.name}.log").open("w") as log:
        process = subprocess.Popen(
            [program, str(FOLDER / group.script)],
            env={**os.environ, **group.env, **lives, "URL": url, "SECRET": SECRET},
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        assert process.stdout is not None
        with process, process.stdout:
            try:
                said = process.stdout.readline()
                assert said, (folder / f"{group.name}.log").read_text()
                found = json.loads(said)
                yield RunningCells(port=found["port"], names=found["cells"])
            finally:
                process.kill()
                process.wait(PATIENCE)


def client_of(base_url: str) -> httpx.AsyncClient:
    """Return a client that keeps no cookies itself: each visitor has its own."""
    client = httpx.AsyncClient(base_url=base_url, timeout=PATIENCE)
    client.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    return client


async def each(visitors: Sequence[Visitor], do: Callable[[Visitor], Awaitable[None]]) -> None:
    """Do something for each visitor, a few at a time: httpx looks through all that wait."""
    waiting = iter(visitors)

    async def serve() -> None:
        for visitor in waiting:
            await do(visitor)

    await asyncio.gather(*(serve() for _ in range(AT_ONCE)))


async def answers(client: httpx.AsyncClient, visitors: Sequence[Visitor]) -> dict[str, bool]:
    """Ask the app of each visitor: {session: whether it says that somebody is signed in}."""
    said: dict[str, bool] = {}

    async def ask(visitor: Visitor) -> None:
        said[visitor.session] = await visitor.is_signed_in(client)

    await each(visitors, ask)
    return said
