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
