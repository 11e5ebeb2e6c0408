"""Four lamps of a session: do cookie, row, refresh token and provider session still live?"""

from __future__ import annotations

from typing import TypeAlias

from session_inspector.devserver.core.values import Seconds
from session_inspector.inspector.model.facts.rows import Tone
from session_inspector.inspector.model.facts.state import KnownSession, State
from session_inspector.inspector.model.views.cookies import cookie_rows
from session_inspector.inspector.model.views.liveness import (
    is_cookie_alive,
    is_provider_session_alive,
    is_refresh_token_alive,
    is_row_kept,
)
from session_inspector.inspector.model.views.watch_mode import detect_watch_mode

Lamp: TypeAlias = tuple[str, str, Tone]
"""(what, how it is, tone)"""


def lamps_of(state: State, session: str, now: Seconds) -> tuple[Lamp, ...]:
    """Return what of a session is alive, as far as events show: nothing, after a logout."""
    known = state.sessions.get(session)
    if known is None:
        return ()
    over = _tone_of_leftovers(known)
    # another's provider reports nothing here
    unseen = ""
    if detect_watch_mode(state) != "lab":
        unseen = "not seen from here"
    token = is_refresh_token_alive(state, known, now)
    signed_in = is_provider_session_alive(state, known, now)
    return (
        _cookie_lamp(state, known, now, over),
        _row_lamp(known, over),
        _lamp("refresh token", token, over, unseen),
        _lamp("provider session", signed_in, over, unseen),
    )


def _tone_of_leftovers(known: KnownSession) -> Tone | None:
    """Return the tone of what lives on although the session is over; None: it is not over."""
    if known.ended is None:
        return None
    if known.ended.life == "expired":
        return "warn"  # nobody asked for it to be dead
    return "bad"


def _cookie_lamp(state: State, known: KnownSession, now: Seconds, over: Tone | None) -> Lamp:
    rows = cookie_rows(state, known.session)
    if not rows:
        return _lamp("cookie", False, over, "unseen")
    return _lamp("cookie", is_cookie_alive(rows, now), over)


def _row_lamp(known: KnownSession, over: Tone | None) -> Lamp:
    if known.facts.kind == "stateless":
        return _lamp("store row", False, over, "none: stateless")
    if known.facts.kind == "unknown":
        return _lamp("store row", False, over, "not known: format unknown")
    return _lamp("store row", is_row_kept(known), over)


def _lamp(name: str, is_alive: bool, over: Tone | None, unknown: str = "") -> Lamp:
    """Return a lamp; `unknown` says why it cannot be known, and stands instead."""
    if unknown:
        return name, f"○ {unknown}", "dim"
    if is_alive:
        return name, "● alive", over or "good"
    if over is None:
        return name, "○ dead", "warn"
    return name, "○ dead", "good"
