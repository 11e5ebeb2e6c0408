"""What is said of a cookie that a logout has left, and of what it brought back."""

from __future__ import annotations

from session_inspector.devserver.core.events.session import CookieLeft
from session_inspector.inspector.model.words.text import round_duration


def left_title(event: CookieLeft) -> str:
    """Return what happened, in a sentence."""
    names = " and ".join(event.names)
    if event.outcome == "accepted":
        return f"the logout left cookie {names}, and the session lives on"
    return f"the logout left cookie {names}, whether the session lives on is not known"


def left_detail(event: CookieLeft) -> str:
    """Return which logout it was, and the request that brought what it left."""
    deleted = " and ".join(event.deleted)
    later = round_duration(max(0.0, event.at - event.left_at))
    detail = (
        f"{event.left_by} deleted {deleted} only; {later} later {event.request}: {event.status}"
    )
    if event.outcome == "renewed":
        detail += f", which set {deleted} anew; a visitor may get one, too"
    return detail


def describe_left(event: CookieLeft) -> str:
    """Return what happened, in one text."""
    return f"{left_title(event)}: {left_detail(event)}"
