"""What is known of a real browser that is watched."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from session_inspector.devserver.core.events.browser import CookieJudged, HeldCookie, WatchState
from session_inspector.inspector.model.facts.recent import Recent

JudgedKey: TypeAlias = tuple[str, str]
"""(name, fingerprint of the value) of a Set-Cookie line."""
JUDGED = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RealBrowserFacts:
    """One browser; without a name none is watched."""

    name: str = ""
    """`Chromium 156`."""
    state: WatchState = "starting"
    reason: str = ""
    has_window: bool = True
    """False: nobody can log in in it."""
    origins: tuple[str, ...] = ()
    """What is watched."""
    jar: tuple[HeldCookie, ...] = ()
    readable: tuple[str, ...] = ()
    equal_names: tuple[str, ...] = ()
    judged: Recent[JudgedKey, CookieJudged] = field(default_factory=lambda: Recent(limit=JUDGED))

    @property
    def rules(self) -> str:
        """The browser of the rules that it is an instance of."""
        if self.name.startswith("Firefox"):
            return "Firefox"
        return "Chrome"
