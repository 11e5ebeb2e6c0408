"""A clock that was forced by hand: what a session's next request makes of it."""

from __future__ import annotations

import pytest

from session_inspector.devserver.cookies.jar import Jars, RequestJar
from session_inspector.devserver.cookies.sealed import KeyRing
from session_inspector.devserver.cookies.set_cookie import parse_set_cookie
from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.events.session import SessionLoaded, SessionWritten
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.session.administration import Administration
from session_inspector.devserver.session.carrier import CarrierSetup
from session_inspector.devserver.session.data_store import StoreSessions
from session_inspector.devserver.session.engine import SessionEngine
from session_inspector.devserver.session.policy import Policy
from session_inspector.devserver.session.stateful import StatefulCarrier
from session_inspector.devserver.session.stateless import StatelessCarrier
from session_inspector.devserver.stores.memory import MemoryStore

NOW = 1_760_000_000
SESSION: JsonObject = {
    "user": {"sub": "u"},
    "tokenSet": {"accessToken": "t", "expiresAt": NOW + 3600},
    "internal": {"sid": "s", "createdAt": NOW},
}
SETUP = CarrierSetup(ring=KeyRing(["secret"]))


class Scene:
    """One session and its browser, over a store or without one."""

    def __init__(self, kind: str) -> None:
        self.clock = ManualClock(NOW)
        self.events: list[Event] = []
        self.store = MemoryStore(self.clock)
        sessions = StoreSessions(self.store, lambda session: NOW + 1000)
        is_stateful = kind == "stateful"
        carrier = StatefulCarrier(SETUP, sessions) if is_stateful else StatelessCarrier(SETUP)
        publish = self.events.append
        self.engine = SessionEngine(carrier, Policy(), self.clock, publish)
        held = self.store if is_stateful else None
        self.admin = Administration(self.engine, held, self.clock, publish)

    async def log_in(self) -> str:
        """Log in, take the cookies, and return the session's name."""
        jars = Jars()
        await self.engine.save(jars, SESSION, reason="login", is_new=True)
        cookies = [parse_set_cookie(line) for line in jars.response.lines()]
        self.cookies = [(c.name, c.value) for c in cookies if not c.is_deletion]
        return self.last(SessionWritten)

    def next_request(self) -> Jars:
        return Jars(request=RequestJar(self.cookies))

    def last(self, kind: type[SessionLoaded | SessionWritten]) -> str:
        return [event.session for event in self.events if isinstance(event, kind)][-1]


@pytest.mark.parametrize("kind", ["stateless", "stateful"])
async def test_a_forced_access_token_leaves_the_session_what_it_was(kind: str) -> None:
    # the key of its row was lost once: it was read under another name, and written anew
    scene = Scene(kind)
    name = await scene.log_in()
    await scene.admin.expire(name, "access_token", cause="c1")
    jars = scene.next_request()
    found = await scene.engine.load(jars)
    assert found is not None
    assert found["tokenSet"] == {"accessToken": "t", "expiresAt": NOW - 1}
    assert scene.last(SessionLoaded) == name
    assert await scene.engine.save(jars, found, reason="refresh")
    assert scene.last(SessionWritten) == name
    assert await scene.store.count() == (1 if kind == "stateful" else 0)


@pytest.mark.parametrize("kind", ["stateless", "stateful"])
async def test_a_forced_access_token_is_forced_once(kind: str) -> None:
    scene = Scene(kind)
    await scene.admin.expire(await scene.log_in(), "access_token", cause="c1")
    await scene.engine.load(scene.next_request())
    assert not scene.engine.memory.forced
