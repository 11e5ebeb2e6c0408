"""Four lamps of a session: do cookie, row, refresh token and provider session still live?"""

from __future__ import annotations

from typing import TypeAlias

from session_inspector.devserver.core.values import Seconds, Secret
from session_inspector.inspector.model.facts.rows import Tone
from session_inspector.inspector.model.facts.state import Known, State
from session_inspector.inspector.model.views.place import place_of
from session_inspector.inspector.model.views.select import cookie_rows

Lamp: TypeAlias = tuple[str, str, Tone]
"""(what, how it is, tone)"""


def lamps_of(state: State, session: str, now: Seconds) -> tuple[Lamp, ...]:
    """Return what of a session is alive, as far as the events tell: nothing, after a logout."""
    known = state.sessions.get(session)
    if known is None:
        return ()
    over: Tone | None = None if known.ended is None else "bad"
    if known.ended is not None and known.ended.life == "expired":
        over = "warn"  # nobody asked for it to be dead
    rows = cookie_rows(state, session)
    ends = [row.ends for row in rows if not row.is_deleted]
    has_cookie = any(end is None or end > now for end in ends)
    sid = known.facts.sid
    # another's provider tells nobody here what it knows
    elsewhere = "" if place_of(state) == "lab" else "not seen from here"
    return (
        _lamp("cookie", has_cookie, over, "unseen" if not rows else ""),
        _lamp("store row", _has_row(known), over, _no_row(known.facts.kind)),
        _lamp("refresh token", _is_token_alive(state, known, now), over, elsewhere),
        _lamp("provider session", state.provider_ends.get(sid, 0.0) > now, over, elsewhere),
    )


def _has_row(known: Known) -> bool:
    return known.ended is None or known.ended.life == "expired"


def _no_row(kind: str) -> str:
    return "none: stateless" if kind == "stateless" else ""


def _is_token_alive(state: State, known: Known, now: Seconds) -> bool:
    """Look at the very refresh token that the session holds."""
    tokens = known.facts.data.get("tokenSet")
    held = tokens.get("refreshToken") if isinstance(tokens, dict) else None
    token = state.tokens.by_digest.get(held.digest) if isinstance(held, Secret) else None
    if token is None or token.fate not in ("current", "exchanged"):
        return False
    return token.expires is None or token.expires > now


def _lamp(name: str, is_alive: bool, over: Tone | None, instead: str = "") -> Lamp:
    """`over` is the tone of what lives on although the session is over; None: it is not."""
    if instead:
        return name, f"○ {instead}", "dim"
    if is_alive:
        return name, "● alive", over or "good"
    return name, "○ dead", "good" if over else "warn"
