"""How a person wants a list: what is in it, in which order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

ListName: TypeAlias = Literal["sessions", "requests", "timeline"]
"""The lists that are filtered and sorted."""


@dataclass(frozen=True, slots=True)
class Listing:
    """The filter and the order of one list."""

    query: str = ""
    sort: str = ""
    """Empty: as it comes."""
    is_reversed: bool = False

    @property
    def is_plain(self) -> bool:
        """All of it, as it comes."""
        return not (self.query.strip() or self.sort or self.is_reversed)

    @property
    def order(self) -> str:
        """The order in words: `by user reversed`; of requests and events that came, empty."""
        if not self.sort:
            return "newest first" if self.is_reversed else ""
        if self.is_reversed:
            return f"by {self.sort} reversed"
        return f"by {self.sort}"
