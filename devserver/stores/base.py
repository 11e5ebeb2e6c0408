"""What every store promises; `memory.py` is the reference, `tests/contracts/store.py` the proof.

A store holds records and indexes, never keys and never policy. It needs the clock only to honour
`expires`: an expired record is as good as gone for `read` and `update`, whatever the engine's own
TTL does, because time travel must not lie.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NewType, Protocol, TypeAlias, runtime_checkable

from session_inspector.devserver.core.values import JsonObject, Seconds

SessionId = NewType("SessionId", str)
"""The key of a record: 32 hexadecimal digits for our own, any text for others'."""
NEVER_LIVE = 0.0
"""The end of a row whose column is empty: SQL's `expires_at > NOW()` is never true of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One stored session."""

    data: JsonObject
    """The session as the SDK hands it to its store: user, tokenSet, internal, …"""
    expires: Seconds | None = None
    """Unix seconds; None: never. At that very second the record is gone."""
    note: str = field(default="", compare=False)
    """Why an app's own class cannot use the row, as far as that is seen; empty: it can."""
    is_own_form: bool = field(default=False, compare=False)
    """The row is in a form that only we read: as a text, or in parts."""

    @property
    def is_usable(self) -> bool:
        """Whether its readers can use it, as far as that is seen: an app, or we our own form."""
        return not self.note or self.is_own_form

    def is_live(self, now: Seconds) -> bool:
        """Return True until the record ends."""
        return self.expires is None or self.expires > now


KeyedRecord: TypeAlias = tuple[SessionId, Record]
"""A record, and its key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Which sessions a logout token means: iss, when known, AND (sid OR sub).

    Source: OpenID Connect Back-Channel Logout 1.0 §2.6. `iss` compares with internal.mcd.issuer
    where the record has one, else it is not compared.
    """

    sid: str | None = None
    sub: str | None = None
    iss: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some records in the order of their ids, and where to go on."""

    rows: Sequence[KeyedRecord]
    cursor: str | None
    """Hand it to `page` for the next ones; None: that was all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruned:
    """How many rows a prune deleted, or would delete."""

    expired: int = 0
    orphans: int = 0
    """Rows that nothing would ever clean up: without an expiry, unreadable, or mere traces."""
    looked: int = field(default=0, compare=False)
    """Rows that were read to find them; 0: the engine found them."""

    @property
    def rows(self) -> int:
        """All that went, or would."""
        return self.expired + self.orphans

    def add(self, more: Pruned) -> Pruned:
        """Return the sum of two portions."""
        return Pruned(
            expired=self.expired + more.expired,
            orphans=self.orphans + more.orphans,
            looked=self.looked + more.looked,
        )


class ChangeFeed(Protocol):
    """Reports that something in a store may have changed, whoever wrote it."""

    @property
    def how(self) -> str:
        """By what means, in a few words: `keyspace notifications`, `polling twice a second`."""
        ...

    async def wait(self) -> frozenset[SessionId] | None:
        """Wait for the next change: the ids it is about; None: look at everything.

        Raises: StoreUnavailable; ask the store for a new feed then.
        """
        ...

    async def close(self) -> None:
        """Stop listening; idempotent."""
        ...


class Store(Protocol):
    """A place for records. Every method raises StoreUnavailable, and nothing else, when the
    place does not answer; the same object works again once it does."""

    async def read(self, key: SessionId) -> Record | None:
        """Return a live record; None when there is none or it has expired."""
        ...

    async def create(self, key: SessionId, record: Record) -> None:
        """Write a record, over one that is there (the SDK's `set`)."""
        ...

    async def update(self, key: SessionId, record: Record) -> bool:
        """Overwrite a live record in one atomic step; False when it is gone. Never creates."""
        ...

    async def delete(self, key: SessionId) -> bool:
        """Delete a record; False when there was none."""
        ...

    async def delete_matching(self, match: Match) -> Sequence[SessionId]:
        """Delete what a logout token means and return the ids."""
        ...

    async def find(self, sub: str) -> Sequence[KeyedRecord]:
        """Return the records of one user, expired ones too."""
        ...

    async def prune(self, *, orphans: bool = False, dry_run: bool = False) -> Pruned:
        """Delete expired records, each only if it still is; with `orphans` those too.

        `dry_run` deletes nothing and returns what would go.
        """
        ...

    async def feed(self) -> ChangeFeed:
        """Start listening for changes by any process."""
        ...

    async def page(self, cursor: str | None = None, limit: int = 100) -> Page:
        """Return up to `limit` records, expired ones too (the inspector shows them)."""
        ...

    async def count(self) -> int:
        """Return how many records there are, expired ones too."""
        ...

    async def close(self) -> None:
        """Let go of connections; idempotent."""
        ...


@runtime_checkable
class TouchingStore(Protocol):
    """A store that reads a record and moves its end in one round trip."""

    async def touch(
        self, key: SessionId, *, inactivity: Seconds, absolute: Seconds
    ) -> Record | None:
        """Return a live record, its end moved to min(now + inactivity, created + absolute).

        The data is not written. Created is internal.createdAt in whole seconds.
        """
        ...


@runtime_checkable
class DescribedStore(Protocol):
    """A store that says how its rows are laid out."""

    layout: str


@runtime_checkable
class CountdownStore(Protocol):
    """A store whose ends are read as what is left, so that two readings of one end differ."""

    countdown_error: Seconds
    """By so much at most."""


def countdown_error_of(store: Store) -> Seconds:
    """Return by how much two readings of one end may differ; 0 where an end is a moment."""
    if isinstance(store, CountdownStore):
        return store.countdown_error
    return 0.0


def is_same_end(one: Seconds | None, other: Seconds | None, error: Seconds = 0.0) -> bool:
    """Check that two ends are one, as far as they can be read."""
    if one is None or other is None:
        return one is other
    return abs(one - other) <= error


def layout_of(store: Store) -> str:
    """Return how a store's rows are laid out, in a few words."""
    if isinstance(store, DescribedStore):
        return store.layout
    return type(store).__name__


def keep_live(record: Record | None, now: Seconds) -> Record | None:
    """Return a record, None when there is none or it has expired."""
    if record is None or not record.is_live(now):
        return None
    return record
