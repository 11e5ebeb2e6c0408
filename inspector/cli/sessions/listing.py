"""`sessions list`: a page, or all rows page by page; never a whole store in memory.

`--json` is a list of rows, and with `--limit` an object that has `next` as well. Who stops a search
gets what it has found, and where it goes on.
"""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from session_inspector.devserver.core.numbers import count_noun
from session_inspector.devserver.stores.querying.cursors import pack_cursor, unpack_cursor
from session_inspector.devserver.stores.querying.gentle import GentleSource
from session_inspector.devserver.stores.querying.sources import (
    Keep,
    Progress,
    Search,
    WindowSource,
)
from session_inspector.inspector.cli.output import JsonList, print_json, print_line, say
from session_inspector.inspector.cli.progress import ProgressLine

T = TypeVar("T")
PAGE = 500
"""Rows that are in memory at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowListing(Generic[T]):
    """Rows of one store, and how they are shown."""

    source: WindowSource[T]
    keep: Keep[T]
    scope: str
    """What a cursor is of: store, layout and filter."""
    summarise: Callable[[Sequence[T]], Sequence[Mapping[str, object]]]
    to_line: Callable[[Mapping[str, object]], str]
    heading: str
    """What the columns of a line are."""
    noun: str
    """Of one row: `session`."""
    of: str = ""
    """Behind the count: ` of connect-redis`."""


async def print_listing(arguments: argparse.Namespace, listing: RowListing[T]) -> int:
    """Print one page, or all; return how many rows. Raises: InputError, StoreUnavailable."""
    position = None
    if arguments.after:
        position = unpack_cursor(arguments.after, listing.scope)
    if arguments.gentle:
        listing = replace(listing, source=GentleSource(listing.source))
    if arguments.limit:
        return await _print_page(arguments, listing, position)
    return await _print_all(arguments, listing, position)


async def _print_page(
    arguments: argparse.Namespace, listing: RowListing[T], position: str | None
) -> int:
    search, was_stopped = await _fill(listing, position, arguments.limit)
    rows = listing.summarise(search.rows)
    cursor = await _name_next(arguments, listing, search)
    if arguments.json:
        print_json(
            {
                "rows": rows,
                "next": cursor,
                "has_more": not search.is_over,
                "looked_at": search.looked,
                "filtered_by": listing.source.how,
                "order": listing.source.stability,
            }
        )
    else:
        _print_lines(listing, rows)
        if cursor is not None:
            print_line(f"more: --after {cursor}")
    if listing.source.how:
        say(listing.source.how)
    if not search.is_over and cursor is None:
        say("where it goes on is an id here. Fix: --reveal prints it")
    if was_stopped:
        raise KeyboardInterrupt
    return len(rows)


async def _fill(listing: RowListing[T], position: str | None, limit: int) -> tuple[Search[T], bool]:
    """Return a search that is done, or was stopped by ctrl+c."""
    line = ProgressLine()

    def note(progress: Progress) -> None:
        line.show(f"looked at {progress.looked:,} rows, {progress.found:,} fit")

    search = Search(listing.source, listing.keep, position, note)
    try:
        await search.fill(limit)
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if task is not None:
            task.uncancel()
        return search, True
    finally:
        line.clear()
    return search, False


async def _name_next(
    arguments: argparse.Namespace, listing: RowListing[T], search: Search[T]
) -> str | None:
    """Return the cursor of the next page; None: there is none, or it would be an id."""
    position = search.position
    if position is None:
        return None
    told = await listing.source.disclose(position)
    if told is None and arguments.reveal:
        told = position
    if told is None:
        return None
    return pack_cursor(told, listing.scope)


async def _print_all(
    arguments: argparse.Namespace, listing: RowListing[T], position: str | None
) -> int:
    """Print all rows as they come."""
    count = 0
    out = JsonList() if arguments.json else None
    while True:
        search, was_stopped = await _fill(listing, position, PAGE)
        rows = listing.summarise(search.rows)
        count += len(rows)
        if out is not None:
            out.add(rows)
        else:
            _print_rows(listing, rows, is_first=count == len(rows))
        if was_stopped:
            raise KeyboardInterrupt
        position = search.position
        if position is None:
            break
    if out is not None:
        out.close()
    else:
        _print_count(listing, count)
    return count


def _print_lines(listing: RowListing[T], rows: Sequence[Mapping[str, object]]) -> None:
    _print_rows(listing, rows, is_first=True)
    _print_count(listing, len(rows))


def _print_rows(
    listing: RowListing[T], rows: Sequence[Mapping[str, object]], *, is_first: bool
) -> None:
    """Print a line a row, the first ones below the names of the columns."""
    if rows and is_first:
        print_line(listing.heading)
    for row in rows:
        print_line(listing.to_line(row))


def _print_count(listing: RowListing[T], count: int) -> None:
    print_line(f"{count_noun(count, listing.noun)}{listing.of}")


def name_whose(message: str, session: str, user: str) -> str:
    """Return a sentence of what was done, with whose session it was done to."""
    of = f" of {user}" if user else ""
    return f"session {session}{of}: {message}"
