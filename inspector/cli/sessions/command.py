"""`sessions list|show|revoke|expire`: the rows of a store, without a server."""

from __future__ import annotations

import argparse
import asyncio
import os
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from session_inspector.devserver.cookies.jstext import stringify
from session_inspector.devserver.core.clock import Clock, SystemClock
from session_inspector.devserver.core.events.base import TimerName
from session_inspector.devserver.core.numbers import count_noun
from session_inspector.devserver.core.values import JsonObject, Seconds, mask_object
from session_inspector.devserver.session.administration import (
    end_record,
    ending_change,
    find_key,
)
from session_inspector.devserver.session.facts import session_fingerprint
from session_inspector.devserver.session.policy import as_number, part
from session_inspector.devserver.settings import Settings, load_settings
from session_inspector.devserver.stores.base import (
    NEVER_LIVE,
    KeyedRecord,
    Record,
    SessionId,
    Store,
)
from session_inspector.devserver.stores.querying.filters import RowFacts, parse_filter
from session_inspector.devserver.stores.querying.opening import open_source
from session_inspector.devserver.stores.querying.sampling import OURS
from session_inspector.devserver.stores.sealed import seal_store
from session_inspector.devserver.stores.urls import mask_store_url, open_store
from session_inspector.inspector.cli.output import (
    ExitCode,
    code_of,
    mask_tree,
    print_json,
    print_line,
    report,
)
from session_inspector.inspector.cli.parser import flags_of
from session_inspector.inspector.cli.sessions.foreign import (
    answer_foreign,
    refuse_unknown,
    report_left_out,
)
from session_inspector.inspector.cli.sessions.listing import RowListing, name_whose, print_listing
from session_inspector.inspector.model.views.selectors.ends import describe_no_end
from session_inspector.inspector.model.words.text import time_left

HEADING = f"{'session':12}  {'state':8}  {'user':32}  {'size':>9}  ends in"


def sessions(arguments: argparse.Namespace) -> ExitCode:
    """Carry out one action on a store; 1 when the session is not there.

    Raises: InputError, StoreUnavailable.
    """
    settings = load_settings(flags_of(arguments), os.environ, keeps_state=False)
    return asyncio.run(_act(arguments, settings))


async def _act(arguments: argparse.Namespace, settings: Settings) -> ExitCode:
    clock = SystemClock()
    code = await answer_foreign(arguments, settings.store, clock)
    if code is not None:
        return code
    await refuse_unknown(arguments, settings.store, clock)
    store = await open_store(settings.store, clock, may_create=False)
    # rows that were sealed open by themselves; plain ones stay plain
    if settings.encrypt:
        store = seal_store(store, [settings.secret], clock)
    try:
        if arguments.action == "list":
            code = await _list(store, clock, arguments, settings)
            await report_left_out(settings.store, clock)
            return code
        if arguments.action == "find":
            return _print_found(await store.find(arguments.sub), clock, arguments)
        key = await find_key(store, arguments.id)
        if key is None:
            return report(arguments, False, f"no session {arguments.id} is in this store")
        match arguments.action:
            case "show":
                return await _show(store, key, clock, arguments)
            case "revoke":
                return await _revoke(store, key, arguments)
            case _:
                return await _expire(store, key, clock, arguments)
    finally:
        await store.close()


async def _list(
    store: Store, clock: Clock, arguments: argparse.Namespace, settings: Settings
) -> ExitCode:
    wanted = parse_filter(arguments.filter)
    now = clock.now()

    def keep(row: KeyedRecord) -> bool:
        return wanted.keeps(find_facts(row[1], now, is_sized="size" in wanted.names))

    def summarise(rows: Sequence[KeyedRecord]) -> Sequence[Mapping[str, object]]:
        return [summary(key, row, clock.now(), arguments.reveal) for key, row in rows]

    listing = RowListing(
        source=await open_source(store, wanted, now),
        keep=keep,
        scope="|".join((mask_store_url(settings.store), OURS, *arguments.filter.split())),
        summarise=summarise,
        to_line=_to_line,
        heading=HEADING,
        noun="session",
    )
    await print_listing(arguments, listing)
    return ExitCode.OK


def find_facts(record: Record, now: Seconds, *, is_sized: bool) -> RowFacts:
    """Return what a filter asks of a row; its size is half of the work."""
    left: Seconds | None = None
    if record.expires is not None and record.expires > now:
        left = record.expires - now
    size = _measure_size(record) if is_sized else None
    return RowFacts(user=_name_user(record), left=left, size=size)


def _print_found(
    found: Sequence[tuple[SessionId, Record]], clock: Clock, arguments: argparse.Namespace
) -> ExitCode:
    """Print the sessions of a user; 1 when there are none."""
    _print_rows(found, clock, arguments)
    return code_of(bool(found))


def _print_rows(
    found: Sequence[tuple[SessionId, Record]], clock: Clock, arguments: argparse.Namespace
) -> ExitCode:
    rows = [summary(key, row, clock.now(), arguments.reveal) for key, row in found]
    if arguments.json:
        print_json(rows)
        return ExitCode.OK
    if rows:
        print_line(HEADING)
    for row in rows:
        print_line(_to_line(row))
    print_line(count_noun(len(rows), "session"))
    return ExitCode.OK


def _to_line(row: Mapping[str, object]) -> str:
    size = "– B" if row["size"] is None else f"{row['size']} B"
    line = "{session}  {state:8}  {user:32}  {shown:>9}  {left}  {note}"
    return line.format(**row, shown=size).rstrip()


async def _show(
    store: Store, key: SessionId, clock: Clock, arguments: argparse.Namespace
) -> ExitCode:
    record = await store.read(key)
    if record is None:
        return report(arguments, False, "it has expired; `sessions list` shows what is left of it")
    data: object = record.data
    if not arguments.reveal:
        data = mask_tree(mask_object(record.data))
    print_json({**summary(key, record, clock.now(), arguments.reveal), "data": data})
    return ExitCode.OK


async def _revoke(store: Store, key: SessionId, arguments: argparse.Namespace) -> ExitCode:
    whose = await _name_whose(store, key)
    if await store.delete(key):
        return report(arguments, True, whose("revoked"))
    return report(arguments, False, "it was gone already")


async def _expire(
    store: Store, key: SessionId, clock: Clock, arguments: argparse.Namespace
) -> ExitCode:
    name: TimerName = arguments.clock
    whose = await _name_whose(store, key)
    now = clock.now() - 1  # an app that compares whole seconds refuses it at once
    if await end_record(store, key, ending_change(name, now)) is None:
        return report(arguments, False, "it was over already")
    label = name.replace("_", " ")
    return report(arguments, True, whose(f"its {label} clock is over"))


async def _name_whose(store: Store, key: SessionId) -> Callable[[str], str]:
    """Return what puts before a sentence whose session it is about; expired ones have no user."""
    record = await store.read(key)
    data: JsonObject = record.data if record is not None else {}
    session = session_fingerprint("stateful", data, key)
    user = part(data, "user").get("sub")
    return partial(name_whose, session=session, user=str(user or ""))


def summary(key: SessionId, record: Record, now: float, reveal: bool) -> dict[str, object]:
    """Return one row of the list: fingerprint, user, times in Unix seconds, size in bytes."""
    shown_key = str(key)
    if not reveal:
        shown_key = f"{key[:4]}…"
    expires = record.expires
    if expires == NEVER_LIVE:
        expires = None
    left = describe_no_end("store")
    if expires is not None:
        left = time_left(expires - now)
    state = "live"
    if not record.is_live(now):
        state = "expired"
    elif not record.is_usable:
        state = "unusable"
    return {
        "session": session_fingerprint("stateful", record.data, key),
        "id": shown_key,
        "user": _name_user(record),
        "sid": part(record.data, "internal").get("sid"),
        "created": as_number(part(record.data, "internal").get("createdAt")),
        "expires": expires,
        "left": left,
        "state": state,
        "size": _measure_size(record),
        "note": record.note,
    }


def _name_user(record: Record) -> str:
    user: JsonObject = part(record.data, "user")
    return str(user.get("sub") or "–")


def _measure_size(record: Record) -> int | None:
    """Return the size of its JSON; None where it is none."""
    if record.note and not record.data:
        return None
    return len(stringify(record.data))
