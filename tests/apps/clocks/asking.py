"""What the tool is asked about the stores of the cells, however late a busy machine is."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from session_inspector.devserver.attach.attachment import RunningAttachment
from session_inspector.devserver.attach.layouts import find_layout, foreign_rows
from session_inspector.devserver.attach.rows.opening import open_reader
from session_inspector.devserver.core.clock import SystemClock, stopwatch
from session_inspector.devserver.core.commands import Prune
from session_inspector.devserver.core.errors import StoreUnavailable
from session_inspector.devserver.decoders.base import Material
from session_inspector.devserver.stores.querying.sampling import OURS
from session_inspector.devserver.stores.urls import open_store
from session_inspector.inspector.cli.sessions import command
from session_inspector.inspector.cli.sessions import foreign_rows as rows_shown
from tests.apps.clocks.cells import SECRET, Group
from tests.waiting import PATIENCE

T = TypeVar("T")
CLOCK = SystemClock()
MOST = 500
"""Rows that are listed."""


async def ask_again(work: Callable[[], Awaitable[T]]) -> T:
    """Return what a store answers: 14 groups share this loop, and its 5 s go by the wall clock.

    Raises: StoreUnavailable when it never answers.
    """
    end = stopwatch() + PATIENCE
    while True:
        try:
            return await work()
        except StoreUnavailable:
            if stopwatch() > end:
                raise


async def prune(attachment: RunningAttachment) -> None:
    """Delete what the tool calls ended. Raises: StoreUnavailable."""
    deleting = attachment.control.execute(Prune(is_dry=False))
    reply = await asyncio.wrap_future(attachment.submit(deleting))
    if not reply.is_ok:
        raise StoreUnavailable(reply.message)


async def list_rows(group: Group, url: str) -> list[dict[str, object]]:
    """Return what `sessions list` prints."""
    if group.layout == OURS:
        return await list_native_rows(url)
    material = Material(cookies={}, secrets=[SECRET], now=CLOCK.now())
    reader = await open_reader(url, CLOCK)
    try:
        rows = foreign_rows(reader, find_layout(group.layout), material, MOST)
        return [rows_shown.summary(row, material.now, False) async for row in rows]
    finally:
        await reader.close()


async def list_native_rows(url: str) -> list[dict[str, object]]:
    """Return the same of rows of nextjs-auth0."""
    store = await open_store(url, CLOCK, may_create=False)
    found: list[dict[str, object]] = []
    cursor: str | None = None
    try:
        while not found or cursor is not None:
            page = await store.page(cursor, MOST)
            found += [command.summary(key, row, CLOCK.now(), False) for key, row in page.rows]
            cursor = page.cursor
            if cursor is None:
                break
    finally:
        await store.close()
    return found
