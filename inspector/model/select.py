"""Rows for the screens, computed from the state: pure look-ups."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from devserver.core.events import CookieSet, TimerName
from devserver.core.values import Seconds
from inspector.model.endings import ran_out
from inspector.model.filters import compile_filter
from inspector.model.ladder import clocks_of, first_end
from inspector.model.logs import Mapped, Reversed
from inspector.model.rows import CookieRow, Life, SessionRow, StatusRow
from inspector.model.state import Known, State
from inspector.model.text import duration, rough, safe

SORTS = ("newest", "user", "size", "expires")
_CHUNK = re.compile(r"(?:__|\.)(\d+)$")
SHORT = 2000
"""Sessions up to which lists are sorted and counted exactly at each repaint."""
ASKED = 500
"""Sessions between two questions whether a search is still wanted."""
BEGINNING = 60
"""Characters of a user's name in a list."""


def status(state: State, now: Seconds) -> StatusRow:
    """Return what the header tells."""
    lab = state.lab
    total = len(state.order)
    live = total - state.over
    if not is_long(state):
        live = sum(_life(state, known, now)[0] == "live" for known in state.sessions.values())
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
        policy=""
        if lab.upstream
        else f"{kind} · {rough(lab.inactivity)} idle · {rough(lab.absolute)} absolute",
        knobs=safe(" · ".join(lab.knobs), 80),
    )


def listed(state: State, names: Sequence[str], now: Seconds) -> Sequence[SessionRow]:
    """Return rows of sessions, made when somebody looks at them."""

    def make(name: str) -> SessionRow:
        known = state.sessions.get(name)
        return _row(state, known, now) if known else _forgotten(name, now)

    return Mapped(names, make)


def is_long(state: State) -> bool:
    """Say whether the list is made lazily: too long to sort and filter at each repaint."""
    return len(state.order) > SHORT


def matching(
    state: State,
    now: Seconds,
    *,
    query: str = "",
    sort: str = "newest",
    is_wanted: Callable[[], bool] = lambda: True,
) -> list[str]:
    """Return the names of the sessions a filter keeps, sorted; a long list takes seconds.

    A state never changes, so this may run in a thread. Once it is not wanted any more, because
    another letter was typed, it ends with what it has.
    """
    wanted, kept = compile_filter(query), list[SessionRow]()
    for number, name in enumerate(Reversed(state.order)):
        if number % ASKED == 0 and not is_wanted():
            break
        row = _row(state, state.sessions[name], now)
        if wanted.keep(row, now):
            kept.append(row)
    return [row.session for row in _sorted(kept, sort)]


def session_rows(
    state: State, now: Seconds, *, query: str = "", sort: str = "newest"
) -> tuple[SessionRow, ...]:
    """Return the sessions that a filter keeps; the filter's own mistakes keep all."""
    wanted = compile_filter(query)
    # the latest known first, so that logins of one second stay in their order
    rows = [_row(state, state.sessions[name], now) for name in Reversed(state.order)]
    kept = [row for row in rows if wanted.keep(row, now)]
    return tuple(_sorted(kept, sort))


def _sorted(rows: list[SessionRow], sort: str) -> list[SessionRow]:
    match sort:
        case "user":
            return sorted(rows, key=lambda row: row.who.lower())
        case "size":
            return sorted(rows, key=lambda row: -row.size)
        case "expires":
            return sorted(
                rows, key=lambda row: (row.life != "live", row.ends is None, row.ends or 0)
            )
        case _:
            return sorted(rows, key=lambda row: -row.created_at)


def session_row(state: State, session: str, now: Seconds) -> SessionRow | None:
    """Return one session's row, None when it is not known."""
    known = state.sessions.get(session)
    return _row(state, known, now) if known else None


def cookie_rows(state: State, session: str) -> tuple[CookieRow, ...]:
    """Return the cookies of a session, live ones first, chunks in order."""
    known = state.sessions.get(session)
    cookies = [_cookie(event) for event in known.cookies.values()] if known else []
    return tuple(sorted(cookies, key=lambda row: (row.is_deleted, row.chunk or 0, row.name)))


def _row(state: State, known: Known, now: Seconds) -> SessionRow:
    first = first_end(clocks_of(state, known))
    life, reason = _life(state, known, now)
    facts = known.facts
    cookies = [cookie for cookie in known.cookies.values() if not cookie.is_deletion]
    return SessionRow(
        session=known.session,
        who=safe(facts.name or facts.sub or "–", BEGINNING),
        kind=facts.kind,
        client=safe(known.client, 24),
        created_at=facts.created_at,
        size=sum(cookie.size for cookie in cookies) if facts.kind == "stateless" else facts.size,
        cookies=len(cookies),
        ends=first.ends if first else None,
        ended_by=first.name if first else None,
        life=life,
        reason=safe(reason, 200),
    )


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


def _life(state: State, known: Known, now: Seconds) -> tuple[Life, str]:
    if known.ended is not None:
        return known.ended.life, known.ended.reason
    first = first_end(clocks_of(state, known))
    if first is None or first.ends is None or first.ends > now:
        return "live", ""
    name: TimerName = first.name
    return "expired", ran_out(name, first.ends, state.lab, is_forced=name in known.forced)


def _cookie(event: CookieSet) -> CookieRow:
    chunk = _CHUNK.search(event.name)
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
        chunk=int(chunk[1]) if chunk and len(chunk[1]) < 6 else None,
        attributes=safe(" ".join(flag for flag in flags if flag), 200),
        value=event.value,
        ends=None if event.max_age is None else event.at + event.max_age,
        is_deleted=event.is_deletion,
    )
