"""What is said of a cookie that was sent after its session was over."""

from __future__ import annotations

from session_inspector.devserver.core.events.session import SessionShownAgain, ShownOutcome
from session_inspector.inspector.model.words.text import round_duration

OUTCOMES: dict[ShownOutcome, str] = {
    "accepted": "and the app accepted it",
    "refused": "and the app refused it",
    "public": "and whether the app accepted it is not known",
    "unknown": "and how the app answered is not known",
}
PUBLIC = "it answers that request so without a session too"


def copy_title(event: SessionShownAgain) -> str:
    """Return what happened, in a sentence."""
    return f"a copy was sent after it was gone, {OUTCOMES[event.outcome]}"


def copy_detail(event: SessionShownAgain) -> str:
    """Return the request, its answer, and how long after the end it came."""
    later = round_duration(max(0.0, event.at - event.ended_at))
    detail = f"{event.request}: {event.status}, {later} after {event.ended_by} ({event.ended})"
    if event.outcome == "public":
        detail += f"; {PUBLIC}"
    return detail


def describe_copy(event: SessionShownAgain) -> str:
    """Return what happened, in one text."""
    return f"{copy_title(event)}: {copy_detail(event)}"
