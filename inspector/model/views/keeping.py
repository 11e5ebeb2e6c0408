"""Would browsers keep the session's cookies, and how many bytes do they send with each request?"""

from __future__ import annotations

from session_inspector.devserver.cookies.browsers import BROWSERS, keepings
from session_inspector.devserver.cookies.set_cookie import SetCookie
from session_inspector.devserver.core.events.exchange import CookieSet
from session_inspector.inspector.model.facts.rows import Tone
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.words.text import safe


def verdicts_of(state: State, session: str) -> tuple[tuple[str, Tone], ...]:
    """Return a sentence for all browsers, or one for each that drops or changes a cookie."""
    known = state.sessions.get(session)
    live = [c for c in known.cookies.values() if not c.is_deletion] if known else []
    if not live:
        return ()
    said: dict[str, tuple[str, Tone]] = {}
    for cookie in live:
        for keeping in keepings(_line(cookie), state.lab.base_url, is_whole=True):
            if keeping.why and keeping.browser not in said:
                how = "keeps it" if keeping.is_kept else "DROPS it"
                text = safe(f"{keeping.browser} {how}: {'; '.join(keeping.why)}", 200)
                said[keeping.browser] = (text, "warn" if keeping.is_kept else "bad")
    rest = [browser for browser in BROWSERS if browser not in said]
    kept: list[tuple[str, Tone]] = []
    if rest:
        kept.append((f"{', '.join(rest)} keep{'s' * (len(rest) == 1)} it", "good"))
    return (*said.values(), *kept)


def header_bytes(state: State, session: str) -> int:
    """Return bytes of the whole Cookie header of the browser's last request; 0: none was seen."""
    known = state.sessions.get(session)
    sent = state.watch.sent.get(known.client) if known else None
    return sent.cookie_bytes if sent else 0


def _line(cookie: CookieSet) -> SetCookie:
    return SetCookie(
        name=_encodable(cookie.name),
        value="x" * cookie.size,
        size=cookie.line_size,
        max_age=cookie.max_age,
        path=_encodable(cookie.path),
        domain=_encodable(cookie.domain),
        secure=cookie.secure,
        http_only=cookie.http_only,
        same_site=cookie.same_site,
    )


def _encodable(text: str) -> str:
    """Return a text that can be bytes: lone surrogates come from other people's headers."""
    return text.encode("utf-8", "replace").decode()
