"""Opens a store by its URL: the scheme names it; plug-ins and classes of others do too."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol, runtime_checkable
from urllib.parse import SplitResult, urlsplit, urlunsplit

from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.core.installation import install_command
from session_inspector.devserver.core.registry import Registry, load_target
from session_inspector.devserver.stores.base import Store
from session_inspector.devserver.stores.files import check_path
from session_inspector.devserver.stores.known_options import check_url_options

BUILT_IN = {
    "memory": "session_inspector.devserver.stores.memory:MemoryStore",
    "sqlite": "session_inspector.devserver.stores.sqlite.store:SqliteStore",
    "redis": "session_inspector.devserver.stores.redis.store:RedisStore",
    "rediss": "session_inspector.devserver.stores.redis.store:RedisStore",
    "redis+sentinel": "session_inspector.devserver.stores.redis.store:RedisStore",
    "rediss+sentinel": "session_inspector.devserver.stores.redis.store:RedisStore",
    "redis+cluster": "session_inspector.devserver.stores.redis.cluster:RedisClusterStore",
    "rediss+cluster": "session_inspector.devserver.stores.redis.cluster:RedisClusterStore",
    "postgresql": "session_inspector.devserver.stores.postgres.store:PostgresStore",
    "postgres": "session_inspector.devserver.stores.postgres.store:PostgresStore",
    "mongodb": "session_inspector.devserver.stores.mongodb.store:MongoStore",
    "mongodb+srv": "session_inspector.devserver.stores.mongodb.store:MongoStore",
    "dynamodb": "session_inspector.devserver.stores.dynamodb.store:DynamoStore",
}
EXTRAS = {
    "redis": "redis",
    "rediss": "redis",
    "redis+sentinel": "redis",
    "rediss+sentinel": "redis",
    "redis+cluster": "redis",
    "rediss+cluster": "redis",
    "postgresql": "postgres",
    "postgres": "postgres",
    "mongodb": "mongodb",
    "mongodb+srv": "mongodb",
    "dynamodb": "dynamodb",
}
"""Which extra of the package brings a scheme's driver."""
GROUP = "session_inspector.stores"
_SECRET_QUERY = re.compile(r"(?i)((?:^|&)[^=&]*(?:pass|pwd|secret|token|key)[^=&]*=)[^&]+")
_CLASS = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*")


@contextmanager
def importable_from(folder: Path) -> Iterator[None]:
    """Let modules of a folder be imported for a while, behind all that is installed.

    The console script does not look into the current folder, `python -m` does.
    """
    sys.path.append(str(folder))
    try:
        yield
    finally:
        with suppress(ValueError):
            sys.path.remove(str(folder))


class StoreClass(Protocol):
    """What a plug-in names: a class with this way in."""

    async def open(self, url: str, clock: Clock, *, may_create: bool) -> Store:
        """Connect; `may_create` allows tables and indexes to be made.

        Raises: InputError, StoreUnavailable.
        """
        ...


@runtime_checkable
class OwnStoreClass(Protocol):
    """A class whose stores keep something of their own beside the rows: an index of ends."""

    async def open_own(self, url: str, clock: Clock, *, may_create: bool) -> Store:
        """Connect as the owner of the rows: the lab, `serve`, a place of our own to measure.

        Raises: InputError, StoreUnavailable.
        """
        ...


DRIVERS = {
    "redis": "redis",
    "postgres": "asyncpg",
    "mongodb": "pymongo",
    "dynamodb": "aiobotocore",
}
"""The module of each extra's driver."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Availability:
    """Whether a scheme can be used here."""

    scheme: str
    is_installed: bool
    source: str
    """`built in`, or the module a plug-in comes from."""
    fix: str = ""
    """How to install what is missing."""


def availability() -> list[Availability]:
    """Return all schemes, sorted; looks for drivers without importing one."""
    found: list[Availability] = []
    for scheme, target in sorted(Registry[StoreClass](GROUP, BUILT_IN).targets().items()):
        extra = missing_extra(scheme)
        fix = ""
        if extra:
            fix = install_command(extra)
        source = source_of(scheme, target)
        found.append(Availability(scheme=scheme, is_installed=not extra, source=source, fix=fix))
    return found


def source_of(scheme: str, target: str) -> str:
    """Return where a store is from: `built in`, or its module."""
    if scheme in BUILT_IN:
        return "built in"
    return target.partition(":")[0]


def missing_extra(scheme: str) -> str:
    """Return the extra whose driver a scheme needs and lacks; empty: none is missing."""
    extra = EXTRAS.get(scheme, "")
    if extra and find_spec(DRIVERS[extra]) is None:
        return extra
    return ""


def check_driver(url: str) -> None:
    """Raises: InputError, with the fix, when the driver of a URL's scheme is not installed."""
    scheme = url.partition("://")[0]
    extra = missing_extra(scheme)
    if extra:
        raise InputError(
            f"store {scheme}:// needs a driver that is not installed ({DRIVERS[extra]})."
            f" Fix: {install_command(extra)}"
        )


def kind_of(url: str) -> str:
    """Return the scheme without how it is reached: `redis` of `redis+cluster`."""
    return url.partition("://")[0].partition("+")[0]


def list_schemes() -> list[str]:
    """Return the schemes of all installed stores, without importing one."""
    return Registry[StoreClass](GROUP, BUILT_IN).names()


async def open_store(url: str, clock: Clock, *, may_create: bool) -> Store:
    """Open a store, an app's: nothing but its rows is read or written.

    Raises: InputError for no URL, an unknown scheme or a missing driver; StoreUnavailable when it
    does not answer.
    """
    return await check_store_url(url).open(url, clock, may_create=may_create)


async def open_own_store(url: str, clock: Clock, *, may_create: bool) -> Store:
    """Open a store for rows of our own: what `open_store` does, and an index where one is kept.

    Raises: InputError, StoreUnavailable.
    """
    found = check_store_url(url)
    if isinstance(found, OwnStoreClass):
        return await found.open_own(url, clock, may_create=may_create)
    return await found.open(url, clock, may_create=may_create)


def check_store_url(url: str) -> StoreClass:
    """Return the class that opens a URL; nothing is connected. Raises: InputError."""
    _check_url(url)
    if _CLASS.fullmatch(url):
        return _class_of(url)
    found = _by_scheme(url)
    check_url_options(url)
    return found


def mask_store_url(url: str) -> str:
    """Return a store's URL with its passwords masked, in the query too."""
    try:
        parts = urlsplit(url)
        password = parts.password
    except ValueError:
        return url.partition("://")[0] + "://…"
    host = url.rpartition("@")[2]
    if not password and "://" not in url and "@" in url:
        # without a scheme a password could stand anywhere
        return f"…@{host}"
    masked = parts._replace(query=_SECRET_QUERY.sub(r"\1•••", parts.query))
    if password:
        masked = masked._replace(netloc=_mask_password(parts))
    if masked == parts:
        return url
    return urlunsplit(masked)


def _mask_password(parts: SplitResult) -> str:
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.username or ''}:•••@{host}"


def _check_url(url: str) -> None:
    """Refuse what no driver should see. Raises: InputError."""
    if not url.isprintable() or not _has_pairs(url):
        raise InputError(
            f"store {mask_store_url(url)!r} is no URL: brackets in pairs, and nothing invisible."
            " Fix: session-inspector stores shows the forms"
        )


def _has_pairs(url: str) -> bool:
    """Return False for a host in brackets that do not pair."""
    try:
        urlsplit(url).port  # noqa: B018  # reading it is the check
    except ValueError:
        # a list of hosts has several ports; its driver reads it
        return url.count("[") == url.count("]")
    return True


def _by_scheme(url: str) -> StoreClass:
    scheme, found, _ = url.partition("://")
    schemes = Registry[StoreClass](GROUP, BUILT_IN)
    if not found:
        check_path(url)
    if not found or scheme not in schemes.names():
        known = ", ".join(f"{name}://" for name in schemes.names())
        raise InputError(
            f"store {mask_store_url(url)!r} has no scheme we know; it must be one of {known}"
            " or package.module:Class"
        )
    check_driver(url)
    try:
        return schemes.load(scheme)
    except ImportError as error:
        # a plug-in's own driver: whoever wrote it knows its package
        raise InputError(
            f"store {scheme}:// needs {error.name or error}, which is not installed."
            f" Fix: install it beside {schemes.targets()[scheme].partition(':')[0]}"
        ) from error


def _class_of(target: str) -> StoreClass:
    try:
        with importable_from(Path.cwd()):
            found: StoreClass = load_target(target)
        if not callable(getattr(found, "open", None)):
            raise AttributeError("it has no method `open`")
    except (ImportError, AttributeError, ValueError) as error:
        raise InputError(
            f"store class {target} cannot be imported ({error}); it must be package.module:Class"
        ) from error
    return found
