"""`sessions list|show` on the stores of other frameworks, whose layout is named or recognised."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from session_inspector.devserver.attach.frameworks.row_owner import describe_owners
from session_inspector.devserver.attach.layouts import (
    find_layout,
    foreign_rows,
    recognise_layout,
)
from session_inspector.devserver.attach.native_store import may_be_native
from session_inspector.devserver.attach.row_content import ForeignRow
from session_inspector.devserver.attach.row_layout import RowLayout
from session_inspector.devserver.attach.rows.base import RawReader, RowLocations, describe_others
from session_inspector.devserver.attach.rows.opening import SCHEMES, open_reader
from session_inspector.devserver.attach.store_survey import (
    refuse_store,
    suggest_prefix,
    survey_store,
)
from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.errors import InputError, StoreUnavailable
from session_inspector.devserver.core.values import Seconds, fingerprint, mask_object
from session_inspector.devserver.decoders.base import Material
from session_inspector.devserver.decoders.subject import find_subject
from session_inspector.devserver.stores.base import KeyedRecord, Store
from session_inspector.devserver.stores.querying.filters import RowFilter, Word, parse_filter
from session_inspector.devserver.stores.querying.sampling import (
    OURS,
    SAMPLE,
    have_other_data,
    other_data_error,
    sample_rows,
)
from session_inspector.devserver.stores.urls import mask_store_url, open_store
from session_inspector.inspector.cli.new_file import need_file
from session_inspector.inspector.cli.output import (
    ExitCode,
    code_of,
    mask_tree,
    print_json,
    report,
    say,
)
from session_inspector.inspector.cli.sessions.foreign_changes import change_row
from session_inspector.inspector.cli.sessions.foreign_rows import FoundRows, find_facts, summary
from session_inspector.inspector.cli.sessions.listing import RowListing, name_whose, print_listing
from session_inspector.inspector.decode.secrets import find_secrets

HEADING = f"{'session':12}  {'state':8}  {'user':32}  {'size':>9}  ends in"
NEXTJS_AUTH0 = RowLocations(redis=("session:*",))
LINE = "{session}  {state:8}  {user:32.32}  {size:>7} B  {left:12}  {note}"


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
    if getattr(arguments, "layout", "") == OURS:
        return
    is_read_elsewhere = url.partition("://")[0] in SCHEMES
    try:
        store = await open_store(url, clock, may_create=False)
    except InputError:
        is_known = not is_read_elsewhere  # our own way in says what is wrong
    else:
        rows = await _sample_and_close(store)
        # an empty table of ours is known, an empty prefix in Redis is nothing
        is_known = not url.startswith("redis") or may_be_native(url, rows)
        if is_known and have_other_data(rows):
            raise other_data_error(mask_store_url(url), rows)
    if is_read_elsewhere and not is_known and await survey_store(url, clock):
        raise await refuse_store(url, clock)


async def _sample_and_close(store: Store) -> list[KeyedRecord]:
    try:
        return await sample_rows(store)
    finally:
        await store.close()


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


def _print_left_out(counts: Mapping[str, int], owners: Mapping[str, int] | None = None) -> None:
    for left_out in (describe_others(counts), describe_owners(owners or {})):
        if left_out:
            say(f"left out: {left_out}")


async def _answer(
    arguments: argparse.Namespace, url: str, reader: RawReader, material: Material, clock: Clock
) -> ExitCode | None:
    named = arguments.layout
    if named:
        layout: RowLayout | None = find_layout(named).at(url)
    else:
        layout = await recognise_layout(reader, material, url)
    if layout is None:
        return None
    if not named:
        say(f"these are rows of {layout.name} (recognised)")
    found = FoundRows(reader, layout, material, await _has_proof(reader, layout, material))
    match arguments.action:
        case "list":
            count = await _list(arguments, url, found)
            if not count and not arguments.after and not arguments.filter:
                await say_elsewhere(url, clock)
            _print_left_out(await reader.others(layout.places), found.strangers)
            return ExitCode.OK
        case "find":
            return code_of(bool(await _print_user(arguments, found)))
    return await _answer_one(arguments, url, found, clock)


async def _answer_one(
    arguments: argparse.Namespace, url: str, found: FoundRows, clock: Clock
) -> ExitCode:
    """Show or change one row."""
    layout = found.layout
    row = await found.find_named(arguments.id)
    if row is None:
        return report(arguments, False, f"no session {arguments.id} is in this store")
    if row.owner:
        text = f"its row is of {row.owner} by its bytes, not of {layout.name}"
        return report(arguments, False, f"{text}. Fix: --layout {row.owner}")
    if arguments.action == "show":
        return _show(arguments, row, found.now)
    is_done, message = await change_row(arguments, url, layout, row.key, clock)
    if is_done:
        message = name_whose(message, fingerprint(row.name), find_subject(row.content.data))
    return report(arguments, is_done, message)


async def _has_proof(reader: RawReader, layout: RowLayout, material: Material) -> bool:
    """Check whether a secret opens one of some rows: what it does not open is refused then."""
    if not material.secrets:
        return False
    sample = foreign_rows(reader, layout, material, SAMPLE, is_sample=True)
    return any([row.content.is_verified async for row in sample])


async def _list(arguments: argparse.Namespace, url: str, found: FoundRows) -> int:
    wanted = parse_filter(arguments.filter)
    return await print_listing(arguments, await _to_listing(arguments, url, found, wanted))


async def _print_user(arguments: argparse.Namespace, found: FoundRows) -> int:
    """Print the rows of one user; return how many."""
    sub: str = arguments.sub
    wanted = RowFilter((Word(name="user", text=sub.lower()),))
    all_pages = {"limit": 0, "after": "", "filter": "", "gentle": False}
    whole = argparse.Namespace(**{**vars(arguments), **all_pages})
    listing = await _to_listing(whole, "", found, wanted)

    def is_of_user(row: ForeignRow) -> bool:
        return not row.owner and find_subject(row.content.data) == sub

    return await print_listing(whole, replace(listing, keep=is_of_user))


async def _to_listing(
    arguments: argparse.Namespace, url: str, found: FoundRows, wanted: RowFilter
) -> RowListing[ForeignRow]:
    now = found.now
    layout = found.layout.name

    def summarise(rows: Sequence[ForeignRow]) -> Sequence[Mapping[str, object]]:
        return [summary(row, now, arguments.reveal) for row in found.settle(rows)]

    return RowListing(
        source=await found.open_source(wanted),
        keep=lambda row: found.keeps(row) and wanted.keeps(find_facts(row, now)),
        scope="|".join((mask_store_url(url), layout, *arguments.filter.split())),
        summarise=summarise,
        to_line=LINE.format_map,
        heading=HEADING,
        noun="row",
        of=f" of {layout}",
    )


def _show(arguments: argparse.Namespace, row: ForeignRow, now: Seconds) -> ExitCode:
    shown: object = row.content.data
    if not arguments.reveal:
        shown = mask_tree(mask_object(row.content.data))
    print_json({**summary(row, now, arguments.reveal), "data": shown})
    return ExitCode.OK
