"""Opens a store whose rows are ours; one with the rows of another framework is named instead."""

from __future__ import annotations

from collections.abc import Sequence

from session_inspector.devserver.attach.layouts import recognise_layout
from session_inspector.devserver.attach.native_store import may_be_native
from session_inspector.devserver.attach.rows.opening import SCHEMES, open_reader
from session_inspector.devserver.attach.store_survey import (
    refuse_store,
    suggest_prefix,
    survey_store,
)
from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.errors import InputError, StoreUnavailable
from session_inspector.devserver.decoders.base import Material
from session_inspector.devserver.stores.base import KeyedRecord, Store
from session_inspector.devserver.stores.querying.sampling import (
    OURS,
    has_native_rows,
    have_other_data,
    other_data_error,
    sample_rows,
)
from session_inspector.devserver.stores.urls import kind_of, mask_store_url, open_store
from session_inspector.inspector.cli.new_file import need_file
from session_inspector.inspector.cli.output import say


class OthersRows(InputError):
    """The rows are those of another framework, whose `layout` is known."""

    def __init__(self, message: str, layout: str) -> None:
        super().__init__(message)
        self.layout = layout


BY_ROWS = frozenset({"redis", "rediss", "mongodb"})
"""Kinds of stores where only the rows show whose they are: there are no columns."""


async def open_ours(url: str, clock: Clock) -> Store:
    """Open a store that has our rows, or none.

    Raises: InputError for a file that is not there, and for rows or tables of others, by name
    (OthersRows where their layout is known); StoreUnavailable.
    """
    need_file(url)
    try:
        store = await open_store(url, clock, may_create=False)
    except InputError as error:
        await _refuse_rows(url, clock)
        await _refuse_tables(url, clock, error)
        raise
    try:
        rows = await sample_rows(store)
        if kind_of(url) in BY_ROWS:
            await _refuse_others(url, rows, clock)
        if have_other_data(rows):
            raise other_data_error(mask_store_url(url), rows)
    except (InputError, StoreUnavailable):
        await store.close()
        raise
    return store


async def _refuse_others(url: str, rows: Sequence[KeyedRecord], clock: Clock) -> None:
    """Raises: InputError for rows that are not ours; StoreUnavailable."""
    if has_native_rows(rows):
        return
    await _refuse_rows(url, clock)
    if not rows:
        await _say_elsewhere(url, clock)
    if rows and not may_be_native(url, rows):
        raise await refuse_store(url, clock)


async def _say_elsewhere(url: str, clock: Clock) -> None:
    """Print what else is there, and under which prefix known rows are: none here is not none."""
    fix = await suggest_prefix(url, clock)
    what = ""
    if not fix and url.partition("://")[0] in SCHEMES:
        what = await survey_store(url, clock)
    if fix:
        say(f"no row of this layout is in {mask_store_url(url)}. {fix}")
    elif what:
        say(f"no row of this layout is in {mask_store_url(url)}; there are {what}")


async def _refuse_rows(url: str, clock: Clock) -> None:
    """Raises: InputError for rows of another framework; StoreUnavailable."""
    if url.partition("://")[0] not in SCHEMES:
        return
    try:
        reader = await open_reader(url, clock)
    except InputError:
        return  # our own way in says what is wrong
    try:
        layout = await recognise_layout(reader, Material(cookies={}, now=clock.now()), url)
    finally:
        await reader.close()
    if layout is not None:
        shown = mask_store_url(url)
        raise OthersRows(
            f"these are rows of {layout.name}, not of {OURS}: session-inspector sessions list"
            f" --store '{shown}' shows them; P in session-inspector attach --store '{shown}'"
            " prunes them",
            layout.name,
        )


async def _refuse_tables(url: str, clock: Clock, error: InputError) -> None:
    """Raises: InputError where other tables are: ours is not to be made in an app's database."""
    found = ""
    if url.partition("://")[0] in SCHEMES:
        found = await survey_store(url, clock)
    if found:
        what = error.message.partition(";")[0]
        raise InputError(
            f"{what}; there are {found}. Fix: the URL of the store, or ?table= where it is another"
        ) from error
