"""Who is signed in at the provider, and which clients took part in each session."""

from __future__ import annotations

import secrets
from dataclasses import replace

from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.provider.registrations import ProviderSession, User


class ProviderSessions:
    """The sessions of one provider, by sid. They live as long as the process."""

    def __init__(self, clock: Clock, lifetime: Seconds) -> None:
        self.by_sid: dict[str, ProviderSession] = {}
        self._clients: dict[str, set[str]] = {}
        self._clock = clock
        self._lifetime = lifetime

    def start(self, user: User) -> ProviderSession:
        """Start a session of a user who has just authenticated."""
        now = self._clock.now()
        session = ProviderSession(
            sid=secrets.token_urlsafe(24),
            user=user,
            auth_time=int(now),
            expires=now + self._lifetime,
        )
        self.by_sid[session.sid] = session
        return session

    def find(self, sid: str) -> ProviderSession | None:
        """Return a live session, None when it is unknown or has expired."""
        found = self.by_sid.get(sid)
        if found is None or found.expires <= self._clock.now():
            return None
        return found

    def raise_acr(self, sid: str, acr: str) -> None:
        """Note the authentication that a session has reached; an unknown one stays unknown."""
        found = self.by_sid.get(sid)
        if found is not None:
            self.by_sid[sid] = replace(found, acr=acr)

    def age_of(self, session: ProviderSession) -> float:
        """Return the seconds since the user authenticated."""
        return self._clock.now() - session.auth_time

    def add_client(self, sid: str, client_id: str) -> None:
        """Note that a client was given tokens in a session."""
        self._clients.setdefault(sid, set()).add(client_id)

    def clients_of(self, sid: str) -> list[str]:
        """Return the ids of the clients that were given tokens in a session, sorted."""
        return sorted(self._clients.get(sid, ()))

    def take_clients(self, sid: str) -> list[str]:
        """Return the clients of a session that has ended, and forget them."""
        return sorted(self._clients.pop(sid, ()))

    def remove(self, sid: str) -> ProviderSession | None:
        """End a session; returns it, None when there was none. Its clients are kept."""
        return self.by_sid.pop(sid, None)
