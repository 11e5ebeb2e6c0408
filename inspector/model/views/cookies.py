"""The cookies of a session, as rows."""

from __future__ import annotations

from collections.abc import Sequence

from session_inspector.devserver.cookies.chunk_rules import recognise_chunks
from session_inspector.devserver.core.events.exchange import CookieSet
from session_inspector.inspector.model.facts.rows import CookieRow
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.words.text import safe


def cookie_rows(state: State, session: str) -> tuple[CookieRow, ...]:
    """Return the cookies of a session, live ones first, chunks in order."""
    known = state.sessions.get(session)
    if known is None:
        return ()
    events = list(known.cookies.values())
    chunks = _number_chunks(events)
    rows = [_make_row(event, chunks.get(event.name)) for event in events]
    return tuple(sorted(rows, key=lambda row: (row.is_deleted, row.chunk or 0, row.name)))


def live_cookie_rows(state: State, session: str) -> list[CookieRow]:
    """Return the cookies of a session that no response has deleted."""
    return [row for row in cookie_rows(state, session) if not row.is_deleted]


def _make_row(event: CookieSet, chunk: int | None) -> CookieRow:
    ends = None
    if event.max_age is not None:
        ends = event.at + event.max_age
    return CookieRow(
        name=safe(event.name, 60),
        size=event.size,
        line_size=event.line_size,
        chunk=chunk,
        attributes=safe(" ".join(_list_attributes(event)), 200),
        value=event.value,
        ends=ends,
        is_deleted=event.is_deletion,
    )


def _number_chunks(events: Sequence[CookieSet]) -> dict[str, int]:
    """Return the number of each cookie that is a chunk."""
    numbers: dict[str, int] = {}
    for group in recognise_chunks({event.name: event.size for event in events}):
        for number, name in group.by_number.items():
            numbers[name] = number
    return numbers


def _list_attributes(event: CookieSet) -> list[str]:
    attributes: list[str] = []
    if event.path:
        attributes.append(f"Path={event.path}")
    if event.domain:
        attributes.append(f"Domain={event.domain}")
    if event.secure:
        attributes.append("Secure")
    if event.http_only:
        attributes.append("HttpOnly")
    if event.same_site:
        attributes.append(f"SameSite={event.same_site}")
    if event.max_age is None:
        attributes.append("ends with the browser")
    else:
        attributes.append(f"Max-Age={event.max_age:g}")
    return attributes
