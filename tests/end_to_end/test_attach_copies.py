"""A cookie of a session that is over, sent to a real app: what is said of it is true everywhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from http.cookies import SimpleCookie

import httpx
import pytest
from itsdangerous import BadSignature, TimestampSigner
from starlette.applications import Starlette
from starlette.requests import Request as WebRequest
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from session_inspector.devserver.attach.attach_settings import AttachSettings
from session_inspector.devserver.attach.proxy.route import route_to
from session_inspector.devserver.core.events.exchange import ExchangeEnded
from session_inspector.inspector.model.views.cookies import live_cookie_rows
from session_inspector.inspector.model.views.event_lines import line_of
from session_inspector.inspector.model.views.ladder import timer_rows
from session_inspector.inspector.model.views.lamps import lamps_of
from tests.end_to_end.attached import Attached, attached, served
from tests.inspector.agreement import disagreements
from tests.waiting import PATIENCE

SIGNER = TimestampSigner("hush-hush")
SECRETS: Sequence[Sequence[str]] = (["hush-hush"], [])
ACCEPTED = "the app accepted a copy sent after it was gone"


async def login(request: WebRequest) -> Response:
    made = PlainTextResponse("hello")
    value = SIGNER.sign(b"eyJ1c2VyIjoiYW5uIn0=").decode()
    made.headers["set-cookie"] = f"session={value}; HttpOnly; Path=/; Max-Age=3600"
    return made


async def out(request: WebRequest) -> Response:
    return PlainTextResponse("bye", headers={"set-cookie": "session=; Path=/; Max-Age=0"})


async def me(request: WebRequest) -> Response:
    try:
        SIGNER.unsign(request.cookies.get("session", ""))
    except BadSignature:
        return PlainTextResponse("who?", status_code=401)
    return PlainTextResponse("ann")


async def never(request: WebRequest) -> Response:
    return PlainTextResponse("who?", status_code=401)


@pytest.fixture
def app_url() -> Iterator[str]:
    routes = [Route("/login", login), Route("/out", out), Route("/me", me), Route("/no", never)]
    with served(Starlette(routes=routes)) as url:
        yield url


def log_in(it: Attached) -> dict[str, str]:
    """Log in; returns the headers that send the cookie, as anybody can who has a copy."""
    line = httpx.get(f"{it.base_url}/login", timeout=PATIENCE).headers["set-cookie"]
    return {"cookie": f"session={SimpleCookie(line)['session'].value}"}


def ask(it: Attached, path: str, headers: dict[str, str], count: int) -> None:
    httpx.get(f"{it.base_url}{path}", headers=headers, timeout=PATIENCE)
    it.eventually(lambda: len(it.told(ExchangeEnded)) == count)


@pytest.mark.parametrize("secrets", SECRETS, ids=["opened", "not opened"])
def test_a_copy_that_is_accepted_after_the_logout_is_an_alarm_and_all_panes_agree(
    app_url: str, secrets: Sequence[str]
) -> None:
    with attached(AttachSettings(route=route_to(app_url), secrets=secrets)) as it:
        headers = log_in(it)
        ask(it, "/out", headers, 2)
        ask(it, "/me", headers, 3)
        assert [alarm.kind for alarm in it.state().alarms.raised if "copy" in alarm.kind] == []
        ask(it, "/me", {}, 4)
        state = it.state()
        now = it.running.clock.now()
        (row,) = it.rows()
        assert (row.life, row.cookies) == ("accepted", 0)
        how, _, what = row.reason.partition(", but ")
        assert how == "logged out (the response deleted its cookie)"
        assert what.startswith("a copy is accepted: GET /me: 200 in x3;")
        assert row.size > 0
        assert live_cookie_rows(state, row.session, now) == []
        lamps = {lamp.name: lamp.how for lamp in lamps_of(state, row.session, now)}
        assert lamps["cookie"] == "○ dead"
        clocks = timer_rows(state, row.session, now)
        assert all(clock.is_stopped for clock in clocks if clock.name == "cookie")
        sealed = [clock for clock in clocks if clock.name == "sealed"]
        assert not any(clock.is_stopped for clock in sealed), "the copy ends by what it has inside"
        assert [alarm.kind for alarm in state.alarms.raised if alarm.kind == "copy accepted"]
        assert ACCEPTED in [line_of(event)[1] for event in it.events()]
        assert disagreements(state, now) == []


@pytest.mark.parametrize("secrets", SECRETS, ids=["opened", "not opened"])
def test_a_session_that_the_app_refuses_is_not_alive(app_url: str, secrets: Sequence[str]) -> None:
    with attached(AttachSettings(route=route_to(app_url), secrets=secrets)) as it:
        headers = log_in(it)
        ask(it, "/no", headers, 2)
        (row,) = it.rows()
        assert row.life == "refused"
        assert row.reason.startswith("the app refused it (401): GET /no, at ")
        now = it.running.clock.now()
        lamps = {lamp.name: lamp.how for lamp in lamps_of(it.state(), row.session, now)}
        assert lamps["cookie"] == "○ dead"
        assert disagreements(it.state(), now) == []
        ask(it, "/me", headers, 3)
        (row,) = it.rows()  # whether /me needs a session nobody has seen
        assert (row.life, disagreements(it.state(), now)) == ("in-doubt", [])
        assert row.reason.startswith("refused at /no, answered at /me")
