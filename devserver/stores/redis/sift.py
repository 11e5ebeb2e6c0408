"""Leaves out keys of Redis that cannot fit a filter, before their rows are read and parsed.

Redis compares nothing, and a row costs 60 µs to read with its end and parse. Its bytes alone cost
1 µs, its end alone 8 µs: what cannot fit by one of them is not asked for the other.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.stores.querying.filters import RowFilter

ReadValues: TypeAlias = Callable[[Sequence[str]], Awaitable[Sequence[bytes | None]]]
ReadEnds: TypeAlias = Callable[[Sequence[str]], Awaitable[Sequence[Seconds | None]]]
"""When keys end; None: never, or it is gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeySift:
    """What of a filter can be checked by the bytes of a value, and by the end of its key."""

    wanted: RowFilter
    now: Seconds
    read_values: ReadValues
    read_ends: ReadEnds
    also: tuple[bytes, ...] = ()
    """Texts of rows whose user is not to be seen in them."""
    marks: tuple[bytes, ...] = ()
    """One stands in each row that has an earlier end inside, which counts."""
    fewest: float = 1.0
    """So much of the size that is shown has a value in bytes, at least."""

    async def choose(self, keys: Sequence[str]) -> Sequence[str]:
        """Return the keys whose rows may fit. Raises: StoreUnavailable."""
        marked: set[str] = set()
        chosen = keys
        if keys and self._needs_values:
            values = await self.read_values(keys)
            pairs = [(key, value.lower()) for key, value in zip(keys, values, strict=True) if value]
            chosen = [key for key, value in pairs if self._may_fit(value)]
            marked = {key for key, value in pairs if any(mark in value for mark in self.marks)}
        if chosen and any(self.wanted.bounds("expires")):
            ends = await self.read_ends(chosen)
            pairs_of_ends = zip(chosen, ends, strict=True)
            chosen = [key for key, at in pairs_of_ends if key in marked or self._ends_in_time(at)]
        return chosen

    @property
    def _needs_values(self) -> bool:
        has_size = any(bound.is_above for bound in self.wanted.bounds("size"))
        has_inner_ends = bool(self.marks) and any(self.wanted.bounds("expires"))
        return has_size or has_inner_ends or any(self.wanted.user_parts())

    def _may_fit(self, value: bytes) -> bool:
        for bound in self.wanted.bounds("size"):
            if bound.is_above and len(value) <= bound.limit * self.fewest:
                return False
        return all(
            any(text in value for text in (part.encode(), *self.also))
            for part in self.wanted.user_parts()
        )

    def _ends_in_time(self, at: Seconds | None) -> bool:
        if at is None or at <= self.now:
            return False
        return all(bound.fits(at - self.now) for bound in self.wanted.bounds("expires"))
