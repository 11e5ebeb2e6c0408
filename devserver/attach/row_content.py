"""What is in a row of another framework, and whether that framework can read it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from session_inspector.devserver.attach.ends import InnerEnd
from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.values import JsonObject, Seconds

NOT_KNOWN = frozenset(
    {"no_secret", "no_library", "unsafe_serialisation", "too_large", "no_metadata"}
)
"""Codes of rows that we do not read, and their framework may."""
UNREADABLE = "its framework cannot read it"


@dataclass(frozen=True, slots=True, kw_only=True)
class RowContent:
    """What is in a row."""

    data: JsonObject = field(default_factory=dict)
    created: Seconds | None = None
    ends: tuple[InnerEnd, ...] = ()
    """Those that the row has inside, beside the store's."""
    note: str = ""
    refused: str = ""
    """Why its framework cannot read it; empty: it can, or that is not known."""
    doubt: str = ""
    """Why that is not known: none of the secrets opens it, and one may be of another app."""
    is_session: bool = True
    """False: another thing that lies beside the sessions, such as a lock."""
    visitor: str = ""
    """Why nobody is logged in to it; empty: somebody may be."""
    is_signed: bool = False
    """It carries a signature of its own, as Django's do."""
    is_verified: bool = False
    """A secret has opened it, or its signature."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignRow:
    """A row of another framework, read."""

    key: str
    content: RowContent
    size: int
    """Bytes of the value."""
    store_expires: Seconds | None
    is_store_obeyed: bool = True
    """False: the framework does not check the store's end; it only cleans up."""
    name: str = ""
    """The id that its key stands for."""
    layout: str = ""
    """The name of the layout by which it was read."""
    owner: str = ""
    """Another layout, of which it is by its bytes; empty: of none that is known."""
    encoding: str = ""
    """How its value is written; empty: in no way that is known here."""

    @property
    def expires(self) -> Seconds | None:
        """That end, where the app's clock is ours."""
        return self.expires_by(0.0)

    def expires_by(self, clock_offset: Seconds) -> Seconds | None:
        """Return the end that its framework obeys, the earliest of several; None: it obeys none.

        Those inside are by the clock of the app, which is ahead of ours; the store has its own.
        """
        timers = [end.to_timer(clock_offset) for end in self.content.ends if end.is_obeyed]
        inner = min((timer.ends for timer in timers if timer.ends is not None), default=None)
        if self.store_expires is None or not self.is_store_obeyed:
            return inner
        if inner is None:
            return self.store_expires
        return min(inner, self.store_expires)


def refused_content(error: DecodeError) -> RowContent:
    """Return the content of a row that does not open, with what that says of its framework."""
    note = f"{error.code}: {error.message}"
    data = error.payload or {}
    if error.code in NOT_KNOWN:
        return RowContent(data=data, note=note)
    if error.code == "wrong_secret":
        return RowContent(data=data, note=note, doubt=error.message)
    return RowContent(data=data, note=note, refused=f"{UNREADABLE}: {error.message}")


def settle_doubts(rows: Iterable[ForeignRow], *, is_proven: bool = False) -> list[ForeignRow]:
    """Return rows, those refused that a secret does not open which opens others of this store.

    `is_proven`: it has opened others before.
    """
    found = list(rows)
    if not is_proven and not any(row.content.is_verified for row in found):
        return found
    return [_settle(row) for row in found]


def _settle(row: ForeignRow) -> ForeignRow:
    content = row.content
    if not content.doubt:
        return row
    refused = f"{UNREADABLE}: {content.doubt}"
    return replace(row, content=replace(content, refused=refused, doubt=""))
