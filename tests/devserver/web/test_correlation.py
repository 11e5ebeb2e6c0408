"""The lab's provider hears for which exchange it is asked, and nobody else does."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from session_inspector.devserver.client.tokens.endpoint import (
    ExchangeNamingTransport,
    SharedTransport,
)
from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.commands import Command, Login, Logout, RefreshTokens
from session_inspector.devserver.core.correlation import EXCHANGE, EXCHANGE_HEADER
from session_inspector.devserver.core.events.exchange import ExchangeStarted
from session_inspector.devserver.core.events.session import SessionWritten
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.host import start_lab
from session_inspector.devserver.settings import load_settings
from session_inspector.devserver.web.correlation import make_correlation_hook, read_exchange
from session_inspector.devserver.web.tap import Tap, TapContext, exchange_numbers

ISSUER = "http://localhost:3001/"


async def sent(url: str, cause: str) -> httpx.Headers:
    """Return the headers that go out for an exchange."""
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200)

    hooks = {"request": [make_correlation_hook(ISSUER)]}
    lab = httpx.AsyncClient(transport=httpx.MockTransport(answer), event_hooks=hooks)
    async with (
        lab,
        httpx.AsyncClient(transport=ExchangeNamingTransport(SharedTransport(lab), cause)) as http,
    ):
        await http.post(url)
    return seen[0].headers


async def test_the_labs_provider_learns_the_exchange() -> None:
    assert (await sent(f"{ISSUER}oauth/token", "x7"))[EXCHANGE_HEADER] == "x7"


@pytest.mark.parametrize(
    ("url", "cause"),
    [
        ("https://tenant.example.com/oauth/token", "x7"),
        ("http://localhost:3002/oauth/token", "x7"),
        ("http://localhost:30010/oauth/token", "x7"),
        (f"{ISSUER}oauth/token", ""),
    ],
)
async def test_nobody_else_is(url: str, cause: str) -> None:
    headers = await sent(url, cause)
    assert EXCHANGE_HEADER not in headers
    assert EXCHANGE not in headers


@pytest.mark.parametrize("value", ["", "c3", "x", "x7 x8", "x7\n", "alice", "x" + "9" * 13])
def test_other_texts_name_no_exchange(value: str) -> None:
    assert read_exchange(value) == ""


@pytest.mark.parametrize(("party", "within"), [("provider", "x7"), ("app", "")])
async def test_only_the_providers_tap_listens(party: str, within: str) -> None:
    events: list[Event] = []
    watch = TapContext(
        clock=ManualClock(5.0),
        publish=events.append,
        session_of=lambda exchange: "",
        is_session_cookie=lambda name: False,
        numbers=exchange_numbers(),
    )
    tap = Tap(Starlette(), watch, "provider" if party == "provider" else "app")
    transport = httpx.ASGITransport(tap)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as http:
        await http.post("/oauth/token", headers={EXCHANGE_HEADER: "x7"})
    assert [e.within for e in events if isinstance(e, ExchangeStarted)] == [within]


def test_in_a_lab_each_grant_names_the_browsers_request(tmp_path: Path) -> None:
    settings = load_settings({"store": "sqlite://:memory:"}, {"HOME": str(tmp_path)})
    lab = start_lab(settings)

    def ask(command: Command) -> None:
        reply = lab.submit(lab.control.execute(command)).result(20)
        assert reply.is_ok, reply

    try:
        ask(Login(user="local|alice"))
        written = [e for e in lab.journal.since(0)[0] if isinstance(e, SessionWritten)]
        ask(RefreshTokens(session=written[-1].session))
        ask(Logout(session=written[-1].session))
        started = [e for e in lab.journal.since(0)[0] if isinstance(e, ExchangeStarted)]
    finally:
        lab.stop()
    by_id = {event.exchange: event for event in started}
    asked = [e for e in started if e.party == "provider" and e.client == "httpx" and e.within]
    behind = [
        (e.path, by_id[e.within].client, by_id[e.within].path.partition("?")[0]) for e in asked
    ]
    assert behind == [
        ("/oauth/token", "lab:alice", "/auth/callback"),
        ("/oauth/token", "lab:alice", "/api/refresh"),
        ("/oauth/revoke", "lab:alice", "/auth/logout"),
    ]
