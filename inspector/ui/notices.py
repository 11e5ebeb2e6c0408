"""What is said to the person now, merged: the newest first, the same again counted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

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


class NoticeMerger:
    """Merges messages; one that was said again is counted as long as any of them is shown."""

    def __init__(self) -> None:
        self._said: dict[str, set[str]] = {}
        """Text to the messages that said it, while one of them is shown."""

    def merge(self, said: Iterable[tuple[str, Notice]]) -> tuple[Notice, ...]:
        """Return (identity, message) pairs, the oldest first, as they are drawn: newest first."""
        merged: dict[str, Notice] = {}
        counted: dict[str, set[str]] = {}
        for identity, notice in said:
            merged.pop(notice.text, None)
            known = counted.get(notice.text) or self._said.get(notice.text) or set()
            counted[notice.text] = known | {identity}
            merged[notice.text] = replace(notice, count=len(counted[notice.text]))
        self._said = counted
        return tuple(reversed(merged.values()))
