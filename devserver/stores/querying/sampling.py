"""Whose rows a store has, by a few of them: columns of ours may hold another app's data."""

from __future__ import annotations

from collections.abc import Sequence

from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.stores.base import KeyedRecord, Store

SAMPLE = 50
"""Rows a layout is recognised by."""
PAGES = 20
"""Pages that are turned to find them."""
OURS = "nextjs-auth0"
MEMBERS = frozenset({"user", "tokenSet", "internal"})
"""Of a session's data: the SDK writes all three."""


async def sample_rows(store: Store) -> list[KeyedRecord]:
    """Return some rows: in Redis the first pages are those of an index a real app has not made.

    Raises: StoreUnavailable.
    """
    rows: list[KeyedRecord] = []
    cursor: str | None = None
    for _ in range(PAGES):
        page = await store.page(cursor, SAMPLE)
        rows += page.rows
        cursor = page.cursor
        if cursor is None or (len(rows) >= SAMPLE and has_native_rows(rows)):
            break
    return rows


async def refuse_other_data(store: Store, label: str) -> None:
    """Raises: InputError for a store whose rows are another app's; StoreUnavailable."""
    rows = await sample_rows(store)
    if have_other_data(rows):
        raise other_data_error(label, rows)


def has_native_rows(rows: Sequence[KeyedRecord]) -> bool:
    """Check that rows are of this layout: user and internal are members of each."""
    return any({"user", "internal"} <= set(record.data) for _, record in rows)


def have_other_data(rows: Sequence[KeyedRecord]) -> bool:
    """Check that what can be read of rows is no session: not one has a member of those."""
    readable = [record for _, record in rows if record.data]
    return bool(readable) and not any(MEMBERS & record.data.keys() for record in readable)


def other_data_error(label: str, rows: Sequence[KeyedRecord]) -> InputError:
    """Return the refusal of a table that has our columns and another app's data."""
    return InputError(
        f"the rows in {label} are no sessions of {OURS}: of {len(rows)} that were read none has"
        " user, tokenSet or internal. Fix: the URL of the store that has them, or another table"
        " (?table=, ?collection=, ?prefix=, or the path of dynamodb:///TABLE)"
    )
