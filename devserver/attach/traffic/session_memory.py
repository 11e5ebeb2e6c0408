"""What is remembered of the sessions of an app: their names, contents, rows and refusals."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from session_inspector.devserver.attach.facts import CookieEnd, cookie_facts, stable_name
from session_inspector.devserver.attach.traffic.arrival import (
    NamedSession,
)
from session_inspector.devserver.attach.traffic.browsers.given_values import GivenValues
from session_inspector.devserver.attach.traffic.browsers.shared_values import SharedValues
from session_inspector.devserver.attach.traffic.companions import (
    TOKEN,
    is_renewable,
    is_renewer,
    join_companions,
)
from session_inspector.devserver.attach.traffic.endings import ReplacedId, leaves_user, name_anew
from session_inspector.devserver.attach.traffic.learned import LearnedSession
from session_inspector.devserver.attach.traffic.opener import is_sealed, is_unopened
from session_inspector.devserver.attach.visitors.unverified import WRONG_SECRET
from session_inspector.devserver.core.bounded import Bounded
from session_inspector.devserver.core.events.base import SessionFacts
from session_inspector.devserver.core.frozen import replace
from session_inspector.devserver.core.values import JsonObject, Seconds, fingerprint
from session_inspector.devserver.decoders.base import Decoded
from session_inspector.devserver.decoders.bundles import are_one_value
from session_inspector.devserver.decoders.subject import (
    find_subject,
    is_another_account,
    is_another_user,
)

SAME_VALUE = "logins with the same value"
SAME_VALUE_FOR = "{}, in browsers that cannot be told apart: which of them sends it is not known"
ReadRow: TypeAlias = Callable[[str], Awaitable[SessionFacts | None]]
"""Reads the row of an id at once; None: it has none, or the store does not answer."""


@dataclass(frozen=True, slots=True)
class SeenLogin:
    """The answer to a form or a callback, which gave a user a session."""

    at: Seconds
    exchange: str
    request: str
    """Its method and path."""
    sub: str = ""
    """Who has logged in; empty: that could not be read."""


class RowSource(Protocol):
    """Where the rows of the app's sessions are read."""

    async def facts(self, session_id: str, cookie: SessionFacts) -> SessionFacts | None:
        """Return what the row of an id adds; None: it has none, or does not answer."""
        ...

    def recall(self, session_id: str) -> SessionFacts | None:
        """Return the row of an id as it was read last, by whoever; None: it is not known."""
        ...


class RotatedIds:
    """Ids of sessions that took other ids' places."""

    def __init__(self) -> None:
        self._rotated: Bounded[str] = Bounded(20_000)
        """Fingerprint of an id to the session of which it has taken another id's place."""
        self._replaced: Bounded[ReplacedId] = Bounded(20_000)
        """Fingerprint of such another id to what took its place."""
        self._followers: Bounded[str] = Bounded(20_000)
        """Fingerprint of an id to that of the one whose place it took."""
        self._left: Bounded[Seconds] = Bounded(20_000)
        """Fingerprint of an id to when the one that took its place was first brought."""

    def session_of(self, name: str) -> str:
        """Return the session of an id, by its fingerprint; empty: it took no other's place."""
        return self._rotated.get(name) or ""

    def rotate(self, session: str, before: Decoded, after: Decoded, by: ReplacedId) -> None:
        """Remember that an id of a session has taken another one's place, and goes by its name."""
        self.replace(before, after, by)
        self._rotated.put(fingerprint(after.session_id), session)

    def replace(self, before: Decoded, after: Decoded, by: ReplacedId) -> None:
        """Remember what took an id's place."""
        self._replaced.put(fingerprint(before.session_id), by)
        self._replaced.pop(fingerprint(after.session_id))
        self._followers.put(fingerprint(after.session_id), fingerprint(before.session_id))

    def note_brought(self, found: Decoded, at: Seconds) -> None:
        """Note that a request has brought an id: its browser has let go of the one before."""
        before = self._followers.pop(fingerprint(found.session_id))
        if before is not None:
            self._left.put(before, at)

    def left_at(self, found: Decoded) -> Seconds | None:
        """Return when the id that took an id's place was first brought; None: never."""
        return self._left.get(fingerprint(found.session_id))

    def find_replacing(self, found: Decoded) -> ReplacedId | None:
        """Return what took an id's place; None: nothing did."""
        return self._replaced.get(fingerprint(found.session_id))

    def is_of(self, session: str, found: Decoded) -> bool:
        """Check whether an id has taken the place of another one of a session."""
        return self._rotated.get(fingerprint(found.session_id)) == session


class SessionMemory:
    """A session keeps its name over its writes.

    By an identity inside it, else because the response that wrote it anew answered a request that
    brought it, or a cookie that belongs to it.
    """

    def __init__(self, rows: RowSource | None) -> None:
        self.row_source = rows
        self.values = SharedValues()
        self.given = GivenValues()
        self.outlived: Bounded[str] = Bounded()
        """Name to the digest of the value that the app has answered after the end inside it."""
        self._identified: Bounded[bool] = Bounded(20_000)
        """Names that an identity inside a value gave."""
        self.ids = RotatedIds()
        self.contents: Bounded[JsonObject] = Bounded()
        """Name to what was in it last: what a write changed."""
        self._rows: Bounded[SessionFacts] = Bounded()
        """Name to what its row held last."""
        self._logins: Bounded[SeenLogin] = Bounded(20_000)
        """Name to its login, where that was seen."""
        self.refusals: Bounded[str] = Bounded(20_000)
        """Name to the code of the refusal that was reported last."""
        self._ends: Bounded[CookieEnd] = Bounded(20_000)
        """Name and cookie to when the browser forgets it, by the line that set it last."""
        self._offsets: Bounded[Seconds] = Bounded(20_000)
        """Name to the offset of the app's clock with which its moments were told last."""

    def name_of(
        self,
        found: Decoded,
        jar: Mapping[str, str],
        *,
        before: Sequence[NamedSession] = (),
        learned: LearnedSession | None = None,
        company: str = "",
        restored: str = "",
        is_login: bool = False,
        is_logout: bool = False,
        is_equal: bool = False,
        browser: str = "",
        is_given: bool = False,
    ) -> str:
        """Return a session's name, and remember it for its value.

        `is_login`: a login has set it; else another name leaves the session as it is (its user may
        have edited that), and another account or nobody is another session. `company` is the
        session that a token was set beside; `restored` the one that a remembering cookie has
        brought. `is_equal`: another cookie has its value by chance.
        `browser` is whose it is; `is_given`: a response gives it to a request that had another.
        """
        digest = fingerprint("".join(jar[name] for name in found.cookies if name in jar))
        known = self.values.find(digest, browser, is_given=is_given)
        name = self._own_name(found, known, is_equal=is_equal)
        name = self._without_left(found, name, is_logout=is_logout)
        if not name and learned is not None and is_renewer(found, learned):
            name = learned.name
        if not name:
            name = self._learned_name(found, learned)
        if not name:
            name = self._name_before(found, before, is_login=is_login)
            name = self._without_left(found, name, is_logout=is_logout)
        if not name:
            name = self._name_beside(found, before, company=company, restored=restored)
        begun = self.values.key_of(digest, browser)
        name = name or name_anew(found, begun, self.contents.get(begun))
        self.values.put(digest, browser, name)
        return name

    def _name_beside(
        self, found: Decoded, before: Sequence[NamedSession], *, company: str, restored: str
    ) -> str:
        """Return the session of the cookies that a value came with; empty: it begins one."""
        is_token = found.family == TOKEN
        if is_token and company and company not in _find_left(found, before, self.contents):
            return company
        if _is_of_another(found, self.contents.get(restored)):
            return ""
        return restored

    def _own_name(self, found: Decoded, known: str, *, is_equal: bool) -> str:
        """Return the name by an identity inside, or `known` that the value had; empty: none.

        One that has turned out forged has none.
        """
        name = stable_name(found)
        name = self.ids.session_of(name) or name
        if name:
            self._identified.put(name, True)
            return name
        if is_equal:
            return ""
        if found.problem == WRONG_SECRET and self._identified.get(known):
            return ""
        return known

    def known_name(self, value: str, browser: str) -> str:
        """Return the name of the session with a value; empty: none."""
        return self.values.find(fingerprint(value), browser)

    def _without_left(self, found: Decoded, name: str, *, is_logout: bool) -> str:
        """Return a session's name; empty: its user is not in the cookie any more."""
        if leaves_user(found, self.contents.get(name), is_logout=is_logout):
            return ""
        return name

    def _learned_name(self, found: Decoded, learned: LearnedSession | None) -> str:
        """Return the session that a token renews; empty: none, or it is another user's."""
        if not is_renewable(found, learned) or learned is None or learned.ended is not None:
            return ""
        if _is_of_another(found, self.contents.get(learned.name)):
            return ""
        return learned.name

    def _name_before(
        self, found: Decoded, before: Sequence[NamedSession], *, is_login: bool
    ) -> str:
        """Return the session that had the same cookies; empty: none, or it is of another user."""
        name = next(_names_before(found, before), "")
        has_begun = is_login or found.family == TOKEN
        content = self.contents.get(name)
        if name and has_begun and _is_of_another(found, content):
            return ""
        if name and is_another_account(content or {}, found.payload):
            return ""
        if name and is_login and (_is_another_text(found, content) or is_sealed(found)):
            return ""  # a login into what nobody can read may be another user's
        return name

    async def facts_of(
        self,
        name: str,
        found: Decoded,
        at: Seconds,
        end: CookieEnd | None,
        learned: LearnedSession | None,
    ) -> SessionFacts:
        """Return cookies and row joined; of a row that has gone meanwhile, what it held last.

        `end` is None where no line sets the cookie here: then the last one that was seen holds.
        """
        if end is None and found.cookies:
            end = self._ends.get(f"{name} {found.cookies[0]}")
        facts = cookie_facts(found, at, end)
        if is_unopened(found) and not found.payload:
            facts = replace(facts, kind="unknown", size=found.size)
        if learned is not None:
            facts = join_companions(facts, found, learned)
        if self.login_of(name) is not None:
            facts = self.with_login(name, facts, _sub_of_row(self.row_source, found))
        facts = with_shared(facts, self.values.count_logins(name))
        if not found.session_id or self.row_source is None:
            return facts
        joined = await self.row_source.facts(found.session_id, facts)
        if joined is None:
            before = self._rows.get(name)
            if before is None:
                return facts
            return replace(before, written_at=at)
        self._rows.put(name, joined)
        return joined

    def note_clock(self, one: NamedSession) -> bool:
        """Remember by which clock a session's moments are told; True: they were by another one."""
        before = self._offsets.get(one.name)
        self._offsets.put(one.name, one.found.clock_offset)
        return before is not None and before != one.found.clock_offset

    def end_in_browser(self, one: NamedSession, seen: CookieEnd | None) -> CookieEnd | None:
        """Return when the browser forgets a session's own cookie: as it was set here, or before.

        A response that sets only another of its cookies moves no clock of this one.
        """
        key = f"{one.name} {one.own_cookies[0]}"
        if seen is None:
            return self._ends.get(key)
        self._ends.put(key, seen)
        return seen

    def login_of(self, name: str) -> SeenLogin | None:
        """Return the login of a session; None: it was not seen."""
        return self._logins.get(name)

    def note_login(self, name: str, login: SeenLogin) -> None:
        """Remember when a session's login was seen."""
        self._logins.put(name, login)

    def keep_login(self, before: str, name: str) -> None:
        """Take the login of a session for the one that goes on with it."""
        login = self._logins.get(before)
        if login is not None:
            self._logins.put(name, login)

    def forget_login(self, name: str) -> None:
        """Forget it: the session is another user's, and nobody saw how that one logged in."""
        self._logins.pop(name)

    def with_login(self, name: str, facts: SessionFacts, sub: str = "") -> SessionFacts:
        """Return the facts of a session with the time of its login, where that was seen.

        A time stamp inside is when its cookie was signed, or its row made: perhaps for a visitor.
        `sub` is who is in its row: of another user than that of the login nobody saw it.
        """
        login = self._logins.get(name)
        if login is None or is_another_user(login.sub, sub or facts.sub):
            return facts
        return replace(facts, created_at=login.at, login=login.exchange, visitor="")

    @property
    def has_store(self) -> bool:
        """Whether rows are read: a row has the name of its id."""
        return self.row_source is not None

    def known_row(self, name: str, found: Decoded) -> SessionFacts | None:
        """Return the row of a session as it was read last; None: it was not.

        The store is looked at beside the traffic: what was read there since counts.
        """
        recalled = None
        if found.session_id and self.row_source is not None:
            recalled = self.row_source.recall(found.session_id)
        return recalled or self._rows.get(name)

    async def has_row(self, found: Decoded) -> bool:
        """Check whether the store has the row of an id."""
        return await read_row(self, found) is not None

    def subject_of(self, name: str, found: Decoded) -> str:
        """Return the `sub` of a session, by its row where it has one."""
        known = self.known_row(name, found)
        if known is None:
            known = cookie_facts(found, 0, None)
        return known.sub


def _sub_of_row(rows: RowSource | None, found: Decoded) -> str:
    """Return who is in the row of a session, as it was read last; empty: that is not known."""
    if not found.session_id or rows is None:
        return ""
    row = rows.recall(found.session_id)
    if row is None:
        return ""
    return row.sub


def with_shared(facts: SessionFacts, count: int) -> SessionFacts:
    """Return the facts of a session, with how many logins have its value."""
    if count < 2:
        return facts
    return replace(facts, data={**facts.data, SAME_VALUE: SAME_VALUE_FOR.format(count)})


async def read_row(memory: SessionMemory, found: Decoded) -> SessionFacts | None:
    """Return the row of an id; None: there is none, or no store is watched."""
    if memory.row_source is None:
        return None
    return await memory.row_source.facts(found.session_id, cookie_facts(found, 0, None))


def _names_before(found: Decoded, before: Sequence[NamedSession]) -> Iterator[str]:
    """Yield the sessions that had the same cookies in the same format."""
    rule = found.traits.chunks
    for one in before:
        is_same_family = one.found.family == found.family
        if is_same_family and are_one_value(one.found.cookies, found.cookies, rule):
            yield one.name


def _is_of_another(found: Decoded, content: JsonObject | None) -> bool:
    """Check whether a cookie is of another user than a session with some content."""
    return is_another_user(find_subject(content or {}), find_subject(found.payload))


def _is_another_text(found: Decoded, content: JsonObject | None) -> bool:
    """Check for another text than a session held: Tornado's is a user's name in most apps."""
    if not found.text or content is None or content.keys() != found.payload.keys():
        return False
    return content != found.payload


def _find_left(
    found: Decoded, before: Sequence[NamedSession], contents: Bounded[JsonObject]
) -> frozenset[str]:
    """Return the sessions whose token another user's has overwritten."""
    names = _names_before(found, before)
    return frozenset(name for name in names if _is_of_another(found, contents.get(name)))
