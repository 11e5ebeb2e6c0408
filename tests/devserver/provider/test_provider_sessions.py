"""Sessions at the provider: alive until the second of their end, with the clients of each."""

from __future__ import annotations

from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.provider.provider_sessions import ProviderSessions
from session_inspector.devserver.provider.registrations import User

ALICE = User(sub="alice")


def test_a_session_lives_until_the_exact_second() -> None:
    clock = ManualClock(1000)
    sessions = ProviderSessions(clock, 60)
    session = sessions.start(ALICE)
    assert (session.user, session.auth_time, session.expires) == (ALICE, 1000, 1060)
    clock.advance(59)
    assert sessions.find(session.sid) is session
    assert sessions.age_of(session) == 59
    clock.advance(1)
    assert sessions.find(session.sid) is None


def test_clients_are_kept_by_session_and_taken_once() -> None:
    sessions = ProviderSessions(ManualClock(), 60)
    sid = sessions.start(ALICE).sid
    for client_id in ("b", "a", "b"):
        sessions.add_client(sid, client_id)
    assert sessions.clients_of(sid) == ["a", "b"]
    assert sessions.remove(sid) is not None
    assert sessions.remove(sid) is None
    assert sessions.take_clients(sid) == ["a", "b"]
    assert sessions.take_clients(sid) == []
