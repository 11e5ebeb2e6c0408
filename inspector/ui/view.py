"""What the app hands to a screen to draw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from session_inspector.devserver.core.values import Seconds
from session_inspector.inspector.keys import Key, footer_of
from session_inspector.inspector.model.facts.rows import Field
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.views.watch_mode import detect_watch_mode


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """The state, the moment, and what the person has chosen."""

    state: State = field(default_factory=State)
    now: Seconds = 0.0
    clocked: int = 0
    """Sessions that a clock has ended, and no event yet."""
    session: str = ""
    query: str = ""
    sort: str = "newest"
    compared: tuple[Field, ...] = ()
    """Lines of the comparison."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """Keys that a person has configured, by the action's name."""
    is_read_only: bool = False
    is_plain: bool = False
    """The terminal has no Braille."""
    position: tuple[int, int] | None = None
    """In a recording: how many events are shown, of how many."""
    playing: str = ""
    """How fast a recording plays; empty: it stands still, or it is none."""
    trouble: str = ""
    """Why no new events arrive; empty: all is well."""
    revealed: Mapping[str, str] = field(default_factory=dict)

    @property
    def notice(self) -> str:
        """What the header adds: no connection, the position in a recording, or read-only."""
        if self.trouble:
            return self.trouble
        if self.position is not None:
            shown, total = self.position
            return f"recording {shown:,} of {total:,} {self.playing}".rstrip()
        if self.is_read_only:
            return "read-only"
        return ""

    @property
    def why_read_only(self) -> str:
        """Why keys that change something are off."""
        if self.position is not None:
            return "a recording cannot be changed"
        return "the app is read-only"

    def footer(self, name: str) -> tuple[Key, ...]:
        """Return the few keys of a view."""
        if self.position and name == "live":
            return footer_of("replay", self.keys)
        return footer_of(name, self.keys, is_attached=detect_watch_mode(self.state) != "lab")


def is_plain(environ: Mapping[str, str]) -> bool:
    """Check for a terminal without Braille: the console of Linux, or one that is not UTF-8."""
    chosen = (environ.get(name, "") for name in ("LC_ALL", "LC_CTYPE", "LANG"))
    charset = next((value.partition(".")[2] for value in chosen if value), "")
    is_other = bool(charset) and "utf" not in charset.lower()
    return environ.get("TERM", "") == "linux" or is_other
