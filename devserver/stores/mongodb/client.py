"""Clients of MongoDB by URL: how long they wait, and what they raise."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeAlias

from bson.errors import BSONError
from pymongo import AsyncMongoClient, monitoring
from pymongo.errors import ConfigurationError, InvalidURI, PyMongoError

from session_inspector.devserver.core.errors import InputError, StoreUnavailable
from session_inspector.devserver.stores.watching.commands import CommandCount

Document: TypeAlias = dict[str, object]
TIMEOUT = 5_000
"""Milliseconds a server may take to answer."""
NONE_YET = "No servers found yet"
"""How the driver says that its time was over before any server answered."""
TIMEOUTS = ("serverSelectionTimeoutMS", "connectTimeoutMS", "socketTimeoutMS")


def connect_mongo(url: str, commands: CommandCount | None = None) -> AsyncMongoClient[Document]:
    """Return a client of a URL without options of ours; nothing is sent yet.

    `commands` counts what it sends. Raises: InputError.
    """
    listeners: list[monitoring.CommandListener] = []
    if commands is not None:
        listeners = [SentCommands(commands)]
    try:
        return AsyncMongoClient(add_timeouts(url), event_listeners=listeners)
    except (InvalidURI, ConfigurationError, ValueError) as error:
        raise InputError(f"this is no MongoDB URL: {error}") from error


class SentCommands(monitoring.CommandListener):
    """Counts commands; the driver's own heartbeats, one in ten seconds, are none of them."""

    def __init__(self, commands: CommandCount) -> None:
        self._commands = commands

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        """Count one that is sent."""
        self._commands.note()

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        """Do nothing."""

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        """Do nothing."""


def add_timeouts(url: str) -> str:
    """Return a URL with our own limits of waiting where it names none."""
    missing = [f"{name}={TIMEOUT}" for name in TIMEOUTS if name not in url]
    if not missing:
        return url
    start = "&" if "?" in url else "?"
    return f"{url}{start}{'&'.join(missing)}"


@contextmanager
def mongo_errors() -> Iterator[None]:
    """Turn whatever the driver raises into StoreUnavailable."""
    try:
        yield
    except (PyMongoError, BSONError, OSError) as error:
        raise StoreUnavailable(f"MongoDB: {_first_reason(error)}") from error


def _first_reason(error: Exception) -> str:
    """Return a driver's message without its timeouts and its view of the cluster."""
    reason = re.split(r" \(configured timeouts|, Timeout: [0-9.]+s", str(error), maxsplit=1)[0]
    return reason.replace(NONE_YET, "no server answered in time")
