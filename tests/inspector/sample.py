"""A scripted, believable journal, and a feed that plays it and notes commands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from session_inspector.devserver.core.commands import Command, Reply
from session_inspector.devserver.core.events.base import CookieSeen, Kind, WriteReason
from session_inspector.devserver.core.events.exchange import (
    CookieSet,
    ExchangeEnded,
    ExchangeStarted,
)
from session_inspector.devserver.core.events.login import (
    LoginStarted,
    LoginSucceeded,
    ProviderSessionStarted,
    TokenMinted,
)
from session_inspector.devserver.core.events.server import (
    ClockMoved,
    CommandRun,
    ServerStarted,
    StoreStateChanged,
)
from session_inspector.devserver.core.events.session import (
    ClockForced,
    SessionDestroyed,
    SessionRefused,
    SessionResurrected,
    SessionSeen,
    SessionShownAgain,
    SessionWritten,
    ShownOutcome,
)
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.journal import Journal
from session_inspector.devserver.core.values import JsonObject, Secret, Unsubscribe
from session_inspector.devserver.session.facts import session_facts
from session_inspector.devserver.session.policy import Policy

NOW = 1_760_000_000.0
JWT = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJodHRwOi8vb3AudGVzdC8iLCJleHAiOjE3NjAwMDM2MDB9.c2ln"
SEALED = "eyJlbmMiOiJBMjU2R0NNIiwiYWxnIjoiZGlyIn0..WK8VqEoBlXamNMSW.P8omGlmnGRRbfiF4iluL.fAUh7LUNx"


class ListFeed:
    """Plays events; `now` and replies are the test's to choose."""

    def __init__(self, events: Sequence[Event] = (), now: float = NOW) -> None:
        self.journal = Journal()
        self.moment = now
        self.sent: list[Command] = []
        self.reply = Reply(is_ok=True, message="done", value="the secret in clear", rows=3)
        for event in events:
            self.journal.publish(event)

    def since(self, seq: int) -> tuple[Sequence[Event], int]:
        return self.journal.since(seq)

    def on_change(self, wake: Callable[[], None]) -> Unsubscribe:
        return self.journal.on_change(wake)

    async def send(self, command: Command) -> Reply:
        self.sent.append(command)
        return self.reply

    def now(self) -> float:
        return self.moment


def data(sub: str, name: str, created: float, sid: str) -> JsonObject:
    return {
        "user": {
            "sub": sub,
            "name": name,
            "email": f"{name.partition(' ')[0].lower()}@example.com",
        },
        "tokenSet": {
            "accessToken": JWT,
            "refreshToken": f"v1.{sid}",
            "expiresAt": int(created) + 3600,
        },
        "internal": {"sid": sid, "createdAt": int(created)},
    }


def started(exchange: str, at: float, path: str, client: str, method: str = "GET") -> Event:
    return ExchangeStarted(
        at=at,
        cause=exchange,
        exchange=exchange,
        method=method,
        path=path,
        client=client,
        cookie_bytes=169,
        cookies=(CookieSeen(name="__session", size=159),),
    )


def ended(exchange: str, at: float, status: int, session: str = "") -> Event:
    return ExchangeEnded(
        at=at,
        cause=exchange,
        session=session,
        exchange=exchange,
        status=status,
        duration=0.0015,
        set_cookies=1,
    )


def written(
    session: str,
    at: float,
    cause: str,
    *,
    reason: WriteReason = "login",
    kind: Kind = "stateful",
    who: tuple[str, str] = ("local|alice", "Alice Archer"),
    created: float | None = None,
) -> SessionWritten:
    if created is None:
        created = at
    key = ""
    if kind == "stateful":
        key = "0123456789abcdef" * 2
    facts = session_facts(kind, data(*who, created, f"sid-{session}"), Policy(), at, key=key)
    return SessionWritten(at=at, cause=cause, session=session, reason=reason, facts=facts)


def seen_as_visitor(session: str, at: float, kind: Kind = "stateful") -> SessionSeen:
    """Return what shows that nobody is logged in to a session."""
    facts = written(session, at, "", kind=kind).facts
    facts = replace(facts, visitor="nobody is logged in: it is empty")
    return SessionSeen(at=at, cause="x3", session=session, facts=facts)


def shown_again(name: str, at: float, outcome: ShownOutcome) -> SessionShownAgain:
    """Return that a copy of a session was brought after its row had gone."""
    return SessionShownAgain(
        at=at,
        cause="x3",
        session=name,
        ended="gone",
        ended_by="",
        ended_at=at,
        outcome=outcome,
        request="GET /",
        status=200,
    )


def cookie(session: str, at: float, cause: str, name: str = "__session", size: int = 159) -> Event:
    return CookieSet(
        at=at,
        cause=cause,
        session=session,
        exchange=cause,
        name=name,
        value=Secret.of(SEALED),
        size=size,
        line_size=size + 96,
        max_age=86_400.0,
        http_only=True,
        same_site="lax",
    )


def swept(session: str, at: float, cause: str, name: str) -> Event:
    found = cookie(session, at, cause, name, 0)
    assert isinstance(found, CookieSet)
    return replace(found, value=Secret.of(""), is_deletion=True, max_age=0.0)


def server(at: float = NOW) -> ServerStarted:
    return ServerStarted(
        at=at,
        wall=at,
        base_url="http://127.0.0.1:3000",
        issuer="http://localhost:3001/",
        kind="stateful",
        store="sqlite://:memory:",
        users=("local|alice", "local|bob"),
    )


def login(session: str, at: float, number: int, client: str, **more: object) -> list[Event]:
    exchange = f"x{number}"
    made = written(session, at, exchange, **more)  # type: ignore[arg-type]  # written's own names
    sid = made.facts.sid
    return [
        started(exchange, at, "/auth/callback?code=•••&state=•••", client),
        LoginStarted(at=at, cause=exchange, login="l1", transaction_cookie="__txn_a"),
        ProviderSessionStarted(at=at, sub=made.facts.sub, sid=sid, expires=at + 259_200),
        TokenMinted(
            at=at,
            token="refresh",
            value=Secret.of(f"v1.{sid}"),
            sub=made.facts.sub,
            sid=sid,
            expires=at + 2_592_000,
        ),
        made,
        LoginSucceeded(at=at, cause=exchange, login="l1", sub=made.facts.sub),
        *login_cookies(made),
        ended(exchange, at, 307, session),
    ]


def login_cookies(made: SessionWritten) -> list[Event]:
    """Return one cookie, or two chunks and the deletion of a third."""
    session = made.session
    if made.facts.kind == "stateful":
        return [cookie(session, made.at, made.cause)]
    return [
        cookie(session, made.at, made.cause, "__session__0", 3500),
        cookie(session, made.at, made.cause, "__session__1", 3500),
        swept(session, made.at, made.cause, "__session__2"),
    ]


def sample_events() -> list[Event]:
    """Alice rolls, Bob is chunked, Carol was revoked, Dave expired by hand, Eve rose again."""
    t = NOW - 600
    return [
        server(t),
        *login("alice", t, 1, "lab:alice"),
        *login("bob", t + 60, 2, "Chrome", kind="stateless", who=("local|bob", "Bob Baker")),
        *login("carol", t + 120, 3, "lab:carol", who=("local|carol", "Carol Chen")),
        *login("dave", t + 150, 4, "lab:dave", who=("local|dave", "Dave [bold]Diaz[/]")),
        started("x5", t + 180, "/protected", "lab:alice"),
        written("alice", t + 180, "x5", reason="roll", created=t),
        cookie("alice", t + 180, "x5"),
        ended("x5", t + 180, 200, "alice"),
        SessionDestroyed(at=t + 200, cause="c1", session="carol", reason="revoked"),
        CommandRun(
            at=t + 200, cause="c1", session="carol", command="Revoke", is_ok=True, message="revoked"
        ),
        started("x6", t + 210, "/protected", "lab:carol"),
        SessionRefused(
            at=t + 210, cause="x6", session="carol", code="gone", reason="the store has none"
        ),
        ended("x6", t + 210, 401, "carol"),
        ClockForced(at=t + 240, cause="c2", session="dave", clock="inactivity"),
        StoreStateChanged(at=t + 300, store="sqlite://:memory:", is_up=False, reason="locked"),
        StoreStateChanged(at=t + 310, store="sqlite://:memory:", is_up=True),
        SessionResurrected(
            at=t + 320,
            cause="x5",
            session="bob",
            destroyed_by="x4",
            destroyed_at=t + 315,
            reason="nothing could stop this write",
        ),
        ClockMoved(at=t + 600, cause="c3", by=3600, offset=3600),
    ]
