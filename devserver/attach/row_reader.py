"""Rows of one layout in one store: a look at many of them, and those of some ids."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable

from session_inspector.devserver.attach.layouts import ForeignRow, foreign_row
from session_inspector.devserver.attach.row_layout import RowLayout
from session_inspector.devserver.attach.rows.base import RawReader, RawRow
from session_inspector.devserver.core.errors import StoreUnavailable
from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.decoders.base import Material

LIMIT = 5_000
"""Rows of one look; of a store with more, those that requests bring are read by their ids."""
MOST = 1_000_000
"""Rows that are gone through for those that have ended."""
TOGETHER = 500
"""Ids that are asked for in one trip."""
_PREFIX = re.compile(r".*\.sessions\.cache(?:d_db)?|.*[:.]")


def bare_id(key: str) -> str:
    """Return a key without its prefix: the id that the cookie has."""
    found = _PREFIX.match(key)
    if found is None:
        return key
    return key[found.end() :]


class RowReader:
    """Opens a store when it is needed, and again after it was away."""

    def __init__(
        self, open_: Callable[[], Awaitable[RawReader]], layout: RowLayout, material: Material
    ) -> None:
        self._open = open_
        self._layout = layout
        self._material = material
        self._reader: RawReader | None = None
        self._prefixes: set[str] = set()
        """Of the keys that were seen."""

    async def many(self) -> tuple[dict[str, ForeignRow], bool]:
        """Return up to LIMIT rows by their bare ids, and whether there are more.

        Raises: StoreUnavailable, after which the next call opens the store anew.
        """
        try:
            rows = (await self._open_reader()).rows(self._layout.places, LIMIT + 1)
            raw = [row async for row in rows]
        except StoreUnavailable:
            await self.close()
            raise
        return self._parse(raw[:LIMIT]), len(raw) > LIMIT

    async def of(self, ids: Iterable[str]) -> dict[str, ForeignRow]:
        """Return the rows of bare ids, those that are there. Raises: StoreUnavailable."""
        wanted = list(ids)
        places = self._layout.places
        found: dict[str, ForeignRow] = {}
        try:
            reader = await self._open_reader()
            prefixes = {*reader.prefixes(places), *self._prefixes}
            for first in range(0, len(wanted), TOGETHER):
                names = wanted[first : first + TOGETHER]
                keys = [prefix + name for name in names for prefix in prefixes]
                found |= self._parse(await reader.at(places, keys))
        except StoreUnavailable:
            await self.close()
            raise
        return found

    async def find_ended(self, now: Seconds) -> list[str]:
        """Return the keys of all rows that have ended, listed or not. Raises: StoreUnavailable."""
        try:
            rows = (await self._open_reader()).rows(self._layout.places, MOST)
            return [row.key async for row in rows if self.is_over(row, now)]
        except StoreUnavailable:
            await self.close()
            raise

    def is_over(self, raw: RawRow, now: Seconds) -> bool:
        """Check whether a row has ended, by the end that its framework obeys."""
        ends = foreign_row(raw, self._layout, self._material).expires
        return ends is not None and ends <= now

    async def close(self) -> None:
        """Let go of the store."""
        reader = self._reader
        self._reader = None
        if reader is not None:
            await reader.close()

    async def _open_reader(self) -> RawReader:
        if self._reader is None:
            self._reader = await self._open()
        return self._reader

    def _parse(self, raw: Iterable[RawRow]) -> dict[str, ForeignRow]:
        found: dict[str, ForeignRow] = {}
        for one in raw:
            row = foreign_row(one, self._layout, self._material)
            if "no session" not in row.content.note:  # an index, a logout's record
                name = bare_id(row.key)
                self._prefixes.add(row.key.removesuffix(name))
                found[name] = row
        return found
