"""Rows for the screens, computed from the state: pure look-ups."""

from __future__ import annotations

from collections.abc import Sequence

from session_inspector.devserver.cookies.chunk_rules import recognise_chunks
from session_inspector.devserver.core.events.exchange import CookieSet
from session_inspector.devserver.core.values import Seconds
from session_inspector.inspector.model.facts.logs import Mapped
from session_inspector.inspector.model.facts.rows import CookieRow, SessionRow, StatusRow
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.views.glance import Glance
from session_inspector.inspector.model.views.place import place_of
from session_inspector.inspector.model.words.text import duration, rough, safe


def status(state: State, now: Seconds, clocked: int = 0) -> StatusRow:
    """Return what the header tells; `clocked` sessions were ended by a clock, and no event yet."""
    lab = state.lab
    total = len(state.order)
    live = max(0, total - state.over - clocked)
    kind = "rolling" if lab.rolling else "not rolling"
    return StatusRow(
        base_url=safe(lab.base_url, 80)
        or ("no lab yet" if state.timeline else "starting the lab …"),
        issuer=safe(lab.issuer, 200),
        kind=lab.kind,
        store=safe(lab.store, 80),
        is_store_up=lab.is_store_up,
        store_reason=safe(lab.store_reason, 200),
        offset=""
        if abs(lab.offset) < 1
        else f"{'+' if lab.offset > 0 else ''}{duration(lab.offset)}",
        live=live,
        over=total - live,
        users=lab.users,
        upstream=safe(
            lab.upstream if lab.is_upstream_up else f"{lab.upstream} AWAY: {lab.upstream_reason}",
            120,
        ),
        is_upstream_up=lab.is_upstream_up,
        place=place_of(state),
        control_url=safe(lab.control_url or lab.base_url, 80),
        policy=""
        if lab.upstream
        else f"{kind} · {rough(lab.inactivity)} idle · {rough(lab.absolute)} absolute",
        knobs=safe(" · ".join(lab.knobs), 80),
    )


def listed(state: State, names: Sequence[str], now: Seconds) -> Sequence[SessionRow]:
    """Return rows of sessions, made when somebody looks at them."""

    def make(name: str) -> SessionRow:
        known = state.sessions.get(name)
        return Glance(state, known, now).row() if known else _forgotten(name, now)

    return Mapped(names, make)


def session_row(state: State, session: str, now: Seconds) -> SessionRow | None:
    """Return one session's row, None when it is not known."""
    known = state.sessions.get(session)
    return Glance(state, known, now).row() if known else None


def cookie_rows(state: State, session: str) -> tuple[CookieRow, ...]:
    """Return the cookies of a session, live ones first, chunks in order."""
    known = state.sessions.get(session)
    events = list(known.cookies.values()) if known else []
    chunks: dict[str, int] = {}
    for group in recognise_chunks({event.name: event.size for event in events}):
        chunks |= {name: number for number, name in group.by_number.items()}
    cookies = [_cookie(event, chunks.get(event.name)) for event in events]
    return tuple(sorted(cookies, key=lambda row: (row.is_deleted, row.chunk or 0, row.name)))


def _forgotten(name: str, now: Seconds) -> SessionRow:
    """Return the row of a session that a search found and newer ones have pushed out since."""
    return SessionRow(
        session=name,
        who="–",
        kind="stateful",
        client="",
        created_at=now,
        size=0,
        cookies=0,
        ends=None,
        ended_by=None,
        life="gone",
        reason="forgotten: newer sessions took its place",
    )


def _cookie(event: CookieSet, chunk: int | None) -> CookieRow:
    flags = [
        f"Path={event.path}" if event.path else "",
        f"Domain={event.domain}" if event.domain else "",
        "Secure" if event.secure else "",
        "HttpOnly" if event.http_only else "",
        f"SameSite={event.same_site}" if event.same_site else "",
        f"Max-Age={event.max_age:g}" if event.max_age is not None else "ends with the browser",
    ]
    return CookieRow(
        name=safe(event.name, 60),
        size=event.size,
        line_size=event.line_size,
        chunk=chunk,
        attributes=safe(" ".join(flag for flag in flags if flag), 200),
        value=event.value,
        ends=None if event.max_age is None else event.at + event.max_age,
        is_deleted=event.is_deletion,
    )
