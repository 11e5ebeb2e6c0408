"""The lines that an app writes, made fit for the journal: no escapes, no secrets, errors marked."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from session_inspector.devserver.core.clock import stopwatch
from session_inspector.devserver.core.masking import (
    MASK,
    is_secret_name,
    mask_tokens,
    mask_url,
)
from session_inspector.devserver.core.values import Seconds

ESCAPES = re.compile(
    r"\x1b\][^\x07\x1b]{0,4096}(?:\x07|\x1b\\)?"  # titles and links: the text of a link stays
    r"|\x1b\[[0-?]{0,64}[ -/]{0,8}[@-~]"
    r"|\x1b[PX^_][^\x1b]{0,4096}(?:\x1b\\)?"
    r"|\x1b[ -/]{0,4}[0-~]"
)
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
LONGEST = 4_000
"""Characters of a line in the journal."""
SHORTEST_SECRET = 8
MOST = 1_000
"""Lines a second in the journal: its events are worth more than an app's chatter."""
LEFT_OUT = f"… more than {MOST:,} lines in a second: the rest of them is left out here"
COOKIES = re.compile(r"(?i)(?<![\w-])((?:set-)?cookie)([\"']?\s{0,4}[:=]\s{0,4}[\"'\[]{0,3})(.*)")
"""A header line, or one in a printed object; to its end, as any cookie may be a session."""
COOKIE = re.compile(r"([^\s=;,\"'\[\]]{1,256})=([^\s;,\"'\]]{4,})")
SCHEMES = re.compile(r"(?i)\b(bearer|basic|dpop)(\s{1,4})([\w.~+/=-]{8,})")
MEMBERS = re.compile(
    r"(?<![\w-])([\"']?)([A-Za-z][\w-]{1,40})\1(\s{0,4}[:=]\s{0,4})"
    r"(?:([\"'])([^\"']{4,})\4|(?=[\w.~+/=-]{0,200}\d)([\w.~+/=-]{12,}))"
)
"""`"refresh_token": "…"`, `refreshToken: '…'`, `client_secret=…`."""
ATTRIBUTES = frozenset(
    {"path", "domain", "expires", "max-age", "samesite", "secure", "httponly", "priority"}
)
"""Of a Set-Cookie line: no secrets."""
ERRORS = re.compile(
    r"^\s*(?:[\w./:-]+[:.]\s*)?(?:\w*Error|\w*Exception|Traceback|panic|fatal|FATAL|ERROR|CRITICAL)\b"
    r"|^\s*(?:Uncaught|Unhandled)\b"
    r"|\[(?:error|ERROR|fatal|FATAL|crit|alert|emerg)\]"
    r"|\b(?:level|severity)[\"']?\s*[=:]\s*[\"']?(?:error|fatal|critical)"
    r"|\b(?:ERROR|FATAL|CRITICAL|SEVERE)\b[\s:\]]"
    r"|^\s*(?:✖|✘|⨯|×)\s"
    r"|npm (?:ERR!|error)",
)


@dataclass(frozen=True, slots=True)
class OutputLine:
    """One line."""

    text: str
    is_error: bool


class Lines:
    """Reads what an app writes."""

    def __init__(self, secrets: Sequence[str] = ()) -> None:
        known = sorted((text for text in secrets if len(text) >= SHORTEST_SECRET), key=len)
        self._secrets = known[::-1]

    def read(self, raw: str) -> OutputLine:
        """Return a line without escapes, whose secrets are masked."""
        # a carriage return begins the line anew, as progress bars do
        text = raw.rstrip("\r").rpartition("\r")[2]
        text = strip_escapes(text)[:LONGEST]
        for secret in self._secrets:
            text = text.replace(secret, MASK)
        text = mask_line(text)
        return OutputLine(text, bool(ERRORS.search(text)))


def strip_escapes(text: str) -> str:
    """Return a line without what steers a terminal."""
    return CONTROLS.sub("", ESCAPES.sub("", text)).expandtabs(4)


def mask_line(text: str) -> str:
    """Return a line of a program's log whose cookies, tokens and passwords are masked."""
    text = mask_tokens(text)
    text = COOKIES.sub(_mask_cookies, text)
    text = SCHEMES.sub(rf"\1\2{MASK}", text)
    text = MEMBERS.sub(_mask_member, text)
    return mask_url(text)


def _mask_cookies(found: re.Match[str]) -> str:
    return found[1] + found[2] + COOKIE.sub(_mask_cookie, found[3])


def _mask_cookie(found: re.Match[str]) -> str:
    if found[1].lower() in ATTRIBUTES:
        return found[0]
    return f"{found[1]}={MASK}"


def _mask_member(found: re.Match[str]) -> str:
    if not is_secret_name(found[2]) or MASK in found[0]:
        return found[0]
    quote = found[4] or ""
    return f"{found[1]}{found[2]}{found[1]}{found[3]}{quote}{MASK}{quote}"


class LineLimit:
    """Admits so many lines a second; safe from any thread."""

    def __init__(self, most: int = MOST, now: Callable[[], Seconds] = stopwatch) -> None:
        self._most = most
        self._now = now
        self._second = -1
        self._count = 0
        self._lock = threading.Lock()

    def count_line(self) -> int:
        """Count a line, and return how many came in this second with it."""
        with self._lock:
            second = int(self._now())
            if second != self._second:
                self._second = second
                self._count = 0
            self._count += 1
            return self._count

    def admits(self, number: int) -> bool:
        """Check whether the line of a number may go into the journal."""
        return number <= self._most

    def is_first_left_out(self, number: int) -> bool:
        """Check whether a line is the first that may not, of its second."""
        return number == self._most + 1
