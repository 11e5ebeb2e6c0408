"""What is said of a cookie that was sent after its session was over.

A line of 80 columns is cut behind the title's beginning: the verdict comes first.
"""

from __future__ import annotations

from session_inspector.devserver.core.events.session import SessionShownAgain, ShownOutcome
from session_inspector.inspector.model.words.text import clock_text, round_duration

OUTCOMES: dict[ShownOutcome, str] = {
    "accepted": "the app accepted",
    "answered": "not known whether the app accepted",
    "refused": "the app refused",
    "public": "not known whether the app accepted",
    "unknown": "not seen whether the app accepted",
}
PUBLIC = "it answers that request so without a session too"
UNPROVEN = "send that request without a session to see whether it needs one"


def copy_title(event: SessionShownAgain) -> str:
    """Return what happened, in a sentence."""
    what = "a copy sent after it was gone"
    if event.ended in ("revoked", "gone"):
        what = "it after its row was gone"
    if event.ended == "reuse":
        what = "it after the app had ended it for the reuse of an old value"
    if event.ended == "refused":
        what = "a copy sent after it was refused and its cookie deleted"
    return f"{OUTCOMES[event.outcome]} {what}"


def copy_detail(event: SessionShownAgain) -> str:
    """Return the request, its answer, and how long after the end it came."""
    later = round_duration(max(0.0, event.at - event.ended_at))
    end = f"{event.ended_by} ({event.ended})"
    if not event.ended_by:
        end = "its row was not found any more"
    detail = f"{event.request}: {event.status}, {later} after {end}"
    if event.proven_by:
        detail += f" (at {clock_text(event.at)}; known since {event.proven_by})"
    if event.outcome == "public":
        detail += f"; {PUBLIC}"
    if event.outcome == "answered" and event.ended not in ("revoked", "gone"):
        detail += f"; {UNPROVEN}"
    return detail


def describe_copy(event: SessionShownAgain) -> str:
    """Return what happened, in one text."""
    return f"{copy_title(event)}: {copy_detail(event)}"
