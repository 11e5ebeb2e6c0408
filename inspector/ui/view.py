"""What the app hands to a screen to draw."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from session_inspector.devserver.core.frozen import replace
from session_inspector.devserver.core.values import Seconds
from session_inspector.inspector.keys import Key, footer_of
from session_inspector.inspector.model.facts.listing import Listing, ListName
from session_inspector.inspector.model.facts.rows import Field, RunOut
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.views.table.table import SearchTable
from session_inspector.inspector.model.views.watch_mode import (
    choose_guide,
    detect_watch_mode,
)
from session_inspector.inspector.model.words.guides import GuideMode
from session_inspector.inspector.ui.spelling import spell_in

LISTINGS: Mapping[ListName, Listing] = {"sessions": Listing(sort="newest")}
"""How lists are before a person has changed them, where that is not: all, as it comes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """The state, the moment, and what the person has chosen."""

    state: State = field(default_factory=State)
    now: Seconds = 0.0
    table: SearchTable | None = None
    """What long lists are sorted and filtered in."""
    run_out: RunOut = field(default_factory=RunOut)
    """Sessions that a clock has ended, and no event yet."""
    session: str = ""
    listings: Mapping[ListName, Listing] = field(default_factory=dict)
    """The lists of which a person has changed the filter or the order."""
    marked: frozenset[str] = frozenset()
    """Sessions that were marked for one answer to all."""
    compared: tuple[Field, ...] = ()
    """Lines of the comparison."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """Keys that a person has configured, by the action's name."""
    is_read_only: bool = False
    is_plain: bool = False
    """The terminal has no Braille."""
    position: tuple[int, int] | None = None
    """In a recording: how many events are shown, of how many."""
    may_have_alarms_ahead: bool = False
    """In a recording: an alarm falls after what is shown, or it is not read that far."""
    playing: str = ""
    """How fast a recording plays; empty: it stands still, or it is none."""
    trouble: str = ""
    """Why no new events arrive; empty: all is well."""
    revealed: Mapping[str, str] = field(default_factory=dict)
    is_new: bool = False
    """The home was empty, and a person may want to know what to do first."""
    has_read: bool = False
    """An alarm was looked at."""
    undoable: int = 0
    """Changes that were made here and can be undone."""
    may_measure: bool = False
    """The stores can be measured from here."""

    def listing(self, name: ListName) -> Listing:
        """Return the filter and the order of a list."""
        return self.listings.get(name, LISTINGS.get(name, Listing()))

    def with_listing(self, name: ListName, listing: Listing) -> View:
        """Return this with another filter or order of a list."""
        return replace(self, listings={**self.listings, name: listing})

    def spell(self, text: str) -> str:
        """Return a sentence with the keys that it names, as the person has them."""
        return spell_in(text, self.keys)

    @property
    def query(self) -> str:
        """The filter of the sessions."""
        return self.listing("sessions").query

    @property
    def sort(self) -> str:
        """The order of the sessions."""
        return self.listing("sessions").sort

    @property
    def is_recording(self) -> bool:
        """Whether it is a recording that is shown."""
        return self.position is not None

    @property
    def guide(self) -> GuideMode:
        """In which words the way to a first session is told."""
        return choose_guide(
            self.state, is_recording=self.is_recording, is_read_only=self.is_read_only
        )

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

    def footer(self, name: str) -> Sequence[Key]:
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


def begin_view(keys: Mapping[str, str], *, is_read_only: bool, may_measure: bool) -> View:
    """Return the view of an app that begins, in its terminal."""
    return View(
        keys=keys,
        is_read_only=is_read_only,
        is_plain=is_plain(os.environ),
        may_measure=may_measure,
    )
