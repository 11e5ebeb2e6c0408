"""Reads the row of a session after each of its requests that overlap: a write that is lost shows.

x1 POST /a   |---------------|     the row as it came: {}; has read {}, writes {a}
x2 POST /b      |------|           has read {}, writes {b}; the row after its end: {b}
                                   the row after the end of x1: {a}, and b is lost

The row is read when the first has come, for the second may be over before anybody has taken note
of it; and at the end of an answer, not at its head: express-session holds the last byte back until
its row is saved. What is written between two reads is not seen.
"""

from __future__ import annotations

from session_inspector.devserver.attach.traffic.arrival import Arrival, NamedSession
from session_inspector.devserver.attach.traffic.outcomes.known_requests import is_file
from session_inspector.devserver.attach.traffic.session_memory import ReadRow
from session_inspector.devserver.core.bounded import Bounded
from session_inspector.devserver.core.events.base import SessionFacts
from session_inspector.devserver.core.events.session import RowRead
from session_inspector.devserver.core.journal import Publish
from session_inspector.devserver.core.values import Seconds

MOST_READS = 20
"""Reads in a second: a load test over one session costs its store no more."""


class Overlaps:
    """The requests of one app that are under way, by the session that they bring."""

    def __init__(self, read_row: ReadRow | None, publish: Publish) -> None:
        """`read_row` is None where no store is watched."""
        self._read_row = read_row
        self._publish = publish
        self._under_way: Bounded[dict[str, None]] = Bounded(20_000)
        """Session to the exchanges that have brought it, and are not answered."""
        self._beside: Bounded[dict[str, None]] = Bounded(20_000)
        """Exchange to those that ran beside it."""
        self._last: Bounded[SessionFacts] = Bounded()
        """Session to its row as it was read last, while requests overlap."""
        self._second = 0
        self._reads = 0

    async def note_arrival(self, arrival: Arrival, *, is_answered: bool) -> None:
        """Note a request; read the row as it is before others come, unless it is answered by now.

        `is_answered`: its answer has begun before this was called; most are as quick, and cost the
        store nothing.
        """
        one = _find_stored(arrival)
        if self._read_row is None or one is None:
            return
        others = self._under_way.get(one.name) or {}
        for other in others:
            beside = self._beside.get(other) or {}
            self._beside.put(other, {**beside, arrival.exchange: None})
        if others:
            self._beside.put(arrival.exchange, dict(others))
        else:
            self._last.pop(one.name)
        self._under_way.put(one.name, {**others, arrival.exchange: None})
        if self._last.get(one.name) is None and (others or not is_answered):
            facts = await self._read(self._read_row, one, arrival.at)
            if facts is not None:
                self._last.put(one.name, facts)

    async def note_answer(self, arrival: Arrival, at: Seconds) -> None:
        """Read the row at the end of an answer, where another request ran beside it."""
        one = _find_stored(arrival)
        beside = self._beside.get(arrival.exchange)
        self.note_end(arrival)
        if self._read_row is None or one is None or not beside:
            return
        last = self._last.get(one.name)
        facts = await self._read(self._read_row, one, at)
        if facts is None or last is None or facts.data == last.data:
            return
        self._last.put(one.name, facts)
        self._publish(
            RowRead(
                at=at,
                cause=arrival.exchange,
                session=one.name,
                facts=facts,
                before=last,
                beside=tuple(beside),
            )
        )

    def note_end(self, arrival: Arrival) -> None:
        """Forget a request that is answered, or that was given up."""
        self._beside.pop(arrival.exchange)
        for one in arrival.sessions:
            others = self._under_way.get(one.name)
            if others is not None:
                others.pop(arrival.exchange, None)

    async def _read(self, read: ReadRow, one: NamedSession, at: Seconds) -> SessionFacts | None:
        if int(at) != self._second:
            self._second = int(at)
            self._reads = 0
        self._reads += 1
        if self._reads > MOST_READS:
            return None
        return await read(one.found.session_id)


def _find_stored(arrival: Arrival) -> NamedSession | None:
    """Return the one session that a request brings, and whose data are a row; None: there is none.

    A file is sent without its session being changed.
    """
    users = arrival.users
    if len(users) != 1 or is_file(arrival.request):
        return None
    (one,) = users
    if not one.found.session_id:
        return None
    return one
