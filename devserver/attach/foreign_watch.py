"""Watches rows of another framework by looking again, and joins them with their cookies."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Container, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress

from session_inspector.devserver.attach.facts import name_row, row_facts
from session_inspector.devserver.attach.row_content import ForeignRow
from session_inspector.devserver.attach.row_layout import RowLayout
from session_inspector.devserver.attach.row_reader import RowReader
from session_inspector.devserver.attach.rows.base import RawReader
from session_inspector.devserver.attach.rows.store_states import StoreStates
from session_inspector.devserver.attach.rows.unchanged import Unchanged
from session_inspector.devserver.core.bounded import Bounded
from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.errors import StoreUnavailable
from session_inspector.devserver.core.events.base import SessionFacts
from session_inspector.devserver.core.events.session import SessionSeen, SessionVanished
from session_inspector.devserver.core.frozen import replace
from session_inspector.devserver.core.journal import Publish
from session_inspector.devserver.core.supervision import Supervisor
from session_inspector.devserver.core.values import Seconds, fingerprint
from session_inspector.devserver.decoders.base import Material
from session_inspector.devserver.decoders.subject import is_another_account
from session_inspector.devserver.stores.watching.load import REAL_TIME, Timing, WatchLoad, window_of
from session_inspector.devserver.stores.watching.pace import USUAL, LookPace
from session_inspector.devserver.stores.watching.turns import Turns

MOST_KNOWN = 5_000
"""Rows beside those of the list that are followed."""
JITTER = 2.0
"""Seconds by which an end that is read as a TTL may move without being another end."""
EXPIRED = "its row has expired in the store"
RENAMED = "a request has shown that its row is the one of session {session}"
DELETED = "its row was deleted in the store: by a logout, or by somebody else"
AFTER_OUTAGE = (
    "its row was not there when the store came back: lost with the store, or deleted meanwhile"
)


class ForeignWatch:
    """The known rows of one layout in one store. Whoever reads or writes rows holds `lock`."""

    _others = ""
    """Keys among the rows that are none, in words."""
    _about = ""
    """About how many rows there are, where not all are listed."""

    def __init__(
        self,
        open_: Callable[[], Awaitable[RawReader]],
        label: str,
        layout: RowLayout,
        material: Material,
        clock: Clock,
        publish: Publish,
        pace: LookPace = USUAL,
        timing: Timing = REAL_TIME,
    ) -> None:
        self.lock = asyncio.Lock()
        self.reader = RowReader(open_, layout, material, pace.most_rows)
        self._pace = pace
        self._timing = timing
        self._warn_of_copy = layout.warn_of_copy
        self._clock = clock
        self._publish = publish
        self._rows: dict[str, ForeignRow] = {}
        self._cookies: Bounded[SessionFacts] = Bounded()
        self._listed: frozenset[str] = frozenset()
        """Ids that the last look has listed."""
        self._turns = Turns()
        self._states = StoreStates(label, layout.name, clock, publish, pace)
        self._load = WatchLoad(
            lambda: self.reader.commands,
            self._states.report_load,
            window=window_of(pace.shortest),
            timing=timing,
        )
        self._has_more = False
        self._unchanged = Unchanged(pace.trust)
        self._looked: Seconds = 0
        """When the rows were looked at last."""
        self._pause = pace.shortest
        """Seconds until the next look; the row of a request's id is read at once."""
        self._next_others: Seconds = 0
        self._was_away = False
        """The store has not answered since the rows were compared: it may come back empty."""
        self._supervisor = Supervisor(clock, publish)

    async def facts(self, session_id: str, cookie: SessionFacts) -> SessionFacts | None:
        """Return the row's facts; the row of an id that is new is read at once."""
        self._cookies.put(session_id, cookie)
        self.reader.clock_offset = cookie.clock_offset
        if session_id not in self._rows and session_id.isprintable():  # no other is an id
            with suppress(StoreUnavailable):  # `follow` reports it
                async with self.lock:
                    await self.read([session_id])
        return self.recall_facts(session_id)

    async def read_now(self, session_id: str) -> SessionFacts | None:
        """Read a row at once; None: there is none, or the store does not answer."""
        if not session_id.isprintable():
            return None
        try:
            async with self.lock:
                found = await self.read([session_id])
        except StoreUnavailable:  # `follow` reports it
            return None
        if session_id not in found:
            return None
        return self.recall_facts(session_id)

    def recall_facts(self, key: str) -> SessionFacts | None:
        """Return the facts of a row as it was read last; None: it is not known."""
        row = self._rows.get(key)
        if row is None:
            return None
        return self._facts_of(key, row, self._clock.now())

    def _facts_of(self, key: str, row: ForeignRow, now: Seconds) -> SessionFacts:
        return row_facts(row, key, now, self._cookies.get(key), self.reader.clock_offset)

    def key_of(self, session: str) -> str | None:
        """Return the key of a session's row, None when it is not known."""
        return next((key for key in self._rows if fingerprint(key) == session), None)

    async def follow(self) -> None:
        """Look again and again, until cancelled; and count what that sends to the store."""
        await self._load.follow_beside(self._follow(), self._supervisor)

    async def _follow(self) -> None:
        while True:
            began = self._timing.now()
            try:
                await self.look()
                await self._look_at_others()
            except StoreUnavailable as error:
                self._states.report_down(error.message, has_more=self._has_more)
            else:
                self._states.report_up(
                    has_more=self._has_more,
                    about=self._about,
                    others=self._others,
                    pause=self._pause,
                )
            took = self._timing.now() - began
            await self._timing.pause(max(self._pause, self._pace.choose_pause(took)))

    async def _look_at_others(self) -> None:
        """Note now and then what lies among the rows and is none. Raises: StoreUnavailable."""
        if self._clock.now() >= self._next_others:
            self._next_others = self._clock.now() + self._pace.others_pause
            async with self.lock:
                self._others = await self.reader.describe_others()
                self._about = ""
                if self._has_more:
                    self._about = await self.reader.describe_size()

    async def look(self) -> None:
        """Report what appeared, changed and vanished. Raises: StoreUnavailable."""
        with self._noting_outage():
            await self._look()

    @contextmanager
    def _noting_outage(self) -> Iterator[None]:
        """Remember that the store did not answer: it may come back without its rows."""
        try:
            yield
        except StoreUnavailable:
            self._was_away = True
            raise

    async def _look(self) -> None:
        async with self.lock:
            version = await self.reader.version()
            asked = self._clock.now()
            if self._unchanged.may_skip(version, asked) and not self._was_away:
                self._looked = asked
                return
            began = self._timing.now()
            has_news = await self._compare()
            self._looked = asked
            self._pause = self._pace.choose_pause(self._timing.now() - began)
            ends = [row.store_expires for row in self._rows.values() if row.store_expires]
            now = self._clock.now()
            next_end = min((end for end in ends if end > now), default=None)
            self._unchanged.note_look(version, now, next_end, found_news=has_news)

    async def _compare(self) -> bool:
        """Report what is new against the rows as they were; return whether anything is."""
        found, self._has_more = await self.reader.many()
        lost = [key for key in self._rows if key not in found]
        listed = frozenset(found)
        if self._has_more and lost:
            asked = self._choose_unlisted(lost, self._listed)
            found |= await self.reader.of(asked)
            lost = [key for key in asked if key not in found]
        has_news = self._take(found)
        named = {row.key: name for name, row in found.items()}
        for name in lost:
            row = self._rows.pop(name)
            self._report_lost(name, row, named.get(row.key))
        self._listed = listed
        self._was_away = False
        return has_news or bool(lost)

    async def read(self, keys: Sequence[str]) -> Mapping[str, ForeignRow]:
        """Read some rows, report what changed, and return those that are there; `lock` is held.

        Raises: StoreUnavailable.
        """
        with self._noting_outage():
            found = await self.reader.of(keys)
        new = [name for name in found if name not in self._rows]
        self._take(found)
        for name in new:
            self._report_renamed(name, found[name])
        if found:
            self._unchanged.forget()  # a row may have another name now
        return found

    def _report_renamed(self, name: str, row: ForeignRow) -> None:
        """Report the name that a row had before a request has shown whose it is.

        It may be gone at the next look, and then it would go under both names.
        """
        for other in [one for one, known in self._rows.items() if known.key == row.key]:
            if other != name:
                self._report_lost(other, self._rows.pop(other), name)

    def forget(self, key: str) -> None:
        """Forget a row that was removed; `lock` is held."""
        self._rows.pop(key, None)

    def _choose_unlisted(self, keys: Sequence[str], was_listed: Container[str]) -> Sequence[str]:
        """Return which of the known rows that were not listed are read by their ids, in turns.

        Those that were listed at the last look come first: they may have been deleted.
        """
        for key in keys[MOST_KNOWN:]:
            del self._rows[key]  # too many to follow: nobody reports that they have gone
        most = self._pace.most_beside
        first = [key for key in keys[:MOST_KNOWN] if key in was_listed][:most]
        others = [key for key in keys[:MOST_KNOWN] if key not in was_listed]
        turn, _ = self._turns.take(others, most - len(first))
        return [*first, *turn]

    def _take(self, found: Mapping[str, ForeignRow]) -> bool:
        """Report what is new among rows; return whether anything is."""
        has_news = False
        for key, row in sorted(found.items(), key=_age_of):
            before = self._rows.get(key)
            if has_changed(before, row):
                self._rows[key] = row
                has_news = True
                try:
                    self._report_seen(key, row, before)
                except Exception as error:  # a supervised watcher: the other rows go on
                    self._supervisor.report("a row", error)
        return has_news

    def _report_seen(self, key: str, row: ForeignRow, before: ForeignRow | None) -> None:
        now = self._clock.now()
        since: Seconds = 0
        if before is not None and key in self._listed:
            since = self._looked
        taken_from = find_former(before, row)
        cookie = self._cookies.get(key)
        if taken_from and cookie is not None and cookie.login:  # that was the other user's
            self._cookies.put(key, replace(cookie, login="", created_at=0))
        self._publish(
            SessionSeen(
                at=now,
                session=fingerprint(key),
                facts=self._facts_of(key, row, now),
                since=since,
                taken_from=taken_from,
            )
        )

    def _report_lost(self, name: str, row: ForeignRow, new_name: str | None) -> None:
        """Report a row that is not there any more under its name, or has another now."""
        now = self._clock.now()
        reason = AFTER_OUTAGE if self._was_away else DELETED
        copy = self._warn_of_copy(row.key)
        row_of = ""
        if new_name is not None:
            row_of = fingerprint(new_name)
            reason = RENAMED.format(session=row_of)
        elif _has_ended(row.expires_by(self.reader.clock_offset), now + JITTER):
            reason = EXPIRED
        if reason not in (DELETED, AFTER_OUTAGE):
            copy = ""
        self._publish(
            SessionVanished(
                at=now,
                session=fingerprint(name),
                reason=reason,
                is_deleted=reason == DELETED,
                row_of=row_of,
                seen_at=self._looked,
                name=name_row(row),
                copy=copy,
            )
        )


def _has_ended(end: Seconds | None, now: Seconds) -> bool:
    return end is not None and end <= now


def _age_of(item: tuple[str, ForeignRow]) -> tuple[Seconds, Seconds]:
    """Return by what rows are reported, the newest last; without a beginning, by their ends."""
    _, row = item
    return row.content.created or 0.0, row.expires or 0.0


def find_former(before: ForeignRow | None, row: ForeignRow) -> str:
    """Return the user whose place another one has taken in a row; empty: nobody's."""
    if before is None or not is_another_account(before.content.data, row.content.data):
        return ""
    return name_row(before)


def has_changed(before: ForeignRow | None, now: ForeignRow) -> bool:
    """Check whether a row changed; a TTL read twice differs by milliseconds."""
    if before is None or before.content.data != now.content.data:
        return True
    if before.content.refused != now.content.refused:
        return True
    inner = [(end.where, end.at) for end in now.content.ends]
    if [(end.where, end.at) for end in before.content.ends] != inner:
        return True
    return _has_moved(before.store_expires, now.store_expires)


def _has_moved(one: Seconds | None, other: Seconds | None) -> bool:
    if one is None or other is None:
        return one is not other
    return abs(one - other) > JITTER
