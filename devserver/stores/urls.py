"""Opens a store by its URL: the scheme names it; plug-ins and classes of others do too."""

from __future__ import annotations

import re
from typing import Protocol
from urllib.parse import urlsplit, urlunsplit

from devserver.core.clock import Clock
from devserver.core.errors import InputError
from devserver.core.registry import Registry, load_target
from devserver.stores.base import Store

BUILT_IN = {
    "memory": "devserver.stores.memory:MemoryStore",
    "sqlite": "devserver.stores.sqlite:SqliteStore",
    "redis": "devserver.stores.redis:RedisStore",
    "rediss": "devserver.stores.redis:RedisStore",
}
EXTRAS = {"redis": "redis", "rediss": "redis"}
GROUP = "session_inspector.stores"
_CLASS = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*")


class StoreClass(Protocol):
    """What a plug-in names: a class with this way in."""

    async def open(self, url: str, clock: Clock, *, may_create: bool) -> Store:
        """Connect; `may_create` allows tables and indexes to be made.

        Raises: InputError, StoreUnavailable.
        """
        ...


def known_schemes() -> list[str]:
    """Return the schemes of all installed stores, without importing one."""
    return Registry[StoreClass](GROUP, BUILT_IN).names()


async def open_store(url: str, clock: Clock, *, may_create: bool) -> Store:
    """Open a store.

    Raises: InputError for an unknown scheme or a missing driver; StoreUnavailable when it does
    not answer.
    """
    found = _class_of(url) if _CLASS.fullmatch(url) else _by_scheme(url)
    return await found.open(url, clock, may_create=may_create)


def masked_url(url: str) -> str:
    """Return a store's URL with its password masked."""
    try:
        parts = urlsplit(url)
        password = parts.password
    except ValueError:
        return url.partition("://")[0] + "://…"
    if not password:
        return url
    netloc = f"{parts.username or ''}:•••@{parts.netloc.rpartition('@')[2]}"
    return urlunsplit(parts._replace(netloc=netloc))


def _by_scheme(url: str) -> StoreClass:
    scheme, found, _ = url.partition("://")
    schemes = Registry[StoreClass](GROUP, BUILT_IN)
    if not found or scheme not in schemes.names():
        known = ", ".join(f"{name}://" for name in schemes.names())
        raise InputError(
            f"store {masked_url(url)!r} has no scheme we know; it must be one of {known}"
            " or package.module:Class"
        )
    try:
        return schemes.load(scheme)
    except ImportError as error:
        extra = EXTRAS.get(scheme, scheme)
        raise InputError(
            f"store {scheme}:// needs a driver that is not installed ({error.name})."
            f" Fix: pip install 'session-inspector[{extra}]'"
        ) from error


def _class_of(target: str) -> StoreClass:
    try:
        found: StoreClass = load_target(target)
    except (ImportError, AttributeError) as error:
        raise InputError(
            f"store class {target} cannot be imported ({error}); it must be package.module:Class"
        ) from error
    return found
