"""Clocks of a row in an app's store: the end that its framework obeys, and what disagrees."""

from __future__ import annotations

from collections.abc import Sequence

from session_inspector.devserver.core.values import Seconds
from session_inspector.inspector.model.facts.fact import ClockFact
from session_inspector.inspector.model.views.selectors.ends import EndingClock
from session_inspector.inspector.model.words.text import round_duration

TOLERANCE = 2.0
"""Seconds that two clocks of one row may differ: stores round a life up to whole seconds."""
COOKIE_TOLERANCE = 5.0
"""Seconds that the cookie's may differ from the row's, which is looked at once a second."""
UNREAD = "its framework ignores it"


def describe_row_clock(timer: ClockFact, timers: Sequence[ClockFact]) -> str:
    """Return what a clock of a row means, or what it disagrees with; empty: it is no such clock.

    A row that is gone has no end: nothing disagrees with it.
    """
    store = next((one for one in timers if one.name == "store"), None)
    if store is None or store.stopped:
        return ""
    if timer.name == "inside":
        return describe_inner_end(timer, store.ends)
    if timer.name in ("inactivity", "absolute") and not timer.ends_session:
        return "by [session] of the configuration; the app obeys its row's end"
    if timer is store and timer.ends is not None and not timer.ends_session:
        return "the store drops the row; until it does, the app accepts it"
    if timer.name == "cookie" and not any(one.name == "sealed" for one in timers):
        return _compare_cookie(timer, store)
    return ""


def describe_inner_end(inner: EndingClock, store_ends: Seconds | None) -> str:
    """Return what an end inside a row means, beside the store's."""
    apart = _how_far(inner.ends, store_ends)
    if inner.ends_session:
        return f"{inner.where}: its framework refuses the row from then on"
    if apart:
        return f"⚠ {inner.where}, {apart}: {UNREAD}"
    return f"{inner.where}: {UNREAD}"


def _how_far(ends: Seconds | None, store_ends: Seconds | None) -> str:
    """Return how an end lies to that of its row; empty: they agree."""
    if ends is None:
        return ""
    if store_ends is None:
        return "and the row itself never ends"
    apart = ends - store_ends
    if abs(apart) <= TOLERANCE:
        return ""
    if apart < 0:
        return f"{round_duration(apart)} before the row ends"
    return f"{round_duration(apart)} after the row ends"


def _compare_cookie(cookie: EndingClock, store: EndingClock) -> str:
    """Return a sentence when browsers keep the cookie for another time than its row lives."""
    if cookie.ends is None or cookie.ends_session:
        return ""
    if store.ends is None:
        return "⚠ the row never ends: the app accepts the cookie after browsers have deleted it"
    apart = cookie.ends - store.ends
    if abs(apart) <= COOKIE_TOLERANCE:
        return ""
    if apart < 0:
        return (
            f"⚠ ends {round_duration(apart)} before the row: browsers delete the cookie of a"
            " session that the app still accepts"
        )
    if not store.ends_session:
        return ""
    return f"⚠ ends {round_duration(apart)} after the row: it is still sent, and refused"
