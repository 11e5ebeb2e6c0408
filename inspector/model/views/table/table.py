"""Sessions in a table of SQLite, in memory: a million are sorted or filtered in less than a second.

The table follows the newest state: what has changed is written in portions, between keys. A search
runs in a thread; SQLite works without the interpreter's lock, so keys are answered meanwhile.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from itertools import islice, takewhile
from threading import Lock
from weakref import finalize

from session_inspector.devserver.core.values import Seconds
from session_inspector.inspector.model.facts.listing import Listing
from session_inspector.inspector.model.facts.rows import RunOut
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.views.filters import compile_filter
from session_inspector.inspector.model.views.search import is_long
from session_inspector.inspector.model.views.table.conditions import ConditionWriter, order_by
from session_inspector.inspector.model.views.table.found import DIGITS, FoundNames
from session_inspector.inspector.model.views.table.schema import (
    COLUMNS,
    CREATE,
    IS_PAST_DOUBT,
    IS_RUN_OUT,
    Value,
    to_key,
    to_row,
)

AT_ONCE = 500
"""Sessions that are written between keys: 5 ms."""
PORTION = 50
"""Rows of one statement: each statement gives the interpreter's lock away once."""
LOOSE = 1000
"""Rows of forgotten sessions that may be left for a while."""
STEPS = 1_000_000
"""Steps of SQLite between two questions whether a search is still wanted: 10 ms."""
KEPT = "number >= :first AND number < :end"
Wanted = Callable[[], bool]


class SearchTable:
    """The sessions of one lineage of states, each the next one of the one before."""

    def __init__(self) -> None:
        self._lock = Lock()
        """Held by who writes or searches."""
        self._db = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        self._db.execute("PRAGMA temp_store = MEMORY")
        self._db.execute(CREATE)
        finalize(self, self._db.close)
        self._seen = 0
        """Changes that are written, of all that there ever were."""
        self._added = 0
        """Sessions that are written, of all that there ever were."""
        self._again = 0
        """Sessions of which all were written again, since too much had changed."""
        self._dropped = 0
        """Number below which there are no rows."""

    def follow(self, state: State) -> None:
        """Write what has changed, not more than what keys can wait for; nothing during a search."""
        if not is_long(state) or not self._lock.acquire(blocking=False):
            return
        try:
            self._write(state, AT_ONCE)
        finally:
            self._lock.release()

    def find(
        self, state: State, now: Seconds, listing: Listing, is_wanted: Wanted
    ) -> FoundNames | None:
        """Return the sessions that a filter keeps, sorted; None: it was not wanted any more.

        Raises: sqlite3.Error for a filter of too many words.
        """
        writer = ConditionWriter(state, now)
        condition = writer.write(compile_filter(listing.query).words)
        order = order_by(listing.sort, is_reversed=listing.is_reversed)
        numbers = self._ask(
            state,
            f"SELECT coalesce(group_concat(printf('%0{DIGITS}x', number), ''), '') FROM"
            f" (SELECT number FROM sessions WHERE {KEPT} AND {condition} ORDER BY {order})",
            writer.values,
            is_wanted,
        )
        if numbers is None:
            return None
        return FoundNames(str(numbers), state.order)

    def count_run_out(self, state: State, now: Seconds, is_wanted: Wanted) -> RunOut:
        """Return how many sessions a clock has ended, and no event yet."""
        counts = self._ask(
            state,
            f"SELECT coalesce(sum({IS_RUN_OUT}), 0) || ' ' || coalesce(sum({IS_PAST_DOUBT}), 0)"
            f" FROM sessions WHERE {KEPT}",
            {"now": float(now)},
            is_wanted,
        )
        live, _, in_doubt = str(counts or "").partition(" ")
        return RunOut(live=int(live or 0), in_doubt=int(in_doubt or 0))

    def find_number(self, name: str) -> int | None:
        """Return the number of a session; None: there is none of that name."""
        with self._lock, closing(self._db.cursor()) as cursor:
            cursor.execute("SELECT number FROM sessions WHERE id = ?", (to_key(name),))
            found: tuple[int] | None = cursor.fetchone()
        if found is None:
            return None
        return found[0]

    def _ask(
        self, state: State, question: str, values: dict[str, str | float], is_wanted: Wanted
    ) -> str | int | None:
        """Return the one value of an answer; None when it is not wanted any more."""
        with self._lock:
            while is_wanted():
                if not self._write(state, AT_ONCE):
                    return self._select(state, question, values, is_wanted)
        return None

    def _select(
        self, state: State, question: str, values: dict[str, str | float], is_wanted: Wanted
    ) -> str | int | None:
        first = state.order.total - len(state.order)
        asked = {**values, "first": first, "end": state.order.total}
        self._db.set_progress_handler(lambda: not is_wanted(), STEPS)
        try:
            answer: tuple[str | int | None] = self._db.execute(question, asked).fetchone()
        except sqlite3.OperationalError:
            if is_wanted():
                raise
            return None
        finally:
            self._db.set_progress_handler(None, 0)
        return answer[0]

    def _write(self, state: State, most: int) -> bool:
        """Write so many of what a state has and the table has not; return True: there is more."""
        changed = state.sessions.changed
        if changed.total - self._seen > len(changed):
            self._empty()  # too much has changed since: all of it is written again
            self._seen = changed.total
            self._again = state.order.total
        self._drop(state)
        first = state.order.total - len(state.order)
        self._added = max(self._added, first)
        again = state.order[self._added - first : min(self._again, self._added + most) - first]
        if again:
            self._add(state, again)
            return True
        since = len(changed) - (changed.total - self._seen)
        names = changed[since : since + most]
        self._write_names(state, names)
        self._seen += len(names)
        return len(names) == most

    def _write_names(self, state: State, names: Iterable[str]) -> None:
        """Write sessions that have changed: new ones are the next in the order of the state."""
        changed = dict.fromkeys(names)
        first = state.order.total - len(state.order)
        following = state.order[self._added - first : self._added - first + len(changed)]
        new = list(takewhile(changed.__contains__, following))
        self._add(state, new)
        for name in new:
            del changed[name]
        self._change(state, [name for name in changed if name in state.sessions])

    def _drop(self, state: State) -> None:
        """Drop the rows of sessions that are forgotten, now and then."""
        first = state.order.total - len(state.order)
        if first - self._dropped > LOOSE:
            self._db.execute("DELETE FROM sessions WHERE number < ?", (first,))
            self._dropped = first

    def _add(self, state: State, names: Sequence[str]) -> None:
        for portion in _portions(names):
            values: list[Value] = []
            for number, name in enumerate(portion, self._added):
                values += (number, *to_row(state, state.sessions[name]))
            rows = ", ".join([_marks(len(COLUMNS) + 1)] * len(portion))
            self._db.execute(f"INSERT OR REPLACE INTO sessions VALUES {rows}", values)
            self._added += len(portion)

    def _change(self, state: State, names: Iterable[str]) -> None:
        """Write what sessions are now; one that is not in the table yet stays out of it."""
        for portion in _portions(names):
            values: list[Value] = []
            for name in portion:
                values += to_row(state, state.sessions[name])
            rows = ", ".join([_marks(len(COLUMNS))] * len(portion))
            self._db.execute(
                f"WITH new ({', '.join(COLUMNS)}) AS (VALUES {rows})"
                f" UPDATE sessions SET {UPDATES} FROM new WHERE sessions.id = new.id",
                values,
            )

    def _empty(self) -> None:
        self._db.execute("DELETE FROM sessions")
        self._seen = 0
        self._added = 0
        self._again = 0
        self._dropped = 0


UPDATES = ", ".join(f"{column} = new.{column}" for column in COLUMNS[1:])


def _portions(names: Iterable[str]) -> Iterable[list[str]]:
    rest = iter(names)
    while portion := list(islice(rest, PORTION)):
        yield portion


def _marks(count: int) -> str:
    return f"({', '.join('?' * count)})"
