"""Lines of a session that is brought after its end, and of values that were replaced.

The verdict is the beginning of the title, which 80 columns show; `⚠` is a line where something is
wrong, `?` one that nobody can judge.
"""

from __future__ import annotations

from collections.abc import Mapping

from session_inspector.devserver.core.events.session import (
    CookieLeft,
    CookieReused,
    SessionAnswered,
    SessionShownAgain,
)
from session_inspector.inspector.model.facts.rows import Line
from session_inspector.inspector.model.words.answers import TITLE as ANSWERED
from session_inspector.inspector.model.words.answers import answer_detail
from session_inspector.inspector.model.words.copies import copy_detail, copy_title
from session_inspector.inspector.model.words.left_cookies import left_detail, left_title

REUSED: Mapping[str, str] = {
    "ended": "session ended",
    "refused": "refused",
    "accepted": "accepted",
    "unknown": "not seen whether accepted",
}


def doubt_line(event: SessionShownAgain | CookieLeft | SessionAnswered) -> Line:
    """Return the line of a session that somebody brought after a logout, or another end."""
    if isinstance(event, SessionAnswered):
        return "?", ANSWERED, answer_detail(event), "warn"
    if isinstance(event, CookieLeft):
        title = left_title(event)
        detail = left_detail(event)
    else:
        title = copy_title(event)
        detail = copy_detail(event)
    if event.outcome == "accepted":
        return "⚠", title, detail, "bad"
    if event.outcome == "refused":
        return "⊠", title, detail, "good"
    return "?", title, detail, "warn"


def reuse_line(event: CookieReused) -> Line:
    """Return the line of a value that was presented after it had been replaced."""
    when = f"{event.at - event.replaced_at:.1f} s after {event.replaced_by} replaced it"
    if event.is_parallel:
        when = f"at the same time as in {event.replaced_by}, which replaced it"
    title = f"{REUSED[event.outcome]}: an old value of cookie {event.name}"
    detail = f"{event.status} · {when}"
    if not event.renews and event.outcome == "refused":
        return "⊠", title, detail, "good"
    if not event.renews and event.outcome == "unknown":
        return "?", title, detail, "warn"
    return "⚠", title, detail, "bad"
