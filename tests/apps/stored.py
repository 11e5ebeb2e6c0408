"""Real apps whose sessions are rows alone, and what their stores hold."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg
import httpx
import pytest
import redis

from tests.engines import CACHE, PostgresServer
from tests.servers import RedisServer, binary, free_port, wait_for_port
from tests.waiting import PATIENCE, patient_client

FOLDER = Path(__file__).parent
SYMFONY = Path("/usr/share/php/Symfony/Component/HttpFoundation/autoload.php")
PORT = "PORT"
"""Stands for `127.0.0.1:PORT` in the command of a server that is told its port."""
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"


def spring_command() -> list[str]:
    jars = CACHE / "spring"
    if not (jars / "pom.xml").exists():
        pytest.skip("Spring Session is not installed. Fix: bash tests/engines.sh")
    return [binary("java"), "-cp", f"{jars}/*", str(FOLDER / "spring" / "App.java")]


def php_command() -> list[str]:
    """Return PHP's server; skips without the extensions and Symfony's component."""
    php = binary("php")
    needs = "exit(extension_loaded('redis') && extension_loaded('pdo_sqlite') ? 0 : 1);"
    if subprocess.run([php, "-r", needs], check=False).returncode != 0:
        pytest.skip("PHP has no redis or pdo_sqlite. Fix: apt install php-redis php-sqlite3")
    if not SYMFONY.exists():
        pytest.skip("Symfony is not there. Fix: apt install php-symfony-http-foundation")
    return [php, "-S", PORT, str(FOLDER / "php" / "app.php")]


def scs_command() -> list[str]:
    app = CACHE / "scs" / "app"
    if not app.exists():
        pytest.skip("the app of scs is not installed. Fix: bash tests/engines.sh")
    return [str(app)]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSample:
    """One app over one store."""

    name: str
    layout: str
    command: Callable[[], list[str]]
    store: str
    env: Mapping[str, str] = field(default_factory=dict)


SPRING = "spring-session"


def _php(store: str) -> StoredSample:
    return StoredSample(name=f"php-{store}", layout="php", command=php_command, store=store)


SAMPLES = (
    StoredSample(name="spring-redis", layout=SPRING, command=spring_command, store="redis"),
    StoredSample(
        name="spring-redis-indexed", layout=SPRING, command=spring_command, store="redis-indexed"
    ),
    StoredSample(name="spring-jdbc", layout=SPRING, command=spring_command, store="postgres"),
    StoredSample(name="scs-redis", layout="scs", command=scs_command, store="redis"),
    StoredSample(name="scs-postgres", layout="scs", command=scs_command, store="postgres"),
    StoredSample(
        name="scs-redis-hashed",
        layout="scs",
        command=scs_command,
        store="redis",
        env={"HASH": "1"},
    ),
    _php("phpredis"),
    _php("symfony-redis"),
    _php("symfony-pdo"),
)


class StoredApp:
    """A running app and its store."""

    def __init__(self, sample: StoredSample, port: int, url: str) -> None:
        self.sample = sample
        self.base_url = f"http://127.0.0.1:{port}"
        self.url = url
        """Of the store, as this tool takes it."""

    def sign_in(self, who: str) -> str:
        """Return the id of a new session."""
        with patient_client(base_url=self.base_url) as client:
            answer = client.get(f"/login?{who}")
        assert answer.status_code == 200
        return answer.cookies.get("session") or answer.text

    def is_signed_in(self, session_id: str) -> bool:
        """Ask the app."""
        with patient_client(base_url=self.base_url) as client:
            answer = client.get(f"/me?{session_id}", headers={"cookie": f"session={session_id}"})
        assert answer.status_code in (200, 401), answer.text
        return answer.status_code == httpx.codes.OK

    def stored(self) -> dict[str, object]:
        """Return all that the store holds, with the ends of keys."""
        if self.url.startswith("sqlite"):
            return _read_file(self.url.removeprefix("sqlite://"))
        if self.url.startswith("postgresql"):
            return asyncio.run(_read_tables(self.url))
        with redis.Redis.from_url(self.url) as client:
            names = [str(name, "utf-8") for name in client.scan_iter()]
            return {name: (_read_value(client, name), client.pexpiretime(name)) for name in names}


def _read_file(path: str) -> dict[str, object]:
    with sqlite3.connect(path) as db:
        found = db.execute("SELECT * FROM sessions ORDER BY sess_id").fetchall()
    db.close()
    return {"sessions": found}


def _read_value(client: redis.Redis, name: str) -> object:
    """Return a key's bytes; of a hash its fields, whose order is the server's own."""
    if client.type(name) == b"hash":
        return client.hgetall(name)
    return client.dump(name)


async def _read_tables(url: str) -> dict[str, object]:
    connection = await asyncpg.connect(url)
    found: dict[str, object] = {}
    for (table,) in await connection.fetch(TABLES):
        rows = await connection.fetch(f'SELECT * FROM "{table}"')
        found[table] = sorted(repr(tuple(row)) for row in rows)
    await connection.close()
    return found


@contextmanager
def running_app(
    sample: StoredSample,
    redis_server: RedisServer,
    database: Callable[[], str],
    folder: Path,
    *,
    life: int = 1800,
) -> Iterator[StoredApp]:
    """Run an app until the block ends, its sessions live for seconds.

    `database` makes one of PostgreSQL; Redis is taken as it is.
    """
    port = free_port()
    command = [part.replace(PORT, f"127.0.0.1:{port}") for part in sample.command()]
    url, app_url = _find_store(sample, redis_server, database, folder)
    settings = {"STORE": sample.store, "URL": app_url, "LIFE": str(life)}
    with (folder / "app.log").open("w") as log:
        process = subprocess.Popen(
            command,
            env={**os.environ, **sample.env, **settings},
            stdout=subprocess.PIPE,
            stderr=log,
        )
        assert process.stdout is not None
        with process, process.stdout:
            try:
                if sample.command is php_command:
                    wait_for_port(port, process)
                else:
                    said = process.stdout.readline()
                    assert said, (folder / "app.log").read_text()
                    port = int(said)
                yield StoredApp(sample, port, url)
            finally:
                process.kill()
                process.wait(PATIENCE)


def _find_store(
    sample: StoredSample, redis_server: RedisServer, database: Callable[[], str], folder: Path
) -> tuple[str, str]:
    """Return the URL of a store, and how the app takes it."""
    if sample.store == "symfony-pdo":
        return f"sqlite://{folder}/php.db", f"sqlite:{folder}/php.db"
    if sample.store != "postgres":
        if sample.store == "phpredis":
            return redis_server.url, f"tcp://127.0.0.1:{redis_server.port}"
        if sample.layout != "scs":
            return redis_server.url, str(redis_server.port)
        return redis_server.url, redis_server.url
    url = database()
    if sample.layout == SPRING:
        place = url.partition("@")[2]
        return url, f"jdbc:postgresql://{place}?user=postgres"
    return url, f"{url}?sslmode=disable"


def new_database(server: PostgresServer, name: str) -> str:
    """Make a database; returns its URL."""

    async def make() -> None:
        connection = await asyncpg.connect(server.url)
        await connection.execute(f"CREATE DATABASE {name}")
        await connection.close()

    asyncio.run(make())
    return f"{server.url.rpartition('/')[0]}/{name}"
