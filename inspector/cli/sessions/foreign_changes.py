"""`sessions revoke|expire` on another framework's row, in that framework's own form."""

from __future__ import annotations

import argparse

from session_inspector.devserver.attach.expiry import end_content
from session_inspector.devserver.attach.row_layout import RowLayout
from session_inspector.devserver.attach.rows.opening import open_writer
from session_inspector.devserver.attach.rows.writing import RawWriter
from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.session.row_administration import join_copy

GONE = "it was gone already"


async def change_row(
    arguments: argparse.Namespace, url: str, layout: RowLayout, key: str, clock: Clock
) -> tuple[bool, str]:
    """Delete the row of a key, or let it end; returns whether it was there, and a sentence.

    Raises: InputError for a clock that the row does not have; StoreUnavailable.
    """
    if arguments.action == "expire" and arguments.clock == "access_token":
        raise InputError(
            f"rows of {layout.name} keep tokens in a way of the app's own."
            " Fix: --clock inactivity ends the session"
        )
    writer = await open_writer(url, clock)
    try:
        if arguments.action == "revoke":
            return await _revoke(writer, layout, key)
        return await _expire(writer, layout, key, clock)
    finally:
        await writer.close()


async def _revoke(writer: RawWriter, layout: RowLayout, key: str) -> tuple[bool, str]:
    if await writer.remove(layout.places, key) is None:
        return False, GONE
    return True, join_copy("revoked", layout.warn_of_copy(key))


async def _expire(writer: RawWriter, layout: RowLayout, key: str, clock: Clock) -> tuple[bool, str]:
    """End a row by the end that its framework obeys: the store's, and those inside."""
    ends = clock.now() - 1

    def change(content: bytes) -> bytes | None:
        return end_content(layout.name, content, ends)

    if await writer.end(layout.places, key, ends, change):
        message = f"its row has ended, as {layout.name} writes it"
        return True, join_copy(message, layout.warn_of_copy(key))
    return False, GONE
