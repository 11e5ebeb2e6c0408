"""Apps of no known format behind the proxy: what the traffic shows of their sessions."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterator

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from session_inspector.devserver.attach.attach_settings import AttachSettings
from session_inspector.devserver.attach.proxy.route import route_to
from session_inspector.devserver.core.clock import SystemClock
from session_inspector.devserver.core.events.exchange import ExchangeEnded
from session_inspector.devserver.core.events.session import SessionWritten
from tests.end_to_end.attached import Attached, attached, served
from tests.waiting import PATIENCE

KEY = OctKey.import_key(b"k" * 32)
MONTH = 2_592_000


class RefreshPair:
    """An access token beside a rotating refresh cookie, with reuse detection."""

    def __init__(self) -> None:
        self.live: dict[str, str] = {}
        """Family to the refresh token that is current."""
        self.families: dict[str, str] = {}
        routes = [
            Route("/login", self.login, methods=["POST"]),
            Route("/auth/refresh", self.refresh, methods=["POST"]),
        ]
        self.app = Starlette(routes=routes)

    async def login(self, request: Request) -> Response:
        return self._give(secrets.token_hex(4))

    async def refresh(self, request: Request) -> Response:
        token = request.cookies.get("or_refresh", "")
        family = self.families.get(token, "")
        await asyncio.sleep(0.05)  # what makes requests meet: the app looks into its database
        if self.live.get(family) == token:
            return self._give(family)
        answer = JSONResponse({"code": "REUSED"}, status_code=401)
        if family in self.live:
            del self.live[family]
            for name in ("or_access", "or_refresh"):
                answer.delete_cookie(name)
        return answer

    def _give(self, family: str) -> Response:
        token = secrets.token_urlsafe(32)
        self.families[token] = family
        self.live[family] = token
        claims = {"sub": "alice", "exp": int(SystemClock().now()) + 60}
        answer = JSONResponse({"ok": True}, headers={"cache-control": "no-store"})
        access = jwt.encode({"alg": "HS256"}, claims, KEY)
        answer.set_cookie("or_access", access, max_age=60, httponly=True)
        answer.set_cookie("or_refresh", token, max_age=MONTH, httponly=True)
        return answer


def answered(it: Attached, count: int) -> None:
    """Wait until so many responses were reported."""
    it.eventually(lambda: len(it.told(ExchangeEnded)) >= count)


@pytest.fixture
def pair() -> Iterator[Attached]:
    with served(RefreshPair().app) as url, attached(AttachSettings(route=route_to(url))) as it:
        yield it


async def test_a_refresh_pair_is_one_session_and_its_reuse_kill_an_alarm(pair: Attached) -> None:
    async with httpx.AsyncClient(base_url=pair.base_url, timeout=PATIENCE) as browser:
        await browser.post("/login")
        await browser.post("/auth/refresh")
        answers = await asyncio.gather(*(browser.post("/auth/refresh") for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [200, 401, 401]
    answered(pair, 5)
    (row,) = pair.rows()
    assert (row.who, row.life) == ("alice", "revoked")
    assert row.reason == "a replaced cookie was presented again, and the app ended the session"
    reasons = [written.reason for written in pair.told(SessionWritten)]
    assert reasons[:2] == ["login", "rotate"]
    assert reasons.count("login") == 1
    (alarm,) = pair.state().alarms.raised
    assert (alarm.kind, alarm.session) == ("refresh reuse", row.session)
    assert "the app ended the session, its cookies were deleted" in alarm.text


async def test_a_refresh_pair_that_is_used_well_raises_no_alarm(pair: Attached) -> None:
    async with httpx.AsyncClient(base_url=pair.base_url, timeout=PATIENCE) as browser:
        await browser.post("/login")
        for _ in range(3):
            await browser.post("/auth/refresh")
    answered(pair, 4)
    assert pair.only_row().life == "live"
    assert pair.state().alarms.raised == ()


def loop_app() -> Starlette:
    async def dashboard(request: Request) -> Response:
        if "sid" in request.cookies:
            return Response("in")
        return RedirectResponse("/login?next=/dashboard", 302)

    async def login(request: Request) -> Response:
        answer = RedirectResponse("/dashboard", 302)
        answer.set_cookie("sid", secrets.token_hex(16), secure=True, httponly=True)
        return answer

    return Starlette(routes=[Route("/dashboard", dashboard), Route("/login", login)])


async def test_a_redirect_loop_is_one_alarm_with_its_reason() -> None:
    with served(loop_app()) as url, attached(AttachSettings(route=route_to(url))) as it:
        async with httpx.AsyncClient(
            base_url=it.base_url, follow_redirects=True, timeout=PATIENCE
        ) as browser:
            with pytest.raises(httpx.TooManyRedirects):
                await browser.get("/dashboard")
        answered(it, 20)
        (alarm,) = it.state().alarms.raised
        assert alarm.kind == "redirect loop"
        assert "Secure over plain http" in alarm.text


def unknown_app() -> Starlette:
    async def login(request: Request) -> Response:
        answer = Response("in", headers={"cache-control": "no-store"})
        answer.set_cookie("who", "alice", max_age=60)
        return answer

    async def page(request: Request) -> Response:
        return Response(request.cookies.get("who", ""))

    return Starlette(routes=[Route("/login", login, methods=["POST"]), Route("/", page)])


@pytest.mark.parametrize(("cookies", "found"), [((), []), (("who",), ["who · format unknown"])])
async def test_a_cookie_is_a_session_when_somebody_says_so(
    cookies: tuple[str, ...], found: list[str]
) -> None:
    with served(unknown_app()) as url:
        settings = AttachSettings(route=route_to(url), cookies=cookies)
        with attached(settings) as it:
            async with httpx.AsyncClient(base_url=it.base_url, timeout=PATIENCE) as browser:
                await browser.post("/login")
                await browser.get("/")
            answered(it, 2)
            assert [row.who for row in it.rows()] == found
