"""The lines that an app writes, made fit for the journal: no escapes, no secrets, errors marked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from session_inspector.devserver.core.masking import MASK, mask_url

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
        text = CONTROLS.sub("", ESCAPES.sub("", text)).expandtabs(4)[:LONGEST]
        for secret in self._secrets:
            text = text.replace(secret, MASK)
        text = mask_url(text)
        return OutputLine(text, bool(ERRORS.search(text)))
