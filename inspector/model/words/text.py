"""Formats durations, times, byte counts and hostile text for people."""

from __future__ import annotations

import math
import unicodedata
from datetime import UTC, datetime

from session_inspector.devserver.core.values import Seconds

NO_DATE = "(no date)"
LONGEST = 2000
"""Characters of one text that are drawn; the rest is counted."""
_NAMED = {"\n": "⏎", "\r": "␍", "\t": "→", "\x1b": "␛", "\x00": "␀", "\x7f": "␡"}
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs"})
"""Unicode categories that move the cursor, turn the text around, or show nothing."""
_BLANK = frozenset("\u3164\u115f\u1160\uffa0")
"""Letters, for Unicode, that show nothing."""
_SELECTORS = frozenset(map(chr, (*range(0xFE00, 0xFE10), *range(0x1F3FB, 0x1F400))))
"""They change the character before them; terminals disagree on how wide both are together."""
_FLAG_LETTERS = range(0x1F1E6, 0x1F200)
"""Two of them are a flag in some terminals, and two wide letters in others."""
_MARKS = frozenset({"Mn", "Me"})
MOST_MARKS = 3
"""Combining marks in a row that are drawn: hundreds would cover the lines above."""


def duration(seconds: Seconds) -> str:
    """Return `2 d 03:12:09`, `23:59:41`, `00:00:07`; negative ones with a minus."""
    whole = int(abs(seconds))
    days, rest = divmod(whole, 86_400)
    clock = f"{rest // 3600:02d}:{rest % 3600 // 60:02d}:{rest % 60:02d}"
    if days:
        clock = f"{days} d {clock}"
    if seconds < 0 and whole:
        return f"-{clock}"
    return clock


def round_duration(seconds: Seconds) -> str:
    """Return a duration in one unit: `3 d`, `24 h`, `5 min`, `12 s`."""
    whole = int(abs(seconds))
    for size, unit in ((86_400, "d"), (3600, "h"), (60, "min")):
        if whole >= size and (whole % size == 0 or whole >= 2 * size):
            return f"{whole // size} {unit}"
    return f"{whole} s"


def describe_offset(seconds: Seconds) -> str:
    """Return how far a clock is ahead of ours: `90 s ahead of this machine's`."""
    way = "ahead of"
    if seconds < 0:
        way = "behind"
    return f"{round_duration(seconds)} {way} this machine's"


def age(seconds: Seconds) -> str:
    """Return how long ago something was, in one unit: `2 d`, `35 h`, `90 min`, `61 s`."""
    whole = max(0, int(seconds))
    for size, unit in ((86_400, "d"), (3600, "h"), (60, "min")):
        if whole >= 2 * size:
            return f"{whole // size} {unit}"
    return f"{whole} s"


def time_left(seconds: Seconds) -> str:
    """Return how long something still lives, or since when it is over: `over 00:01:22 ago`."""
    whole = round(seconds)
    if whole < 0:
        return f"over {duration(-whole)} ago"
    return duration(whole)


def span(seconds: Seconds) -> str:
    """Return a duration exactly, in one unit where that can be: `14 d`, `90 s`, `1 d 03:46:40`."""
    for size, unit in ((86_400, "d"), (3600, "h"), (60, "min")):
        if seconds and abs(seconds) != math.inf and seconds % size == 0:
            return f"{seconds // size:.0f} {unit}"
    if abs(seconds) < 3600:
        return f"{seconds:g} s"
    if not math.isfinite(seconds):
        return f"{seconds} s"
    return duration(seconds)


def moment(at: Seconds) -> str:
    """Return `2025-10-09 08:53:20 UTC`; a number that is no date says so."""
    try:
        return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    except (ValueError, OverflowError, OSError):
        return f"{at} {NO_DATE}"


def is_moment(at: Seconds) -> bool:
    """Check that a number is a date: from year 1 to 9999."""
    return not moment(at).endswith(NO_DATE)


def sentence(text: str) -> str:
    """Return a text with a capital first letter; the rest stays."""
    return text[:1].upper() + text[1:]


def clock_text(at: Seconds) -> str:
    """Return the time of day with milliseconds, `08:53:20.123`."""
    try:
        found = datetime.fromtimestamp(at, UTC)
    except (ValueError, OverflowError, OSError):
        return "--:--:--.---"
    return f"{found:%H:%M:%S}.{found.microsecond // 1000:03d}"


def size(count: int) -> str:
    """Return bytes: `512 B`, `3.4 KB`, `1.2 MB` (1 KB is 1024 bytes)."""
    if count < 1024:
        return f"{count} B"
    if count < 1024 * 1024:
        return f"{count / 1024:.1f} KB"
    return f"{count / 1024 / 1024:.1f} MB"


def safe(text: str, longest: int = LONGEST) -> str:
    """Return text that draws harmlessly: invisible characters become visible, long text is cut.

    Cookies, claims and headers are attacker-controlled: escape sequences, bidirectional controls
    and line breaks would forge what the screen says.
    """
    cut = text[:longest]
    if not cut.isascii() or not cut.isprintable():
        cut = _without_floods("".join(_visible(char) for char in cut))
    if len(text) <= longest:
        return cut
    return f"{cut}… ({len(text)} characters)"


def _visible(char: str) -> str:
    if char in _NAMED:
        return _NAMED[char]
    if char in _SELECTORS:
        return ""
    if ord(char) in _FLAG_LETTERS:
        return chr(ord(char) - _FLAG_LETTERS.start + ord("A"))
    is_hidden = unicodedata.category(char) in _HIDDEN or char in _BLANK
    if is_hidden and char != " ":
        return f"<{ord(char):04X}>"
    return char


def _without_floods(text: str) -> str:
    """Return text in which a letter has few combining marks; the others are counted."""
    kept: list[str] = []
    marks = 0
    for char in text:
        if unicodedata.category(char) in _MARKS:
            marks += 1
            if marks <= MOST_MARKS:
                kept.append(char)
            continue
        kept += _count_dropped(marks)
        marks = 0
        kept.append(char)
    kept += _count_dropped(marks)
    return "".join(kept)


def _count_dropped(marks: int) -> list[str]:
    if marks <= MOST_MARKS:
        return []
    return [f"<+{marks - MOST_MARKS} marks>"]
