"""One engine over either carrier, a manual clock, and a browser that keeps its cookies."""

from __future__ import annotations

from dataclasses import replace

from session_inspector.devserver.cookies.jar import CookieOptions, Jars, RequestJar
from session_inspector.devserver.cookies.sealed import KeyRing
from session_inspector.devserver.cookies.set_cookie import parse_set_cookie
from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.session.carrier import Carrier, CarrierSetup
from session_inspector.devserver.session.engine import SessionEngine
from session_inspector.devserver.session.policy import Policy
from session_inspector.devserver.session.revocation import RevocationList
from session_inspector.devserver.session.stateful import StatefulCarrier
from session_inspector.devserver.session.stateless import StatelessCarrier
from tests.vectors.sessions import Notebook, UpdatingNotebook

NOW = 1_760_000_000
TOLERANCE = 15
"""Seconds after its exp for which a seal is accepted."""
RING = KeyRing(["a-session-secret-of-32-bytes-or-more"])
SETUP = CarrierSetup(ring=RING)


def session_of(sub: str = "u", *, created_at: int = NOW, sid: str = "s") -> JsonObject:
    return {
        "user": {"sub": sub},
        "tokenSet": {"accessToken": "t", "expiresAt": created_at + 3600},
        "internal": {"sid": sid, "createdAt": created_at},
    }


class Browser:
    """Keeps the cookies that responses set."""

    def __init__(self) -> None:
        self.cookies: dict[str, str] = {}

    def request(self) -> Jars:
        header = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return Jars(request=RequestJar.parse(header))

    def receive(self, jars: Jars) -> None:
        for line in jars.response.lines():
            cookie = parse_set_cookie(line)
            if cookie.is_deletion:
                self.cookies.pop(cookie.name, None)
            else:
                self.cookies[cookie.name] = cookie.value


class Scene:
    """`kind` is the carrier's; `store` holds its rows, or the revocation list."""

    def __init__(
        self,
        kind: str = "stateful",
        *,
        policy: Policy | None = None,
        is_revocable: bool = False,
        updates: bool = False,
        setup: CarrierSetup = SETUP,
    ) -> None:
        policy = policy or Policy()
        setup = replace(setup, policy=policy)
        self.clock = ManualClock(NOW)
        self.events: list[Event] = []
        self.store = UpdatingNotebook({}) if updates else Notebook({})
        self.browser = Browser()
        self.carrier: Carrier = StatelessCarrier(setup)
        if kind == "stateful":
            self.carrier = StatefulCarrier(setup, self.store)
        revocation = RevocationList(self.store) if is_revocable else None
        self.engine = SessionEngine(
            self.carrier, policy, self.clock, self.events.append, revocation=revocation
        )

    async def log_in(self, session: JsonObject | None = None, cause: str = "login") -> Jars:
        jars = self.browser.request()
        session = session or session_of()
        await self.engine.save(jars, session, reason="login", is_new=True, cause=cause)
        self.browser.receive(jars)
        return jars

    async def load(self, cause: str = "") -> JsonObject | None:
        return await self.engine.load(self.browser.request(), cause=cause)

    async def touch(self, cause: str = "") -> JsonObject | None:
        jars = self.browser.request()
        found = await self.engine.touch(jars, cause=cause)
        self.browser.receive(jars)
        return found

    def names(self) -> list[str]:
        """Return the types of all events so far."""
        return [type(event).__name__ for event in self.events]


def cookie_options(name: str) -> CookieOptions:
    return replace(SETUP.options, name=name)
