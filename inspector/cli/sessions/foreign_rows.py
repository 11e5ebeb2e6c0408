"""Rows of another framework, as `sessions` shows, filters and finds them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from session_inspector.devserver.attach.layouts import foreign_row
from session_inspector.devserver.attach.row_content import ForeignRow, settle_doubts
from session_inspector.devserver.attach.row_layout import RowLayout
from session_inspector.devserver.attach.row_names import RowNames, show_key
from session_inspector.devserver.attach.rows.base import RawReader, RawRow
from session_inspector.devserver.core.errors import StoreUnavailable
from session_inspector.devserver.core.values import Seconds, fingerprint, is_beginning
from session_inspector.devserver.decoders.base import Material
from session_inspector.devserver.decoders.subject import find_subject
from session_inspector.devserver.session.administration import choose_only
from session_inspector.devserver.stores.querying.filters import RowFacts, RowFilter
from session_inspector.devserver.stores.querying.opening import MappedSource
from session_inspector.devserver.stores.querying.sources import Search, WindowSource
from session_inspector.inspector.model.views.row_clocks import describe_inner_end
from session_inspector.inspector.model.views.selectors.ends import describe_no_end
from session_inspector.inspector.model.words.text import time_left

SHORTEST_ID = 16
"""Characters of an id: a shorter end of a key may be that of several."""


@dataclass(frozen=True, slots=True)
class FoundRows:
    """The rows of one layout in one store."""

    reader: RawReader
    layout: RowLayout
    material: Material
    is_proven: bool
    """A secret has opened a row: what it does not open, the framework does not read."""
    strangers: Counter[str] = field(default_factory=Counter)
    """Rows that were looked at and are of another layout, by its name."""

    @property
    def now(self) -> Seconds:
        """When the rows are looked at."""
        return self.material.now

    async def open_source(self, wanted: RowFilter) -> WindowSource[ForeignRow]:
        """Return the rows as a list that is read a page at a time."""
        places = self.layout.places
        names = RowNames(self.layout, self.reader.prefixes(places))

        def to_row(raw: RawRow) -> ForeignRow:
            row = foreign_row(raw, self.layout, self.material)
            return replace(row, name=names.name_of(raw.key))

        raw = await self.reader.open_source(places, self.layout.texts, wanted, self.now)
        return MappedSource(raw, to_row)

    def keeps(self, row: ForeignRow) -> bool:
        """Check that a row is of the layout by its bytes; count one that is not."""
        if row.owner:
            self.strangers[row.owner] += 1
        return not row.owner

    def settle(self, rows: Sequence[ForeignRow]) -> list[ForeignRow]:
        """Return rows, those refused that a secret does not open which opens others."""
        return settle_doubts(rows, is_proven=self.is_proven)

    async def find_named(self, wanted: str) -> ForeignRow | None:
        """Return the row of an id, a key or a fingerprint: at its place, else by a search."""
        names = RowNames(self.layout, self.reader.prefixes(self.layout.places))
        for raw in await self._read_at(names, wanted):
            row = foreign_row(raw, self.layout, self.material)
            return self.settle([replace(row, name=names.name_of(raw.key))])[0]
        source = await self.open_source(RowFilter())
        search = Search(source, lambda row: is_named(row, wanted), None)
        await search.fill(1 + is_beginning(wanted))
        found = choose_only(search.rows, wanted)
        if found is None:
            return None
        return self.settle([found])[0]

    async def _read_at(self, names: RowNames, wanted: str) -> Sequence[RawRow]:
        """Return the row whose id, or whole key, a text may be."""
        if not wanted.isprintable():
            return []
        places = self.layout.places
        starts = tuple(self.reader.prefixes(places))
        keys = [key for key in (wanted, *names.keys_of(wanted)) if key.startswith(starts)]
        with suppress(StoreUnavailable):  # the key is no text there: a search finds it
            return await self.reader.at(places, list(dict.fromkeys(keys)))
        return []


def is_named(row: ForeignRow, wanted: str) -> bool:
    """Check whether a row is the one of an id: its key, its fingerprint, or the key's end."""
    key = show_key(row.key)
    mark = fingerprint(row.name)
    is_end = len(wanted) >= SHORTEST_ID and key.endswith(wanted)
    is_begun = is_beginning(wanted) and mark.startswith(wanted)
    return is_end or is_begun or wanted in (key, row.name, mark)


def find_facts(row: ForeignRow, now: Seconds) -> RowFacts:
    """Return what a filter asks of a row; an end is the one that its framework obeys."""
    left: Seconds | None = None
    if row.expires is not None and row.expires > now:
        left = row.expires - now
    return RowFacts(user=find_subject(row.content.data) or "–", left=left, size=row.size)


def mask_key(key: str, name: str) -> str:
    """Return a key with its prefix and up to four characters of the id, a quarter at most."""
    start = len(key) - len(name)
    return f"{key[: start + min(4, len(name) // 4)]}…"


def summary(row: ForeignRow, now: Seconds, reveal: bool) -> dict[str, object]:
    """Return one row of the list; the key is a login, and masked unless revealed."""
    key = show_key(row.key)
    if not reveal:
        key = mask_key(key, row.name)
    left = describe_no_end("store")
    state = "no end"
    if not row.is_store_obeyed:
        state = "live"  # for as long as the row is there
    if row.expires is not None:
        left = time_left(row.expires - now)
        state = "expired"
        if row.expires > now:
            state = "live"
    if row.content.refused and state != "expired":
        state = "unusable"
    return {
        "session": fingerprint(row.name),
        "key": key,
        "user": find_subject(row.content.data) or "–",
        "created": row.content.created,
        "expires": row.expires,
        "store_expires": row.store_expires,
        "ends_inside": {end.where: end.at for end in row.content.ends},
        "left": left,
        "state": state,
        "size": row.size,
        "note": "; ".join(_notes(row)),
    }


def _notes(row: ForeignRow) -> Iterator[str]:
    """Yield what is worth knowing of a row: clocks that disagree, too."""
    if row.content.refused or row.content.note:
        yield row.content.refused or row.content.note
    if row.store_expires is not None and not row.is_store_obeyed:
        yield "its framework does not check the store's end"
    for end in row.content.ends:
        said = describe_inner_end(end.to_timer(), row.store_expires)
        if said.startswith("⚠"):
            yield said
