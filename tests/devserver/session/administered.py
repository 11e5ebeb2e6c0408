"""Rows that are administered, in memory: what is done to them is noted."""

from __future__ import annotations

from functools import partial

from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.commands import MOST_KEPT
from session_inspector.devserver.core.errors import StoreUnavailable
from session_inspector.devserver.core.events.base import TimerName
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.session.row_administration import (
    EndedClock,
    RemovedRow,
    RowAdministration,
)
from session_inspector.devserver.stores.undo.pruning import (
    PrunedPortions,
    PrunedRows,
)


class Rows:
    """Rows `a` and `b`; what is done to them is noted."""

    def __init__(self) -> None:
        self.may_write = True
        self.rows = {"a", "b"}
        self.reports: list[tuple[str, str, str]] = []
        self.refusal = ""
        self.is_away = False
        self.is_restorable = True
        self.old = ["old", "older"]
        self.lost = MOST_KEPT + 2

    async def remove(self, session: str) -> RemovedRow | None:
        if session not in self.rows:
            return None
        self.rows.remove(session)
        if not self.is_restorable:
            return RemovedRow(restore=None)

        async def restore(cause: str) -> str:
            if self.is_away:
                raise StoreUnavailable("away")
            if not self.refusal:
                self.rows.add(session)
                self.reports.append(("restored", session, cause))
            return self.refusal

        return RemovedRow(restore=restore)

    def report_removed(self, session: str, cause: str) -> None:
        self.reports.append(("removed", session, cause))

    async def end(self, session: str, clock: TimerName) -> EndedClock | None:
        if session not in self.rows:
            return None
        self.rows.add(f"{session} ended")

        async def restore(cause: str) -> str:
            if self.is_away:
                raise StoreUnavailable("away")
            if not self.refusal:
                self.rows.remove(f"{session} ended")
            return self.refusal

        return EndedClock(clock="store", message=f"{clock} is over", restore=restore)

    async def prune(self, at: float, *, is_dry: bool) -> PrunedPortions:
        """Each old row is a portion; from `lost` on they cannot be put back."""
        for number, name in enumerate(self.old.copy()):
            if is_dry:
                yield PrunedRows(count=1, looked=10)
                continue
            if self.is_away:
                raise StoreUnavailable("away")
            self.old.remove(name)
            put_back = [] if number >= self.lost else [partial(self._put_back, name)]
            yield PrunedRows(count=1, put_back=put_back, looked=10)

    async def _put_back(self, name: str) -> bool:
        self.old.append(name)
        return True


class Scene:
    def __init__(self) -> None:
        self.rows = Rows()
        self.events: list[Event] = []
        self.administration = RowAdministration(self.rows, ManualClock(7.0), self.events.append)
