"""The lines of the menus."""

from __future__ import annotations

from session_inspector.devserver.core.values import Seconds
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.views.selectors.ends import find_end
from session_inspector.inspector.model.words.text import round_duration

Choices = list[tuple[str, str]]
CLOCKS: Choices = [
    ("inactivity", "inactivity: as if no request came for too long"),
    ("absolute", "absolute: as if the login were too long ago"),
    ("access_token", "access token: the session lives on, its token does not"),
]
STEPS: Choices = [
    ("60", "1 minute"),
    ("3600", "1 hour"),
    ("86400", "1 day"),
    ("259200", "3 days"),
]
TOLERANCE = 16
"""Seconds past a cookie's exp at which no server accepts it any more."""


def carriers(stores: tuple[str, ...]) -> Choices:
    """Return the ways a new session can travel; `stores` are URLs."""
    return [
        ("stateless", "stateless: the session in the cookie"),
        ("stateful", "stateful: the session in the lab's own store"),
        *((url, f"stateful, in {url}") for url in stores),
        ("memory://", "stateful, in memory"),
    ]


def clocks_of(state: State, session: str) -> Choices:
    """Return the clocks of a session that can be put into the past.

    A row of another framework has one: the end that its framework obeys. Tokens in it are kept in
    a way of the app's own.
    """
    known = state.sessions.get(session)
    if known is None or not state.lab.upstream or not known.facts.layout:
        return CLOCKS
    return [("inactivity", f"its row: {known.facts.layout} refuses it from then on")]


def travel_steps(state: State, session: str, now: Seconds) -> Choices:
    """Return the step to just after the session's next end, then round ones."""
    known = state.sessions.get(session)
    if known is None:
        return STEPS
    first = find_end(known)
    if first is None or first.ends is None or first.ends <= now:
        return STEPS
    seconds = int(first.ends - now) + TOLERANCE
    name = first.name.replace("_", " ")
    return [(str(seconds), f"to the next expiry: {name}, in {round_duration(seconds)}"), *STEPS]
