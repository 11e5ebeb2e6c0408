"""One session at one moment, as the list shows it: each fact is computed when it is asked for.

A filter over a million sessions asks most of them for one or two.
"""

from __future__ import annotations

from session_inspector.devserver.core.events.base import (
    Origin,
    SessionKind,
    Timer,
    TimerName,
)
from session_inspector.devserver.core.values import Seconds
from session_inspector.inspector.model.facts.rows import Life, SessionRow
from session_inspector.inspector.model.facts.sessions.users import name_user
from session_inspector.inspector.model.facts.state import KnownSession, State
from session_inspector.inspector.model.views.selectors.cookie import cookie_states
from session_inspector.inspector.model.views.selectors.ends import describe_endless, find_end
from session_inspector.inspector.model.views.selectors.life import judge, life_of
from session_inspector.inspector.model.words.text import safe

BEGINNING = 60
"""Characters of a user's name in a list."""
TROUBLED: frozenset[Life] = frozenset({"refused", "unusable", "gone", "accepted", "in-doubt"})
"""Ways to be over that nobody has asked for."""


class SessionSummary:
    """A summary of one session at one moment; nothing in it is kept."""

    __slots__ = ("_end", "_is_end_known", "_known", "_state", "now")

    def __init__(self, state: State, known: KnownSession, now: Seconds) -> None:
        self._state = state
        self._known = known
        self.now = now
        self._end: Timer | None = None
        self._is_end_known = False

    @property
    def who(self) -> str:
        """The user's name, else the subject."""
        facts = self._known.facts
        return safe(name_user(facts) or "–", BEGINNING)

    @property
    def kind(self) -> SessionKind:
        """Stateless, stateful, or not known."""
        return self._known.facts.kind

    @property
    def client(self) -> str:
        """Whose browser it is."""
        return safe(self._known.client, 24)

    @property
    def created_at(self) -> Seconds | None:
        """The time of the login; None: the session does not say."""
        return self._known.facts.created_at or None

    @property
    def size(self) -> int:
        """Bytes: of the cookies when the session is in them, of its data when it is stored."""
        known = self._known
        if known.facts.kind == "stateful":
            return known.facts.size
        return sum(cookie.size for cookie in known.cookies.values() if not cookie.is_deletion)

    @property
    def end(self) -> Timer | None:
        """The clock that ends it."""
        if not self._is_end_known:
            self._end = find_end(self._known)
            self._is_end_known = True
        return self._end

    @property
    def ends(self) -> Seconds | None:
        """The time at which that clock ends it."""
        end = self.end
        if end is None:
            return None
        return end.ends

    @property
    def life(self) -> Life:
        """Whether it is live, and if not, how it ended."""
        return life_of(self._known, self.end, self.now)

    @property
    def reason(self) -> str:
        """Why it is over, in a sentence; empty while it is live."""
        return safe(judge(self._known, self.end, self.now, self._state.lab).reason, 200)

    @property
    def origin(self) -> Origin:
        """Where it is from that it is live, or over."""
        return judge(self._known, self.end, self.now, self._state.lab).origin

    @property
    def has_problem(self) -> bool:
        """Whether an alarm is of it, or its framework does not take it."""
        if self.life in TROUBLED:
            return True
        return self._known.session in self._state.alarms.sessions

    @property
    def last_request(self) -> Seconds | None:
        """When a request last brought its cookie."""
        sent = self._known.sent
        if sent is None:
            return None
        return sent.at

    @property
    def rolls(self) -> int:
        """How often only its end was moved."""
        return self._known.rolls

    @property
    def session(self) -> str:
        """Its fingerprint."""
        return self._known.session

    def has_word(self, word: str) -> bool:
        """Check whether a word in lower case stands in any of its texts."""
        known = self._known
        if word in f"{self.who}\n{self.kind}\n{self.client}\n{known.session}".lower():
            return True
        return word in self.life or word in self.reason.lower()

    def make_row(self) -> SessionRow:
        """Return all facts as a row."""
        known = self._known
        ended_by: TimerName | None = None
        if self.end is not None:
            ended_by = self.end.name
        states = cookie_states(self._state, known, self.now)
        return SessionRow(
            session=known.session,
            who=self.who,
            kind=self.kind,
            client=self.client,
            created_at=self.created_at,
            size=self.size,
            cookies=sum(one.fact.is_alive is True for one in states),
            ends=self.ends,
            endless=describe_endless(known),
            ended_by=ended_by,
            life=self.life,
            reason=self.reason,
            origin=self.origin,
            last_request=self.last_request,
            rolls=self.rolls,
            unverified=safe(known.facts.unverified, 200),
            is_end_assumed=self.end is not None and self.end.is_assumed,
        )
