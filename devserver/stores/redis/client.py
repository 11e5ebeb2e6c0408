"""Connections to Redis by URL: one server, TLS, or whoever a Sentinel says is the master."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TypeVar
from urllib.parse import SplitResult, parse_qsl, unquote, urlencode, urlsplit, urlunsplit

import redis.asyncio as aio
from redis.asyncio.sentinel import Sentinel
from redis.exceptions import RedisClusterException, RedisError

from session_inspector.devserver.core.errors import InputError, StoreUnavailable
from session_inspector.devserver.stores.redis.counting import count_sent
from session_inspector.devserver.stores.url_options import check_options
from session_inspector.devserver.stores.watching.commands import CommandCount

SECONDS = 5.0
CONNECTIONS = 64
PREFIX = "session:"
SENTINEL_PORT = 26379
OPTIONS = frozenset(
    {
        "client_name",
        "db",
        "health_check_interval",
        "max_connections",
        "password",
        "prefix",
        "protocol",
        "retry_on_timeout",
        "socket_connect_timeout",
        "socket_keepalive",
        "socket_timeout",
        "ssl_ca_certs",
        "ssl_ca_path",
        "ssl_cert_reqs",
        "ssl_certfile",
        "ssl_check_hostname",
        "ssl_keyfile",
        "ssl_min_version",
        "ssl_password",
        "timeout",
        "username",
    }
)
"""Of a URL's query: ours, and those of redis-py's that leave rows as bytes."""
T = TypeVar("T")


@asynccontextmanager
async def redis_errors() -> AsyncIterator[None]:
    """Turn whatever the driver raises into StoreUnavailable."""
    try:
        yield
    except (RedisError, RedisClusterException, OSError, TimeoutError) as error:
        text = str(error) or type(error).__name__
        raise StoreUnavailable(f"Redis: {text}") from error


async def ask(answer: Awaitable[T]) -> T:
    """Wait for an answer. Raises: StoreUnavailable."""
    async with redis_errors():
        return await answer


@dataclass(frozen=True, slots=True)
class Connected:
    """A client, the prefix of its keys, and the Sentinels that were asked for it.

    What its own connections send is counted; a `Pipeliner` writes past them.
    """

    client: aio.Redis
    prefix: str
    sentinels: Sequence[aio.Redis] = ()
    commands: CommandCount = field(default_factory=CommandCount)

    def __post_init__(self) -> None:
        """Begin to count."""
        count_sent(self.client.connection_pool, self.commands)

    async def close(self) -> None:
        """Close all connections."""
        for client in (self.client, *self.sentinels):
            await client.aclose()
            await client.connection_pool.disconnect()


def connect(url: str) -> Connected:
    """Return a client; nothing is sent yet.

    `redis[s]://[user:password@]host[:port][/db][?prefix=session:]`, or
    `redis[s]+sentinel://host:port[,host:port…]/SERVICE[/db]`. Raises: InputError.
    """
    parts, prefix = without_prefix(url)
    if parts.scheme.endswith("+sentinel"):
        return _connect_by_sentinel(parts, prefix)
    database = parts.path.strip("/")
    if database and not database.isdecimal():
        raise InputError(
            f"{parts.path!r} is no Redis database; write a number: redis://host:6379/0"
        )
    return Connected(aio.Redis.from_pool(_make_pool(parts)), prefix)


async def ping(client: aio.Redis) -> None:
    """Ask a server for an answer. Raises: StoreUnavailable."""
    async with redis_errors():
        await client.ping()


def text_of(name: object) -> str:
    """Return what the driver gave as bytes, or decoded already."""
    if isinstance(name, bytes):
        return name.decode("utf-8", "replace")
    return str(name)


def to_bytes(value: object) -> bytes:
    """Return what the driver gave as bytes, or decoded already; what is nothing is empty."""
    if isinstance(value, bytes):
        return value
    if isinstance(value, str):
        return value.encode("utf-8", "surrogateescape")
    return b""


def without_prefix(url: str) -> tuple[SplitResult, str]:
    """Return a URL without our own option, and the key prefix it named. Raises: InputError."""
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    check_options(options, OPTIONS, "Redis")
    prefix = options.pop("prefix", PREFIX)
    return parts._replace(query=urlencode(options)), prefix


def parse_nodes(parts: SplitResult, default_port: int) -> list[tuple[str, int]]:
    """Return the (host, port) pairs of `host:port,host:port`.

    Raises: InputError.
    """
    nodes = parts.netloc.rpartition("@")[2]
    return [_parse_node(node, default_port) for node in nodes.split(",")]


def _parse_node(node: str, default_port: int) -> tuple[str, int]:
    host, colon, port = node.rpartition(":")
    if not colon:
        host = node
        port = str(default_port)
    if not host or not port.isdecimal():
        raise InputError(f"{node!r} is no Redis node; write host:port,host:port")
    return host, int(port)


def parse_credentials(parts: SplitResult) -> tuple[str | None, str | None]:
    """Return (user, password) of a URL with several nodes; None: not named."""
    user, _, password = parts.netloc.rpartition("@")[0].partition(":")
    return unquote(user) or None, unquote(password) or None


def certificates_file(parts: SplitResult) -> str | None:
    """Return the file of trusted authorities that a URL names with `ssl_ca_certs`."""
    return dict(parse_qsl(parts.query)).get("ssl_ca_certs")


def _make_pool(parts: SplitResult) -> aio.BlockingConnectionPool:
    """Return a pool in which callers queue: a thousand at once need no thousand sockets."""
    try:
        return aio.BlockingConnectionPool.from_url(
            urlunsplit(parts),
            max_connections=CONNECTIONS,
            timeout=SECONDS,
            socket_timeout=SECONDS,
            socket_connect_timeout=SECONDS,
        )
    except (ValueError, TypeError) as error:
        place = parts.netloc.rpartition("@")[2]
        raise InputError(f"{parts.scheme}://{place} is no Redis URL: {error}") from error


def _connect_by_sentinel(parts: SplitResult, prefix: str) -> Connected:
    service, _, database = parts.path.strip("/").partition("/")
    database = database or "0"
    if not service or not database.isdecimal():
        raise InputError("a Sentinel URL names its service: redis+sentinel://host:26379/mymaster/0")
    username, password = parse_credentials(parts)
    trusted: dict[str, str | None] = {}
    is_tls = parts.scheme.startswith("rediss")
    if is_tls:
        trusted["ssl_ca_certs"] = certificates_file(parts)
    sentinel = Sentinel(  # type: ignore[no-untyped-call]  # the driver leaves it untyped
        parse_nodes(parts, SENTINEL_PORT),
        socket_timeout=SECONDS,
        sentinel_kwargs={"socket_timeout": SECONDS, "socket_connect_timeout": SECONDS},
        db=int(database),
        ssl=is_tls,
        username=username,
        password=password,
        **trusted,
    )
    return Connected(sentinel.master_for(service), prefix, sentinel.sentinels)
