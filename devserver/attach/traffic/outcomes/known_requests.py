"""What is known of an app's requests: which need a session, and which answer without one too."""

from __future__ import annotations

from session_inspector.devserver.attach.traffic.arrival import Arrival, CookieAnswer
from session_inspector.devserver.attach.traffic.logins import LOGIN_PAGES, is_login_form
from session_inspector.devserver.core.bounded import Bounded

SAFE_METHODS = ("GET", "HEAD")
SUCCESSES = frozenset({*range(200, 300), 304})
"""With 304: who sent the request has the page, and may see it."""
REFUSALS = frozenset({400, 401, 403, 419, 440})
"""Statuses by which an app refuses a credential."""
GRACE = 1.0
"""Seconds in which a browser may send a value that has just been replaced, by no fault."""
REDIRECTS = frozenset(range(300, 400)) - SUCCESSES
FILES = frozenset(
    {
        *(".js", ".mjs", ".css", ".map", ".json", ".webmanifest", ".txt", ".xml", ".wasm"),
        *(".png", ".jpg", ".jpeg", ".gif", ".svg", ".ico", ".webp", ".avif"),
        *(".woff", ".woff2", ".ttf", ".otf", ".mp3", ".mp4", ".webm"),
    }
)
"""Endings of paths that anybody gets: their answer says nothing of a session."""


class KnownRequests:
    """The requests of one app, by method and path."""

    def __init__(self) -> None:
        self._public: Bounded[bool] = Bounded()
        self._guarded: Bounded[tuple[int, str]] = Bounded()
        """How a request without a session is turned away: status, and where a redirect leads."""
        self._refusing: Bounded[bool] = Bounded()
        """Requests by which the app has refused a session that it had accepted there."""
        self._accepted: Bounded[bool] = Bounded(20_000)
        """Session and request that the app has accepted together."""
        self._answered: Bounded[bool] = Bounded()
        """Requests that the app has accepted with some session."""
        self._used: Bounded[bool] = Bounded(20_000)
        """Sessions that the app has accepted with some request, which no visitor has sent."""
        self._has_several: Bounded[bool] = Bounded()
        """Hosts whose pages have answered two sessions at once."""
        self._proven: Bounded[bool] = Bounded(20_000)
        """Sessions that the app has accepted where it refuses others."""

    def note_anonymous(self, request: str, status: int, location: str = "") -> None:
        """Note how the app has answered a request that brought no session."""
        if status in SUCCESSES:
            self._public.put(request, True)
            self._guarded.pop(request)
            self._refusing.pop(request)
        elif is_login_form(request):
            return
        elif status in REFUSALS or status in REDIRECTS:
            self._guarded.put(request, (status, _without_query(location)))
            self._public.pop(request)

    def note_refused(self, request: str, status: int) -> None:
        """Note that the app has turned a request away for its session, which was over."""
        if request.partition(" ")[0] in SAFE_METHODS and not self.is_public(request):
            self._guarded.put(request, (status, ""))

    def note_refusing(self, request: str) -> None:
        """Note that the app has refused a session by a request: that page is not for anybody."""
        if not self.is_public(request):
            self._refusing.put(request, True)

    def note_accepted(self, session: str, request: str) -> None:
        """Note that the app has accepted a session with a request."""
        self._accepted.put(f"{session} {request}", True)
        self._answered.put(request, True)
        self._used.put(session, True)
        if self.is_guarded(request):
            self.note_proven(session)

    def note_proven(self, session: str) -> None:
        """Note that the app has accepted a session where it refuses others."""
        self._proven.put(session, True)

    def is_proven(self, session: str) -> bool:
        """Check whether the app has accepted a session where it refuses others."""
        return self._proven.get(session) is not None

    def is_used(self, session: str) -> bool:
        """Check whether the app has accepted a session on a page that no visitor is known to get.

        One that is only a step of a login is brought to that login's pages alone.
        """
        return self._used.get(session) is not None

    def is_public(self, request: str) -> bool:
        """Check whether the app answers a request without a session as well.

        It does so where one logs in.
        """
        if self._public.get(request) is not None:
            return True
        method, _, path = request.partition(" ")
        is_login_page = method in SAFE_METHODS and LOGIN_PAGES.search(path) is not None
        return is_login_page and not self.is_guarded(request)

    def is_guarded(self, request: str) -> bool:
        """Check whether the app has turned a request away that brought no session."""
        return self._guarded.get(request) is not None

    def guard_of(self, request: str) -> str:
        """Return where a request without a session is sent; empty: nowhere, as far as is known."""
        return (self._guarded.get(request) or (0, ""))[1]

    def needs_session(self, request: str) -> bool:
        """Check whether the app has turned a request away for want of a session.

        That it answers any other page shows nothing of a session: anybody may get that.
        """
        return self.is_guarded(request) or self._refusing.get(request) is not None

    def is_sent_away(self, request: str, status: int, location: str) -> bool:
        """Check whether a redirect is the one that a request without a session gets."""
        if status not in REDIRECTS or not location:
            return False
        return self.is_as_nobodys(request, status, location)

    def is_as_nobodys(self, request: str, status: int, location: str) -> bool:
        """Check whether an answer is the refusal or redirect that nobody's request gets."""
        return self._guarded.get(request) == (status, _without_query(location))

    def was_accepted(self, session: str, request: str) -> bool:
        """Check whether the app has accepted a session with a request."""
        return self._accepted.get(f"{session} {request}") is not None

    def was_answered(self, request: str) -> bool:
        """Check whether the app has accepted any session with a request."""
        return self._answered.get(request) is not None

    def is_accepted(self, request: str, status: int) -> bool:
        """Check whether an answer shows that the session counts which its request brought."""
        return status in SUCCESSES and self.is_guarded(request)

    def is_about_session(self, arrival: Arrival, session: str) -> bool:
        """Check whether a refusal of a request may be one of its session.

        A form may be refused for what is in it. An app whose pages have answered two sessions at
        once may need the other one.
        """
        if self.was_accepted(session, arrival.request):
            return True
        method = arrival.request.partition(" ")[0]
        return method in SAFE_METHODS and not self._has_several.get(arrival.host)

    def note_several(self, host: str) -> None:
        """Note that a page has answered a request with several sessions: an app may have two."""
        self._has_several.put(host, True)


def refuses_cookies(answer: CookieAnswer) -> bool:
    """Check whether a status refuses what a request brought in its cookies."""
    return answer.status in REFUSALS and not answer.asks_other


def _without_query(location: str) -> str:
    """Return where a redirect leads; its query may hold the page to come back to, or a state."""
    return location.partition("?")[0].partition("#")[0]


def is_file(request: str) -> bool:
    """Check whether a request is for a file that anybody gets, by its ending."""
    stem, _, ending = request.rpartition("/")[2].rpartition(".")
    return bool(stem) and f".{ending.lower()}" in FILES
