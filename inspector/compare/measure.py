"""Stateless and each store side by side: the same login, roll, revoke and logout, measured now.

Each store gets a place of our own for it (`devserver/stores/scratch.py`), which is dropped again:
no row of anybody else is touched.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from session_inspector.devserver.core.clock import SystemClock
from session_inspector.devserver.core.commands import (
    Command,
    Login,
    Reply,
    Request,
    Revoke,
    RunScenario,
)
from session_inspector.devserver.core.errors import InputError, InspectorError, StoreUnavailable
from session_inspector.devserver.core.events.base import Kind
from session_inspector.devserver.core.events.exchange import (
    CookieSet,
    ExchangeEnded,
    ExchangeStarted,
)
from session_inspector.devserver.core.events.session import SessionWritten
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.numbers import count_noun
from session_inspector.devserver.host import RunningLab, start_lab
from session_inspector.devserver.settings import Settings
from session_inspector.devserver.stores.scratch import drop_scratch, scratch_url
from session_inspector.devserver.stores.urls import mask_store_url
from session_inspector.inspector.compare.places import PRIVATE, Place, Source, family_of
from session_inspector.inspector.ending import uninterrupted

PATIENCE = 60.0
REQUESTS = 100
LIMITS: Mapping[str, str] = {
    "stateless": "4096 B a cookie in 3500 B chunks, 8 KB a header",
    "dynamodb": "400 KB an item, then in parts",
    "mongodb": "16 MB a document",
    "redis": "512 MB a value",
    "postgresql": "1 GB a value",
    "sqlite": "1 GB a row",
    "memory": "the machine's memory",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What one way of keeping sessions costs."""

    carrier: str
    """`stateless`, a store's kind and address, or the URL that was named, its password masked."""
    source: Source = "always"
    """Where it is from: `always`, `named`, `found`; `absent`: looked for, and not there."""
    problem: str = ""
    """Why it could not be measured; empty: it was."""
    is_unreachable: bool = False
    """True: the store did not answer."""
    cookie_bytes: int = 0
    """Of the session cookies, names and values."""
    limit: str = ""
    is_revocable: bool = False
    read: tuple[float, float] = (0.0, 0.0)
    """Milliseconds, p50 and p99, of a request that reads the session."""
    roll: tuple[float, float] = (0.0, 0.0)
    """As above, of one that rolls it as well."""
    writes: float = 0.0
    """Session writes a rolling request."""
    left: str = ""
    """What is left after logout."""
    notes: tuple[str, ...] = field(default_factory=tuple)


def compare(
    settings: Settings,
    places: Sequence[Place],
    report: Callable[[Measured], None] = lambda row: None,
) -> list[Measured]:
    """Measure one after the other, each in a lab of its own; `report` gets each result at once.

    What is absent is reported as it is.
    """
    rows: list[Measured] = []
    for place in places:
        row = Measured(carrier=place.name, source=place.source, problem=place.problem)
        if place.source != "absent":
            row = _measure_place(settings, place)
        rows.append(row)
        report(row)
    return rows


def _measure_place(settings: Settings, place: Place) -> Measured:
    """Measure in a place of our own.

    SQLite's private file stands where the lab keeps its own, when there is such a folder: on the
    same disk.
    """
    if place.name != PRIVATE:
        return _measure_in_scratch(settings, place)
    parent = None
    if settings.state_dir.is_dir():
        parent = settings.state_dir
    with TemporaryDirectory(prefix="measure-", dir=parent) as folder:
        own = replace(place, url=f"sqlite://{Path(folder) / 'sessions.db'}")
        return _measure_in_scratch(settings, own)


def _measure_in_scratch(settings: Settings, place: Place) -> Measured:
    row = Measured(carrier=place.name, source=place.source, limit=_size_limit(place.url))
    url = place.url
    left = ""
    try:
        if url:
            url = scratch_url(url, secrets.token_hex(4))
        row = _measure_store(settings, url, row)
    except InspectorError as error:
        row = _describe_failure(row, error)
    finally:
        left = _drop(url)
    if left and not row.problem:
        return replace(row, problem=left)
    return row


def _describe_failure(row: Measured, error: InspectorError) -> Measured:
    cause = error.__cause__ or error
    if isinstance(cause, StoreUnavailable):
        problem = f"it does not answer: {_one_line(cause.message).rstrip('.')}"
        return replace(row, problem=problem, is_unreachable=True)
    return replace(row, problem=_one_line(error.message))


def _drop(url: str) -> str:
    """Drop a place of our own; return what is left because the store went away."""
    try:
        with uninterrupted():
            asyncio.run(drop_scratch(url, SystemClock()))
    except StoreUnavailable as error:
        return f"measured, but {mask_store_url(url)} is still there: {_one_line(error.message)}"
    return ""


def _measure_store(settings: Settings, url: str, row: Measured) -> Measured:
    kind: Kind = "stateless"
    if url:
        kind = "stateful"
    own = replace(
        settings,
        kind=kind,
        store=url or "sqlite://:memory:",
        create_store=True,
        port=0,
        provider_port=0,
        issuer="",
        base_url="",
    )
    row = _measure_rolling(replace(own, rolling=True), row)
    return replace(row, read=_measure_reading(replace(own, rolling=False)))


def _measure_rolling(settings: Settings, row: Measured) -> Measured:
    lab = start_lab(settings)
    try:
        before = lab.run(lab.count_rows(), PATIENCE)
        session = _log_in(lab)
        roll, writes = _send_requests(lab, session)
        cookie = _cookie_bytes(lab, session)
        is_revoked = _ask(lab, Revoke(session=session)).is_ok
        after = _ask(lab, Request(session=session, path="/api/me"))
        stolen = _ask(lab, RunScenario(name="stolen-cookie"))
        rows = lab.run(lab.count_rows(), PATIENCE)
        if not is_revoked:
            _ask(lab, Request(session=session, path="/auth/logout"))
        return replace(
            row,
            cookie_bytes=cookie,
            is_revocable=is_revoked and not after.is_ok,
            roll=roll,
            writes=writes,
            left=_describe_rest(rows - before, stolen),
        )
    finally:
        lab.stop()


def _measure_reading(settings: Settings) -> tuple[float, float]:
    lab = start_lab(settings)
    try:
        session = _log_in(lab)
        read, _ = _send_requests(lab, session)
        _ask(lab, Request(session=session, path="/auth/logout"))
        return read
    finally:
        lab.stop()


def _log_in(lab: RunningLab) -> str:
    reply = _ask(lab, Login(user="local|alice"))
    written = [event for event in _events(lab) if isinstance(event, SessionWritten)]
    if not reply.is_ok or not written:
        raise InputError(f"the login failed: {reply.message}")
    return written[-1].session


def _send_requests(lab: RunningLab, session: str) -> tuple[tuple[float, float], float]:
    """Return (p50, p99) in milliseconds of requests, and session writes a request."""
    before = lab.journal.last
    for _ in range(REQUESTS):
        _ask(lab, Request(session=session, path="/api/me"))
    events, _ = lab.journal.since(before)
    mine = {e.exchange for e in events if isinstance(e, ExchangeStarted) and e.party == "app"}
    times = sorted(
        event.duration * 1000
        for event in events
        if isinstance(event, ExchangeEnded) and event.exchange in mine
    )
    writes = sum(isinstance(event, SessionWritten) for event in events)
    late = times[min(len(times) - 1, len(times) * 99 // 100)]
    return (times[len(times) // 2], late), writes / REQUESTS


def _cookie_bytes(lab: RunningLab, session: str) -> int:
    sizes = {
        event.name: len(event.name) + 1 + event.size
        for event in _events(lab)
        if isinstance(event, CookieSet) and event.session == session and not event.is_deletion
    }
    return sum(sizes.values())


def _size_limit(url: str) -> str:
    return LIMITS.get(family_of(url) or "stateless", "your own store's")


def _one_line(message: str) -> str:
    return " ".join(message.split())[:300]


def _describe_rest(rows: int, stolen: Reply) -> str:
    kept = "no row"
    if rows > 0:
        kept = count_noun(rows, "row")
    if stolen.is_ok:
        return f"{kept}, a stolen copy is dead"
    return f"{kept}, a stolen copy WORKS ON"


def _ask(lab: RunningLab, command: Command) -> Reply:
    return lab.run(lab.control.execute(command), PATIENCE)


def _events(lab: RunningLab) -> Sequence[Event]:
    return lab.journal.since(0)[0]
