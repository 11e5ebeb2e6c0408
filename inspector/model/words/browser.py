"""What a real browser did with a cookie, in a sentence that says where each part is from."""

from __future__ import annotations

from session_inspector.devserver.core.events.browser import CookieJudged


def describe_dropped(judged: CookieJudged) -> str:
    """Return who dropped a line and why: the dropping is seen, a reason may be from a rule."""
    why = "; ".join(judged.why)
    if judged.origin == "rule":
        return f"{judged.browser} dropped it (seen; the reason is a rule: {why})"
    return f"{judged.browser} dropped it: {why} (seen)"
