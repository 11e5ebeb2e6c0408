"""The lines of the menus."""

from __future__ import annotations

from session_inspector.devserver.core.numbers import to_number
from session_inspector.devserver.core.values import Seconds
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.views.selectors.ends import find_end
from session_inspector.inspector.model.words.text import round_duration
from session_inspector.inspector.ui.screens.letters import assign_letters

Choices = list[tuple[str, str]]
CLOCKS: Choices = [
    ("inactivity", "inactivity: as if no request came for too long"),
    ("absolute", "absolute: as if the login were too long ago"),
    ("access_token", "access token: the session stays, its token has expired"),
]
CLOCK_KEYS = {"i": "inactivity", "a": "absolute", "t": "access_token"}
STEPS: Choices = [
    ("60", "1 minute"),
    ("3600", "1 hour"),
    ("86400", "1 day"),
    ("259200", "3 days"),
]
STEP_KEYS = {"m": "60", "h": "3600", "d": "86400", "t": "259200"}
STEP_PATTERN = r"-?([0-9.][0-9.e]*[smhd]?)?"
"""What can be typed as a step: `90`, `1.5h`, `3d`."""
UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
YES_NO = {"y": "yes", "n": "no"}
CARRIER_KEYS = {"s": "stateless", "l": "stateful", "m": "memory://"}
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
    return [("inactivity", f"its row: {known.facts.layout} refuses it after that")]


def carrier_keys(stores: tuple[str, ...]) -> dict[str, str]:
    """Return the letters of the carriers: a store's is of its URL."""
    return assign_letters([(url, url) for url in stores], CARRIER_KEYS)


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


def step_keys(steps: Choices) -> dict[str, str]:
    """Return the letters of the steps: {letter: seconds}."""
    if steps is STEPS:
        return STEP_KEYS
    return {"n": steps[0][0], **STEP_KEYS}


def read_step(text: str) -> Seconds | None:
    """Return the seconds of a typed step, `90`, `3d`; None: it is none."""
    unit = UNITS.get(text[-1:], 1)
    number = text.rstrip("smhd")
    try:
        return to_number(float(number) * unit)
    except ValueError:
        return None
