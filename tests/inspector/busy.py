"""A journal in which everything has happened once, so that each board has lines."""

from __future__ import annotations

from dataclasses import replace

from session_inspector.devserver.core.events.base import CookieSeen, Timer
from session_inspector.devserver.core.events.exchange import (
    CookieSet,
    ExchangeEnded,
    ExchangeStarted,
)
from session_inspector.devserver.core.events.login import (
    DeviceCodeAnswered,
    DeviceCodeIssued,
    LoginFailed,
    LoginStarted,
    RequestPushed,
    TokenIntrospected,
    TokenMinted,
    TokenRefused,
)
from session_inspector.devserver.core.events.process import (
    AppEnded,
    AppListening,
    AppOutput,
    AppStarted,
)
from session_inspector.devserver.core.events.server import ScenarioTold
from session_inspector.devserver.core.events.session import (
    SessionLoaded,
    SessionSeen,
    SessionWritten,
)
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.values import Secret
from tests.inspector.sample import NOW, cookie, ended, sample_events, started, written

T = NOW - 270
WEEK = 604_800
AUTHORIZE = (
    "http://localhost:3001/authorize?state=•••&nonce=•••&code_challenge=•••"
    "&code_challenge_method=S256"
)


def busy_events() -> list[Event]:
    """The sample, and logins, races, reuse, a scenario and unused rows on top of it."""
    return [
        *sample_events()[:-1],
        *_logins(),
        *_race(),
        *_family(),
        *_scenario(),
        *_rows(),
        _disagreeing(),
        sample_events()[-1],
    ]


def _logins() -> list[Event]:
    return [
        started("x20", T, "/auth/login", "Firefox"),
        LoginStarted(at=T, cause="x20", login="l20", transaction_cookie="__txn_b", return_to="/"),
        replace(_cookie(), max_age=3600.0),
        replace(_ended("x20", T, 307), location=AUTHORIZE),
        started("x21", T + 1, "/auth/callback?code=•••&state=•••", "Firefox"),
        LoginFailed(
            at=T + 1,
            cause="x21",
            login="l20",
            step="transaction",
            code="invalid_state",
            reason="the transaction cookie did not come back",
        ),
        _ended("x21", T + 1, 400),
    ]


def _cookie() -> CookieSet:
    found = cookie("", T, "x20", "__txn_b", 454)
    assert isinstance(found, CookieSet)
    return found


def process_events() -> list[Event]:
    """The sample, as an app that was started here: its lines, and how it crashed."""
    return [
        *sample_events()[:-1],
        AppStarted(at=T - 9, command="npm run dev", pid=4242, found="Express (package.json)"),
        AppListening(at=T - 8, upstream="http://127.0.0.1:5000", how="seen"),
        AppOutput(at=T - 7, text="  ready on http://localhost:5000"),
        started("x40", T - 6, "/callback?code=•••&state=•••", "Firefox"),
        AppOutput(at=T - 6, cause="x40", text="state mismatch", stream="stderr"),
        AppOutput(
            at=T - 6,
            cause="x40",
            text="TypeError: Cannot read properties of undefined (reading 'sub')",
            stream="stderr",
            is_error=True,
        ),
        AppOutput(at=T - 6, cause="x40", text="    at callback (app.js:31:22)", stream="stderr"),
        ended("x40", T - 5, 500),
        AppEnded(
            at=T - 4,
            code=1,
            is_crash=True,
            last=("state mismatch", "TypeError: Cannot read properties of undefined"),
        ),
        sample_events()[-1],
    ]


def grant_events() -> list[Event]:
    """A device that was allowed, a pushed request, and an app that logs in as itself."""
    of_the_device = _device_token()
    own = replace(
        of_the_device,
        at=T - 2,
        value=Secret.of("of the worker"),
        sub="worker@clients",
        client_id="worker",
        grant="client_credentials",
        jkt="",
        organization="",
        flow="",
    )
    return [
        *sample_events()[:-1],
        DeviceCodeIssued(
            at=T - 9,
            device="d1",
            user_code="WDJB-MJHT",
            client_id="living-room-tv",
            scope="openid",
            expires=T + 591,
        ),
        DeviceCodeAnswered(at=T - 5, device="d1", sub="local|bob", is_allowed=True),
        of_the_device,
        RequestPushed(at=T - 3, request="3f9a01", client_id="shop", expires=T + 87),
        own,
        TokenIntrospected(
            at=T - 1, cause="x23", digest=own.value.digest, client_id="api", is_active=True
        ),
        sample_events()[-1],
    ]


def _device_token() -> TokenMinted:
    return TokenMinted(
        at=T - 4,
        cause="x22",
        token="access",
        value=Secret.of("of the device"),
        sub="local|bob",
        client_id="living-room-tv",
        grant="urn:ietf:params:oauth:grant-type:device_code",
        expires=NOW + 3600,
        jkt="GfKfzCAA4sKySsz5ON",
        organization="org_acme",
        flow="d1",
    )


def _race() -> list[Event]:
    """Two requests beside each other, and one that does not roll."""
    return [
        started("x30", T + 5, "/api/me", "lab:alice"),
        started("x31", T + 5.01, "/protected", "lab:alice"),
        SessionLoaded(at=T + 5.01, cause="x31", session="alice", sub="local|alice"),
        SessionLoaded(at=T + 5.02, cause="x30", session="alice", sub="local|alice"),
        written("alice", T + 5.02, "x31", reason="roll", created=NOW - 600),
        _ended("x31", T + 5.03, 200),
        _ended("x30", T + 5.04, 200),
        _sends("x32", T + 6, "Chrome", "__session__0", "__session__2"),
        _ended("x32", T + 6.01, 401),
    ]


def _family() -> list[Event]:
    """Alice logs in and refreshes; a copy of her cookie refreshes with the old token."""
    digests = [Secret.of(text).digest for text in ("one", "two")]
    access = "/auth/access-token"
    return [
        started("x39", T + 9, "/auth/callback?code=•••", "lab:alice"),
        _asked("x40", T + 9, "x39"),
        _minted("one", T + 9),
        _ended("x40", T + 9, 200),
        _ended("x39", T + 9, 307),
        started("x43", T + 10, access, "lab:alice"),
        _asked("x41", T + 10, "x43"),
        _minted("two", T + 10, digests[0], "x41"),
        _ended("x41", T + 10, 200),
        _ended("x43", T + 10, 200),
        started("x44", T + 12, access, "curl"),
        _asked("x42", T + 12, "x44"),
        TokenRefused(
            at=T + 12,
            cause="x42",
            token="refresh",
            digest=digests[0],
            code="refresh_reused",
            reason="it was exchanged 2 s ago",
        ),
        _ended("x42", T + 12, 400),
        _ended("x44", T + 12, 401),
    ]


def _asked(exchange: str, at: float, within: str) -> Event:
    """The app's server asks the provider for tokens."""
    found = started(exchange, at, "/oauth/token", "httpx", "POST")
    assert isinstance(found, ExchangeStarted)
    return replace(found, party="provider", within=within, cookie_bytes=0, cookies=())


def _scenario() -> list[Event]:
    def step(at: float, text: str, *, is_ok: bool = True, is_verdict: bool = False) -> Event:
        return ScenarioTold(
            at=at,
            cause="c9",
            scenario="logout-race",
            text=text,
            is_ok=is_ok,
            is_verdict=is_verdict,
        )

    return [
        step(T + 20, "alice logged in"),
        step(T + 20.1, "a slow request has read the session, and waits"),
        step(T + 20.2, "the user logged out meanwhile"),
        step(T + 20.4, "RESURRECTED: the session lives again", is_ok=False, is_verdict=True),
    ]


def _rows() -> list[Event]:
    facts = written("zoe", T, "", who=("local|zoe", "Zoë Zhang")).facts
    endless = replace(facts, timers=(Timer(name="store", ends=None),))
    return [
        SessionSeen(at=T + 30, session="zoe", facts=facts),
        SessionSeen(at=T + 30, session="zoe-2", facts=endless),
    ]


def _disagreeing() -> SessionWritten:
    """Alice's row lives a week longer than what is sealed in her cookie."""
    made = written("alice", T + 40, "x31", reason="roll", created=NOW - 600)
    row = next(timer for timer in made.facts.timers if timer.name == "store")
    longer = replace(row, ends=(row.ends or 0) + WEEK)
    timers = [timer for timer in made.facts.timers if timer is not row]
    at = made.facts.timers.index(row)
    timers.insert(at, longer)
    return replace(made, facts=replace(made.facts, timers=tuple(timers)))


def _minted(token: str, at: float, parent: str = "", cause: str = "x40") -> TokenMinted:
    return TokenMinted(
        at=at,
        cause=cause,
        token="refresh",
        value=Secret.of(token),
        sub="local|alice",
        sid="family",
        parent=parent,
        expires=at + 2_592_000,
    )


def _ended(exchange: str, at: float, status: int) -> ExchangeEnded:
    found = ended(exchange, at, status)
    assert isinstance(found, ExchangeEnded)
    return found


def _sends(exchange: str, at: float, client: str, *names: str) -> ExchangeStarted:
    found = started(exchange, at, "/protected", client)
    assert isinstance(found, ExchangeStarted)
    cookies = tuple(CookieSeen(name=name, size=3500) for name in names)
    return replace(found, cookies=cookies, cookie_bytes=8700)
