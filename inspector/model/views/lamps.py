"""Four lamps of a session: do cookie, row, refresh token and provider session still live?"""

from __future__ import annotations

from session_inspector.devserver.core.values import Seconds
from session_inspector.inspector.model.facts.fact import Fact
from session_inspector.inspector.model.facts.rows import Lamp, Life, Tone
from session_inspector.inspector.model.facts.state import KnownSession, State
from session_inspector.inspector.model.views.selectors.cookie import cookie_fact
from session_inspector.inspector.model.views.selectors.ends import find_end
from session_inspector.inspector.model.views.selectors.life import life_of
from session_inspector.inspector.model.views.selectors.provider import (
    provider_session_fact,
    refresh_token_fact,
)
from session_inspector.inspector.model.views.selectors.row import row_fact
from session_inspector.inspector.model.words.text import safe


def facts_of(state: State, known: KnownSession, now: Seconds) -> dict[str, Fact]:
    """Return what of a session may live, by its name."""
    return {
        "cookie": cookie_fact(state, known, now),
        "store row": row_fact(state, known, now),
        "refresh token": refresh_token_fact(state, known, now),
        "provider session": provider_session_fact(state, known, now),
    }


def lamps_of(state: State, session: str, now: Seconds) -> tuple[Lamp, ...]:
    """Return what of a session is alive, as far as events show: nothing, after a logout."""
    known = state.sessions.get(session)
    if known is None:
        return ()
    life = life_of(known, find_end(known), now)
    facts = facts_of(state, known, now)
    return tuple(_make_lamp(name, fact, life) for name, fact in facts.items())


def _make_lamp(name: str, fact: Fact, life: Life) -> Lamp:
    how, tone = _describe(fact, life)
    evidence = safe(fact.evidence, 120)
    return Lamp(name=name, how=safe(how, 60), tone=tone, origin=fact.origin, evidence=evidence)


def _describe(fact: Fact, life: Life) -> tuple[str, Tone]:
    if fact.is_alive is None:
        return f"○ {fact.why}", "dim"
    if fact.is_alive:
        return "● alive", _tone_of_alive(life)
    if life == "live":
        return "○ dead", "warn"
    return "○ dead", "dim"


def _tone_of_alive(life: Life) -> Tone:
    """Return the tone of what lives: a leftover when the session is over."""
    if life == "live":
        return "good"
    if life == "expired":
        return "warn"  # nobody asked for it to be dead
    if life == "visitor":
        return "plain"
    return "bad"
