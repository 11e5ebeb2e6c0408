"""`sessions list|show` on the stores of other frameworks, whose layout is named or recognised."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from session_inspector.devserver.attach.layouts import (
    OURS,
    find_layout,
    foreign_rows,
    recognise_layout,
)
from session_inspector.devserver.attach.native_store import may_be_native, sample_rows
from session_inspector.devserver.attach.row_content import ForeignRow, settle_doubts
from session_inspector.devserver.attach.row_layout import RowLayout
from session_inspector.devserver.attach.row_names import show_key
from session_inspector.devserver.attach.rows.base import RawReader, RowLocations, describe_others
from session_inspector.devserver.attach.rows.opening import SCHEMES, open_reader
from session_inspector.devserver.attach.store_survey import (
    refuse_store,
    suggest_prefix,
    survey_store,
)
from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.errors import InputError, StoreUnavailable
from session_inspector.devserver.core.numbers import count_noun
from session_inspector.devserver.core.values import Seconds, fingerprint, mask_object
from session_inspector.devserver.decoders.base import Material
from session_inspector.devserver.decoders.subject import find_subject
from session_inspector.devserver.stores.urls import open_store
from session_inspector.inspector.cli.new_file import need_file
from session_inspector.inspector.cli.output import (
    ExitCode,
    code_of,
    mask_tree,
    print_json,
    print_line,
    report,
    say,
)
from session_inspector.inspector.cli.sessions.foreign_changes import change_row
from session_inspector.inspector.decode.secrets import find_secrets
from session_inspector.inspector.model.views.row_clocks import describe_inner_end
from session_inspector.inspector.model.views.selectors.ends import describe_no_end

SHORTEST_ID = 16
"""Characters of an id: a shorter end of a key may be that of several."""
NEXTJS_AUTH0 = RowLocations(redis=("session:*",))
MOST = 1_000_000
"""Rows that are listed."""


async def answer_foreign(arguments: argparse.Namespace, url: str, clock: Clock) -> ExitCode | None:
    """List, find, show or change another framework's rows; None when the rows are our own.

    Raises: InputError, StoreUnavailable.
    """
    if arguments.layout and arguments.layout != OURS:
        find_layout(arguments.layout)
    need_file(url)
    if arguments.layout == OURS:
        return None
    secrets = find_secrets(arguments.secret, os.environ, Path())
    material = Material(cookies={}, secrets=[s.text for s in secrets], now=clock.now())
    try:
        reader = await open_reader(url, clock)
    except (InputError, StoreUnavailable):
        if arguments.layout:
            raise
        return None  # our own way in says what is wrong, in our own words
    try:
        return await _answer(arguments, url, reader, material, clock)
    finally:
        await reader.close()


async def refuse_unknown(arguments: argparse.Namespace, url: str, clock: Clock) -> None:
    """Refuse a store that has neither our rows nor those of a known layout, but others.

    Raises: InputError, which names what is there; StoreUnavailable.
    """
    if getattr(arguments, "layout", "") == OURS or url.partition("://")[0] not in SCHEMES:
        return
    try:
        store = await open_store(url, clock, may_create=False)
    except InputError:
        is_known = False
    else:
        # an empty table of ours is known, an empty prefix in Redis is nothing
        is_known = not url.startswith("redis") or may_be_native(url, await sample_rows(store))
        await store.close()
    if not is_known and await survey_store(url, clock):
        raise await refuse_store(url, clock)


async def report_left_out(url: str, clock: Clock) -> None:
    """Print which keys lie among nextjs-auth0's rows and are none, where that may be asked."""
    if url.partition("://")[0] not in SCHEMES:
        return
    with suppress(StoreUnavailable):  # a user who may read rows may not ask for types
        reader = await open_reader(url, clock)
        try:
            _print_left_out(await reader.others(NEXTJS_AUTH0))
        finally:
            await reader.close()


async def say_elsewhere(url: str, clock: Clock) -> None:
    """Print under which other prefix rows of a known layout are."""
    fix = await suggest_prefix(url, clock)
    if fix:
        say(fix)


def _print_left_out(counts: Mapping[str, int]) -> None:
    others = describe_others(counts)
    if others:
        say(f"left out: {others}")


async def _answer(
    arguments: argparse.Namespace, url: str, reader: RawReader, material: Material, clock: Clock
) -> ExitCode | None:
    named = arguments.layout
    if named:
        layout: RowLayout | None = find_layout(named)
    else:
        layout = await recognise_layout(reader, material)
    if layout is None:
        return None
    if not named:
        say(f"these are rows of {layout.name} (recognised)")
    rows = settle_doubts([row async for row in foreign_rows(reader, layout, material, MOST)])
    match arguments.action:
        case "list":
            code = _print_rows(arguments, layout, rows, material.now)
            if not rows:
                await say_elsewhere(url, clock)
            _print_left_out(await reader.others(layout.places))
            return code
        case "find":
            rows = [row for row in rows if find_subject(row.content.data) == arguments.sub]
            _print_rows(arguments, layout, rows, material.now)
            return code_of(bool(rows))
    found = next((row for row in rows if _is_named(row, arguments.id)), None)
    if found is None:
        return report(arguments, False, f"no session {arguments.id} is in this store")
    if arguments.action == "show":
        return _show(arguments, found, material.now)
    is_done, message = await change_row(arguments, url, layout, found.key, clock)
    return report(arguments, is_done, message)


def _print_rows(
    arguments: argparse.Namespace, layout: RowLayout, rows: Sequence[ForeignRow], now: Seconds
) -> ExitCode:
    summaries = [summary(row, now, arguments.reveal) for row in rows]
    if arguments.json:
        print_json(summaries)
        return ExitCode.OK
    for line in summaries:
        print_line(
            "{session}  {state:8}  {user:32.32}  {size:>7} B  {left:12}  {note}".format(**line)
        )
    print_line(f"{count_noun(len(rows), 'row')} of {layout.name}")
    return ExitCode.OK


def _is_named(row: ForeignRow, wanted: str) -> bool:
    """Check whether a row is the one of an id: its key, its fingerprint, or the key's end."""
    key = show_key(row.key)
    is_end = len(wanted) >= SHORTEST_ID and key.endswith(wanted)
    return is_end or wanted in (key, row.name, fingerprint(row.name))


def _show(arguments: argparse.Namespace, row: ForeignRow, now: Seconds) -> ExitCode:
    shown: object = row.content.data
    if not arguments.reveal:
        shown = mask_tree(mask_object(row.content.data))
    print_json({**summary(row, now, arguments.reveal), "data": shown})
    return ExitCode.OK


def mask_key(key: str, name: str) -> str:
    """Return a key with its prefix and up to four characters of the id, a quarter at most."""
    start = len(key) - len(name)
    return f"{key[: start + min(4, len(name) // 4)]}…"


def summary(row: ForeignRow, now: Seconds, reveal: bool) -> dict[str, object]:
    """Return one row of the list; the key is a login, and masked unless revealed."""
    key = show_key(row.key)
    if not reveal:
        key = mask_key(key, row.name)
    left = describe_no_end("store")
    state = "no end"
    if not row.is_store_obeyed:
        state = "live"  # for as long as the row is there
    if row.expires is not None:
        left = f"{row.expires - now:.0f} s"
        state = "expired"
        if row.expires > now:
            state = "live"
    if row.content.refused and state != "expired":
        state = "unusable"
    return {
        "session": fingerprint(row.name),
        "key": key,
        "user": find_subject(row.content.data) or "–",
        "created": row.content.created,
        "expires": row.expires,
        "store_expires": row.store_expires,
        "ends_inside": {end.where: end.at for end in row.content.ends},
        "left": left,
        "state": state,
        "size": row.size,
        "note": "; ".join(_notes(row)),
    }


def _notes(row: ForeignRow) -> Iterator[str]:
    """Yield what is worth knowing of a row: clocks that disagree, too."""
    if row.content.refused or row.content.note:
        yield row.content.refused or row.content.note
    if row.store_expires is not None and not row.is_store_obeyed:
        yield "its framework does not check the store's end"
    for end in row.content.ends:
        said = describe_inner_end(end.to_timer(), row.store_expires)
        if said.startswith("⚠"):
            yield said
