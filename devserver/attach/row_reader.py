"""Rows of one layout in one store: a look at many of them, and those of some ids."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from session_inspector.devserver.attach.frameworks.row_owner import count_owners, describe_owners
from session_inspector.devserver.attach.layouts import foreign_row
from session_inspector.devserver.attach.row_content import ForeignRow, settle_doubts
from session_inspector.devserver.attach.row_layout import RowLayout
from session_inspector.devserver.attach.row_names import RowNames
from session_inspector.devserver.attach.rows.base import RawReader, RawRow, describe_others
from session_inspector.devserver.core.errors import InputError, StoreUnavailable
from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.decoders.base import Material
from session_inspector.devserver.stores.querying.filters import RowFilter
from session_inspector.devserver.stores.watching.pace import USUAL

TOGETHER = 500
"""Ids that are asked for in one trip; rows of one portion."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndedKeys:
    """Rows of one portion that have ended."""

    keys: Sequence[str]
    looked: int
    """Rows that were looked at for them."""


class RowReader:
    """Opens a store when it is needed, and again after it was away."""

    def __init__(
        self,
        open_: Callable[[], Awaitable[RawReader]],
        layout: RowLayout,
        material: Material,
        most: int = USUAL.most_rows,
    ) -> None:
        """`most`: rows of one look; those that requests bring are read by their ids as well."""
        self._most = most
        self._sent = 0
        """Commands of readers that were closed."""
        self._open = open_
        self._layout = layout
        self._material = material
        self._reader: RawReader | None = None
        self._opened = 0
        self._names = RowNames(layout)
        self._strangers: Mapping[str, int] = {}
        """Rows of the last look that are of another layout, by its name."""
        self._is_proven = False
        """A secret has opened a row: what it does not open, the framework does not read."""
        self.clock_offset: Seconds = 0.0
        """Seconds that the clock of the app which writes the rows is ahead of ours."""

    @property
    def commands(self) -> int:
        """How many commands were sent to the store so far."""
        if self._reader is None:
            return self._sent
        return self._sent + self._reader.commands.total

    async def many(self) -> tuple[dict[str, ForeignRow], bool]:
        """Return some rows, as many as a look has, by their bare ids, and whether there are more.

        Raises: StoreUnavailable, after which the next call opens the store anew.
        """
        try:
            rows = (await self._open_reader()).rows(self._layout.places, self._most + 1)
            raw = [row async for row in rows]
        except StoreUnavailable:
            await self.close()
            raise
        has_more = len(raw) > self._most
        read = self._read(raw[: self._most])
        self._strangers = count_owners(read)
        return self._name_rows(read), has_more

    async def of(self, ids: Iterable[str]) -> dict[str, ForeignRow]:
        """Return the rows of bare ids, those that are there. Raises: StoreUnavailable."""
        wanted = list(ids)
        found: dict[str, ForeignRow] = {}
        try:
            for first in range(0, len(wanted), TOGETHER):
                found |= await self._read_some(wanted[first : first + TOGETHER])
        except StoreUnavailable:
            await self.close()
            raise
        return found

    async def _read_some(self, names: Sequence[str]) -> dict[str, ForeignRow]:
        """Return the rows of some ids; each shows which key its id has."""
        reader = await self._open_reader()
        asked = {key: name for name in names for key in self._names.keys_of(name)}
        raw = await reader.at(self._layout.places, list(asked))
        for one in raw:
            if one.key in asked:
                self._names.show(one.key, asked[one.key])
        return self._name_rows(self._read(raw))

    async def find_ended(
        self, now: Seconds, most: int = TOGETHER
    ) -> AsyncGenerator[EndedKeys, None]:
        """Yield the keys of all rows that have ended, listed or not, `most` of them at a time.

        Rows may be removed between two portions. Raises: StoreUnavailable.
        """

        def has_ended(raw: RawRow) -> bool:
            return self.is_over(raw, now)

        try:
            reader = await self._open_reader()
            source = await reader.open_source(
                self._layout.places, self._layout.texts, RowFilter(), now
            )
            position: str | None = None
            while True:
                portion = await source.read(position, most, has_ended)
                keys = [row.key for row in portion.rows]
                yield EndedKeys(keys=keys, looked=portion.looked)
                position = portion.position
                if position is None:
                    return
        except StoreUnavailable:
            await self.close()
            raise

    async def version(self) -> str | None:
        """Return what every write to the store changes, and every opening of it; None: unknown.

        Raises: StoreUnavailable.
        """
        try:
            version = await (await self._open_reader()).version()
        except StoreUnavailable:
            await self.close()
            raise
        if version is None:
            return None
        return f"{self._opened}:{version}"

    async def describe_size(self) -> str:
        """Return about how many rows there are; empty: not known. Raises: StoreUnavailable."""
        try:
            found = await (await self._open_reader()).estimate(self._layout.places)
        except StoreUnavailable:
            await self.close()
            raise
        if found is None:
            return ""
        return found.describe()

    async def describe_others(self) -> str:
        """Return what lies among the rows and is none. Raises: StoreUnavailable."""
        try:
            others = await (await self._open_reader()).others(self._layout.places)
        except StoreUnavailable:
            await self.close()
            raise
        found = (describe_others(others), describe_owners(self._strangers))
        return "; ".join(part for part in found if part)

    def is_over(self, raw: RawRow, now: Seconds) -> bool:
        """Check whether a row has ended, by the end that its framework obeys."""
        row = foreign_row(raw, self._layout, self._material)
        ends = row.expires_by(self.clock_offset)
        return not row.owner and ends is not None and ends <= now

    async def close(self) -> None:
        """Let go of the store."""
        reader = self._reader
        self._reader = None
        if reader is not None:
            self._sent += reader.commands.total
            await reader.close()

    async def _open_reader(self) -> RawReader:
        if self._reader is None:
            try:
                self._reader = await self._open()
            except InputError as error:
                if not self._opened:
                    raise
                # it was there, and may come back: a file that was deleted
                raise StoreUnavailable(error.message) from error
            self._opened += 1
            self._names.begin(self._reader.prefixes(self._layout.places))
        return self._reader

    def _read(self, raw: Iterable[RawRow]) -> list[ForeignRow]:
        return [foreign_row(one, self._layout, self._material) for one in raw]

    def _name_rows(self, read: Iterable[ForeignRow]) -> dict[str, ForeignRow]:
        """Return the rows that are of the layout, by their bare ids."""
        found: dict[str, ForeignRow] = {}
        rows = [row for row in read if not row.owner]
        self._is_proven = self._is_proven or any(row.content.is_verified for row in rows)
        for row in settle_doubts(rows, is_proven=self._is_proven):
            if "no session" not in row.content.note:  # an index, a logout's record
                self._names.note(row.key)
                name = self._names.name_of(row.key)
                found[name] = replace(row, name=name)
        return found
