"""What is known of a format beside how to open it. A decoder declares it, a plug-in's as well."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from session_inspector.devserver.cookies.chunk_rules import ChunkRule
from session_inspector.devserver.core.values import JsonObject, Seconds
from session_inspector.devserver.decoders.subject import is_of_nobody

WhichIsRead: TypeAlias = Literal["first", "last", ""]
"""Of cookies with equal names in one request: the one that a server reads; empty: not known."""

JsonReader: TypeAlias = Literal["strict", "lenient", ""]
"""What reads a format's JSON: `strict` refuses NaN and Infinity, as JSON.parse does; `lenient`
takes them, as Python's json does; empty: not known, or it holds no JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeMembers:
    """Members of the content that hold a session's times: an edit must change them too."""

    inside: str
    """The object that has them, a member of the content."""
    created: str
    touched: str = ""
    """Empty here and below: there is no such member."""
    expires: str = ""
    lifetime: str = ""
    """Seconds from `created`."""
    is_http_date: bool = False
    """True: they are texts, `Sat, 28 Nov 2026 21:06:40 GMT`; else whole seconds."""
    margin: Seconds = 0
    """Seconds before `expires` at which the framework ends the session."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonHeader:
    """A response header in which servers say why a request is, or is not, signed in."""

    name: str
    """In lower case."""
    explain: Callable[[str], str]
    """Returns what a value means; empty: that is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """Facts of one format; the defaults suit a plug-in that declares none."""

    cookie_names: tuple[str, ...] = ()
    """The library's own names of the cookie. A bare value is tried under each: some formats bind
    the name into the key."""
    json: JsonReader = ""
    chunks: ChunkRule | None = None
    """None: it is never in chunks."""
    signature_suffix: str = ""
    """How the name of a second cookie ends that holds the signature of the first: `.sig`; empty:
    there is none."""
    is_percent_encoded: bool = False
    """True: its servers decode `+` and `%` on the wire, so both must be escaped."""
    is_quoted: bool = False
    """True: its servers read quotes, as Python's http.cookies writes them, and no percent signs."""
    stamp_life: Seconds | None = None
    """Seconds from its time stamp at which the framework ends it, unless the application sets
    another limit; None: the format's end is not a stamp's."""
    is_stamp_life_told: bool = False
    """True: a Max-Age or Expires of its cookie is that limit of the application."""
    is_line_end_obeyed: bool = False
    """True: its servers refuse it at the Expires of its cookie, however late the seal's end is."""
    is_issued_anew: bool = False
    """True: `issued` is when it was written last, and says nothing of the login."""
    time_members: TimeMembers | None = None
    clock_members: frozenset[str] = frozenset()
    """Members of the content that only hold its clocks: a write that changes no other is a roll."""
    visitor_members: frozenset[str] = frozenset()
    """Members of the content that its framework, or a usual extension of it, gives to visitors, and
    leaves there after a logout: nobody is logged in to a session of these alone. `_csrf/*`: all
    that begin so."""
    beside: re.Pattern[str] | None = None
    """Names of cookies that its framework sets beside the session, which hold no session and no id:
    what they say, and that they are left after a logout, is of the browser."""
    reads: WhichIsRead = ""
    """Which of equal names its servers read; empty: that depends on the application."""
    reason: ReasonHeader | None = None
    longest_life: Seconds | None = None
    """Seconds from its start after which the server refuses it, whatever `exp` says."""

    def is_of_visitor(self, payload: JsonObject) -> bool:
        """Check whether a session that was read holds only what visitors get."""
        left = self.without_clocks(payload)
        times = self.time_members
        if times is not None:
            inside = left.get(times.inside)
            if isinstance(inside, dict) and inside.keys() <= {times.created}:
                del left[times.inside]
        return is_of_nobody(left, self.visitor_members)

    def without_clocks(self, payload: JsonObject) -> JsonObject:
        """Return what is in a session without the members in which its format keeps its clocks."""
        left = {name: value for name, value in payload.items() if name not in self.clock_members}
        times = self.time_members
        if times is None:
            return left
        inside = left.get(times.inside)
        if isinstance(inside, dict):
            moving = (times.touched, times.expires, times.lifetime)
            kept = {name: value for name, value in inside.items() if name not in moving}
            left[times.inside] = kept
        return left
