"""Which options the URL of each kind of store has: what nobody reads is refused."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from session_inspector.devserver.stores.url_options import (
    OWN_OPTIONS,
    check_options,
    refuse_misspelt,
    refuse_option,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class UrlOptions:
    """What the URL of one kind of store may have in its query."""

    store: str
    """The store's name for people."""
    own: Collection[str]
    """Options of ours."""
    list_others: Callable[[], Collection[str]] | None = None
    """Returns all that its driver takes, in small letters; None: whatever an app gives its own."""
    taken: str = ""
    """What it takes, in words; empty: all are named."""


def _list_redis() -> Collection[str]:
    from session_inspector.devserver.stores.redis.client import OPTIONS  # the driver is optional

    return OPTIONS


def _list_mongodb() -> Collection[str]:
    from pymongo.common import URI_OPTIONS_VALIDATOR_MAP  # the driver is optional

    return [name.lower() for name in URI_OPTIONS_VALIDATOR_MAP]


def _list_none() -> Collection[str]:
    return ()


SQLITE = UrlOptions(store="SQLite", own=("table",))
POSTGRES = UrlOptions(store="PostgreSQL", own=("table", "notify"))
OPTIONS = {
    "memory": UrlOptions(store="memory", own=(), list_others=_list_none, taken="none"),
    "sqlite": SQLITE,
    "redis": UrlOptions(store="Redis", own=("prefix",), list_others=_list_redis),
    "rediss": UrlOptions(store="Redis", own=("prefix",), list_others=_list_redis),
    # what its driver does not know is a setting of the server, which refuses what it does not know
    "postgresql": POSTGRES,
    "postgres": POSTGRES,
    "mongodb": UrlOptions(
        store="MongoDB",
        own=("collection",),
        list_others=_list_mongodb,
        taken="collection, and what pymongo takes",
    ),
    "dynamodb": UrlOptions(
        store="DynamoDB",
        own=("region",),
        list_others=_list_none,
        taken="region; its table is the path: dynamodb:///TABLE",
    ),
}
"""By scheme, without how it is reached (`redis` of `redis+cluster`). Plug-ins check their own."""


def check_url_options(url: str) -> None:
    """Refuse a URL's options that nobody reads. Raises: InputError."""
    options = OPTIONS.get(urlsplit(url).scheme.partition("+")[0])
    names = _read_names(url)
    if options is None or not names:
        return
    if options.list_others is None:
        refuse_misspelt(names, options.own, options.store)
        _refuse_of_others(names, options)
        return
    others = options.list_others()
    known = {*options.own, *others}
    unknown = [name for name in names if name not in known and name.lower() not in others]
    refuse_misspelt(unknown, known, options.store)
    if unknown:
        raise refuse_option(unknown[0], options.store, options.taken or ", ".join(sorted(known)))


def _read_names(url: str) -> list[str]:
    return [name for name, _ in parse_qsl(urlsplit(url).query, keep_blank_values=True)]


def _refuse_of_others(names: Collection[str], options: UrlOptions) -> None:
    """Refuse an option that only another kind of store has. Raises: InputError."""
    for name in names:
        if name in OWN_OPTIONS and name not in options.own:
            check_options([name], options.own, options.store)
