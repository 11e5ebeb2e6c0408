"""What a real browser that is watched did with a line, and what its jar has of it."""

from __future__ import annotations

from session_inspector.devserver.core.events.browser import CookieJudged, HeldCookie
from session_inspector.devserver.core.events.exchange import CookieSet
from session_inspector.inspector.model.facts.fact import Fact
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.words.browser import describe_dropped

IN_THE_JAR = "in the jar of "
"""What the evidence begins with of a cookie that a watched browser holds."""


def find_judged(state: State, line: CookieSet) -> CookieJudged | None:
    """Return the verdict on a line; None: no watched browser has seen it."""
    key = (line.name, line.value.digest)
    if key not in state.browser.judged:
        return None
    return state.browser.judged[key]


def find_held(state: State, line: CookieSet) -> HeldCookie | None:
    """Return the cookie of a line in the jar; None: it is not there, or no jar is watched."""
    for cookie in state.browser.jar:
        if (cookie.name, cookie.value.digest) == (line.name, line.value.digest):
            return cookie
    return None


def real_browser_fact(state: State, line: CookieSet) -> Fact | None:
    """Return whether the watched browser has a cookie; None: it says nothing of this line."""
    judged = find_judged(state, line)
    if judged is None:
        return None
    if judged.verdict == "dropped":
        why = f"dropped: {describe_dropped(judged)}"
        return Fact(is_alive=False, origin="seen", evidence=why, why=why)
    held = find_held(state, line)
    if held is None:
        return None
    return Fact(
        is_alive=True,
        origin="seen",
        evidence=f"{IN_THE_JAR}{judged.browser}",
        ends=held.ends,
    )
