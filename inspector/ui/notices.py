"""What is said to the person now, merged: the newest first, the same again counted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from session_inspector.devserver.core.values import Seconds

SHOWN: Seconds = 4.0
SHOWN_LONGER: Seconds = 8.0
"""Of what did not work."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One message."""

    text: str
    is_ok: bool
    count: int = 1

    def spell(self) -> str:
        """Return it as it is drawn."""
        if self.count == 1:
            return self.text
        return f"{self.text} (×{self.count})"


def merge_notices(said: Iterable[Notice]) -> tuple[Notice, ...]:
    """Return messages, the oldest first, as they are drawn: the newest first."""
    merged: dict[str, Notice] = {}
    for notice in said:
        before = merged.pop(notice.text, None)
        count = notice.count
        if before is not None:
            count += before.count
        merged[notice.text] = Notice(notice.text, notice.is_ok, count)
    return tuple(reversed(merged.values()))
