"""Encryption at rest: records sealed with the session secret, around any store.

What a row holds is `{"sealed": "<JWE>", "user": {"sub": …}, "internal": {"sid", "createdAt", …}}`:
the session is inside; sub and sid outside of it are keyed digests, so that a user's sessions and
those of a logout token are still found by the engine's own queries. An older plain row is read as
it is.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from functools import partial

from session_inspector.devserver.cookies.sealed import KeyRing, derive_key, open_sealed, seal_text
from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.errors import SealError
from session_inspector.devserver.core.values import JsonObject, Seconds
from session_inspector.devserver.stores.base import (
    ChangeFeed,
    KeyedRecord,
    Match,
    Page,
    Pruned,
    Record,
    SessionId,
    Store,
    TouchingStore,
    countdown_error_of,
    layout_of,
)
from session_inspector.devserver.stores.exact import Change, PutBack, apply_change
from session_inspector.devserver.stores.pruning.portions import prune_portions
from session_inspector.devserver.stores.querying.estimates import EstimatedStore
from session_inspector.devserver.stores.querying.filters import RowFilter
from session_inspector.devserver.stores.querying.opening import MappedSource, open_source
from session_inspector.devserver.stores.querying.sources import WindowSource
from session_inspector.devserver.stores.rows import to_text
from session_inspector.devserver.stores.session_data import read_object, read_sub
from session_inspector.devserver.stores.undo.changing import change_row, take_row

SEALED = "sealed"
INFO = b"session-inspector store digest"
PLAIN = ("createdAt", "mcd")
"""Members of `internal` that stay readable: engines roll and match by them."""


class SealedStore:
    """A store whose rows only the session secret opens."""

    def __init__(self, inner: Store, secrets: Sequence[str], clock: Clock) -> None:
        self._inner = inner
        self._ring = KeyRing(secrets)
        self._digest_keys = [derive_key(secret, INFO) for secret in secrets]
        self._clock = clock
        self.layout = f"{layout_of(inner)}, sealed with the session secret"
        self.countdown_error = countdown_error_of(inner)
        self.prune_portions = partial(prune_portions, inner)
        if isinstance(inner, EstimatedStore):
            self.estimate_rows = inner.estimate_rows

    async def read(self, key: SessionId) -> Record | None:
        """Return a live record."""
        record = await self._inner.read(key)
        return self._unseal_found(record)

    async def create(self, key: SessionId, record: Record) -> None:
        """Write a record, over one that is there."""
        await self._inner.create(key, self._seal(record))

    async def update(self, key: SessionId, record: Record) -> bool:
        """Overwrite a live record; False when it is gone."""
        return await self._inner.update(key, self._seal(record))

    async def change(self, key: SessionId, change: Change) -> PutBack | None:
        """Change a live row; a member that is inside the seal changes by sealing anew."""
        record = await self._inner.read(key)
        if record is None:
            return None
        if isinstance(record.data.get(SEALED), str):
            change = self._seal_change(self._unseal(record), change)
        return await change_row(self._inner, key, change)

    async def take(self, key: SessionId) -> PutBack | None:
        """Delete a row as it is, sealed."""
        return await take_row(self._inner, key)

    async def delete(self, key: SessionId) -> bool:
        """Delete a record; False when there was none."""
        return await self._inner.delete(key)

    async def delete_matching(self, match: Match) -> Sequence[SessionId]:
        """Delete what a logout token means, sealed under any secret of the ring or plain."""
        gone: list[SessionId] = list(await self._inner.delete_matching(match))
        for key in self._digest_keys:
            hidden = _digest_match(match, key)
            gone += await self._inner.delete_matching(hidden)
        return gone

    async def find(self, sub: str) -> Sequence[KeyedRecord]:
        """Return the records of one user."""
        names = [sub]
        names += [_digest(sub, key) for key in self._digest_keys]
        found: list[KeyedRecord] = []
        for name in names:
            found += await self._inner.find(name)
        return [(key, self._unseal(record)) for key, record in found]

    async def prune(self, *, orphans: bool = False, dry_run: bool = False) -> Pruned:
        """Delete expired records, and with `orphans` those."""
        return await self._inner.prune(orphans=orphans, dry_run=dry_run)

    async def feed(self) -> ChangeFeed:
        """Listen as the store itself does."""
        return await self._inner.feed()

    async def page(self, cursor: str | None = None, limit: int = 100) -> Page:
        """Return some records."""
        page = await self._inner.page(cursor, limit)
        rows = [(key, self._unseal(record)) for key, record in page.rows]
        return Page(rows=rows, cursor=page.cursor)

    async def count(self) -> int:
        """Return how many records there are."""
        return await self._inner.count()

    async def close(self) -> None:
        """Close the store."""
        await self._inner.close()

    async def open_source(self, wanted: RowFilter, now: Seconds) -> WindowSource[KeyedRecord]:
        """List what is inside; of that the engine sees only when it ends."""
        source = await open_source(self._inner, wanted.hide("user", "size"), now)
        return MappedSource(source, lambda row: (row[0], self._unseal(row[1])))

    def _seal(self, record: Record) -> Record:
        text = to_text(record.data).encode()
        key = self._digest_keys[0]
        internal = read_object(record.data, "internal")
        shown: JsonObject = {name: internal[name] for name in PLAIN if name in internal}
        sid = internal.get("sid")
        if isinstance(sid, str):
            shown["sid"] = _digest(sid, key)
        row: JsonObject = {SEALED: seal_text(text, self._ring), "internal": shown}
        sub = read_sub(record.data)
        if sub is not None:
            row["user"] = {"sub": _digest(sub, key)}
        return Record(data=row, expires=record.expires)

    def _seal_change(self, opened: Record, change: Change) -> Change:
        """Return a change of what is inside as one of the row; an end is outside."""
        changed = apply_change(opened, change)
        if changed.data == opened.data:
            return Change(ends=change.ends)
        return Change(ends=change.ends, data=self._seal(changed).data)

    def _unseal(self, record: Record) -> Record:
        """Return what is inside; a row that no secret opens is as good as unreadable: empty."""
        token = record.data.get(SEALED)
        if not isinstance(token, str):
            return record
        now = self._clock.now()
        try:
            opened = open_sealed(token, self._ring, now=now, is_timeless=True)
        except SealError:
            return Record(data={}, expires=record.expires)
        return Record(data=opened.payload, expires=record.expires)

    def _unseal_found(self, record: Record | None) -> Record | None:
        if record is None:
            return None
        return self._unseal(record)


class SealedTouchingStore(SealedStore):
    """A SealedStore over a store that touches."""

    def __init__(
        self, inner: Store, touching: TouchingStore, secrets: Sequence[str], clock: Clock
    ) -> None:
        super().__init__(inner, secrets, clock)
        self._touching = touching

    async def touch(
        self, key: SessionId, *, inactivity: Seconds, absolute: Seconds
    ) -> Record | None:
        """Return a live record and move its end."""
        record = await self._touching.touch(key, inactivity=inactivity, absolute=absolute)
        return self._unseal_found(record)


def seal_store(store: Store, secrets: Sequence[str], clock: Clock) -> Store:
    """Return a store that seals what it writes into another."""
    if isinstance(store, TouchingStore):
        return SealedTouchingStore(store, store, secrets, clock)
    return SealedStore(store, secrets, clock)


def _digest_match(match: Match, key: bytes) -> Match:
    """Return what a logout token means, in the digests of one secret."""
    sid = None
    sub = None
    if match.sid is not None:
        sid = _digest(match.sid, key)
    if match.sub is not None:
        sub = _digest(match.sub, key)
    return Match(sid=sid, sub=sub, iss=match.iss)


def _digest(text: str, key: bytes) -> str:
    encoded = text.encode("utf-8", "surrogatepass")
    return hmac.new(key, encoded, hashlib.sha256).hexdigest()[:32]
