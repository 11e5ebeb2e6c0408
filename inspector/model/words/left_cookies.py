"""What is said of a cookie that a logout has left, and of what it brought back."""

from __future__ import annotations

from session_inspector.devserver.core.events.session import CookieLeft
from session_inspector.inspector.model.words.text import round_duration

WAIT = "and the app may have ended it where it keeps it: a page that needs the session shows it"
SILENT = "which renewed its cookie before, and does so no more"


def left_title(event: CookieLeft) -> str:
    """Return what happened, in a sentence."""
    names = " and ".join(event.names)
    if event.outcome == "accepted":
        return f"the session lives on by cookie {names}, which its logout left"
    if event.deleted:
        return f"not known whether the session lives on by cookie {names}, which its logout left"
    return f"not known whether cookie {names} still logs in: its logout left it"


def left_detail(event: CookieLeft) -> str:
    """Return which logout it was, and the request that brought what it left."""
    if event.outcome == "unknown" and event.deleted:
        return f"{event.request}: {event.status}, which deleted {' and '.join(event.deleted)} only"
    if event.outcome == "unknown":
        return f"{event.request}: {event.status}, {WAIT}"
    deleted = " and ".join(event.deleted) or "nothing"
    later = round_duration(max(0.0, event.at - event.left_at))
    only = " only" if event.deleted else ""
    detail = (
        f"{event.left_by} deleted {deleted}{only}; {later} later {event.request}: {event.status}"
    )
    if event.outcome == "renewed":
        detail += f", which set {deleted} anew; a visitor may get one, too"
    if event.outcome == "silent":
        detail += f", {SILENT}"
    return detail


def describe_left(event: CookieLeft) -> str:
    """Return what happened, in one text."""
    return f"{left_title(event)}: {left_detail(event)}"
