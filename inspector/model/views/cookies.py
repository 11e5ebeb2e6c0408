"""The cookies of a session, as rows."""

from __future__ import annotations

from collections.abc import Sequence

from session_inspector.devserver.cookies.chunk_rules import recognise_chunks
from session_inspector.devserver.core.events.exchange import CookieSet
from session_inspector.devserver.core.values import Seconds
from session_inspector.inspector.model.facts.fact import Fact
from session_inspector.inspector.model.facts.rows import CookieRow
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.views.selectors.cookie import cookie_states
from session_inspector.inspector.model.words.cookie_life import life_text
from session_inspector.inspector.model.words.text import safe


def cookie_rows(state: State, session: str, now: Seconds) -> tuple[CookieRow, ...]:
    """Return the cookies of a session, live ones first, chunks in order."""
    known = state.sessions.get(session)
    if known is None:
        return ()
    chunks = _number_chunks(list(known.cookies.values()))
    rows = [
        _make_row(one.line, one.fact, chunks.get(one.line.name))
        for one in cookie_states(state, known, now)
    ]
    return tuple(sorted(rows, key=lambda row: (not row.is_alive, row.chunk or 0, row.name)))


def live_cookie_rows(state: State, session: str, now: Seconds) -> list[CookieRow]:
    """Return the cookies of a session that its browser has."""
    return [row for row in cookie_rows(state, session, now) if row.is_alive]


def _make_row(event: CookieSet, fact: Fact, chunk: int | None) -> CookieRow:
    return CookieRow(
        name=safe(event.name, 60),
        size=event.size,
        line_size=event.line_size,
        chunk=chunk,
        attributes=safe(" ".join(_list_attributes(event)), 200),
        value=event.value,
        ends=fact.ends,
        is_deleted=bool(fact.why),
        is_alive=fact.is_alive is True,
        origin=fact.origin,
        evidence=safe(fact.evidence, 120),
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
        attributes.append(life_text(event))
    return attributes
