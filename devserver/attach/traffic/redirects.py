"""Logins that redirects show: to a provider with a state, and back with the same one.

Most are seen by their transaction cookie (logins.py). An app that keeps the state in its session,
as Authlib does, shows a login by its redirects alone. One without a state (Auth.js relies on PKCE)
is known by its challenge; its callback is the one that it named, if no other login waits for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import parse_qs

from session_inspector.devserver.cookies.url_parts import split_url, target_path
from session_inspector.devserver.core.bounded import Bounded
from session_inspector.devserver.core.events.login import LoginFailed, LoginStarted, LoginSucceeded
from session_inspector.devserver.core.events.login_name import find_carrier, name_login
from session_inspector.devserver.core.events.session import SessionWritten
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.journal import Publish
from session_inspector.devserver.core.values import Seconds, fingerprint

KEPT = 1_000
"""Logins under way that are remembered."""
FIELDS = 100
ASKED = ("client_id", "redirect_uri", "response_type")
"""What an authorization request has (RFC 6749 §4.1.1)."""
UNDER_WAY = "under way"
OVER = "over"


class RedirectedLogins:
    """Stands before the journal: a login that a cookie has shown already is not shown again."""

    def __init__(self, publish: Publish) -> None:
        self._publish = publish
        self._logins: Bounded[str] = Bounded(KEPT)
        self._subjects: Bounded[str] = Bounded(KEPT)
        self._waiting: Bounded[tuple[str, ...]] = Bounded(KEPT)
        """Path of a callback to the logins without a state that wait for it."""

    def publish(self, event: Event) -> None:
        """Note what a login or a session is known by, and pass the event on."""
        match event:
            case LoginStarted():
                self._logins.put(event.login, UNDER_WAY)
            case LoginSucceeded() | LoginFailed():
                self._logins.put(event.login, OVER)
            case SessionWritten():
                self._subjects.put(event.session, event.facts.sub)
        self._publish(event)

    def note_redirect(self, cause: str, at: Seconds, location: str) -> None:
        """Report a login that a response has sent to a provider."""
        query = _query_of(location)
        if not all(query.get(name) for name in ASKED):
            return
        fields = {name: values[0] for name, values in query.items()}
        name = find_carrier(fields)
        if not name:
            return
        login = name_login(fields)
        if self._logins.get(login) is not None:
            return
        if name != "state":
            path = target_path(query["redirect_uri"][0])
            self._waiting.put(path, (*self._find_waiting(path), login))
        self.publish(LoginStarted(at=at, cause=cause, login=login, transaction_cookie=""))

    def note_callback(
        self, cause: str, at: Seconds, target: str, *, status: int, session: str
    ) -> None:
        """Report the end of a login: the app has answered its callback."""
        query = _query_of(target)
        login = self._find_login(target, query)
        if self._logins.get(login) != UNDER_WAY:
            return
        if status >= 400:
            reason = f"the app answered the callback with {status}"
            failed = LoginFailed(
                at=at, cause=cause, login=login, step="callback", code=str(status), reason=reason
            )
            self.publish(failed)
        elif session and "code" in query:
            sub = self._subjects.get(session) or ""
            self.publish(LoginSucceeded(at=at, cause=cause, session=session, login=login, sub=sub))

    def _find_login(self, target: str, query: Mapping[str, Sequence[str]]) -> str:
        """Return the login that a callback answers; empty: it cannot be told."""
        if query.get("state"):
            return fingerprint(query["state"][0])
        waiting = self._find_waiting(target_path(target))
        if len(waiting) == 1 and ("code" in query or "error" in query):
            return waiting[0]
        return ""

    def _find_waiting(self, path: str) -> tuple[str, ...]:
        known = self._waiting.get(path) or ()
        return tuple(login for login in known if self._logins.get(login) == UNDER_WAY)


def _query_of(url: str) -> Mapping[str, Sequence[str]]:
    if "?" not in url:
        return {}
    try:
        return parse_qs(split_url(url).query, max_num_fields=FIELDS)
    except ValueError:
        return {}
