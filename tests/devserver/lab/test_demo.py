"""The demo site: pages for those who are signed in, answers for those who are not."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from starlette.requests import Request

from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.errors import InspectorError, StoreUnavailable
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.lab.demo import Demo, Wait

SESSION: JsonObject = {
    "user": {"sub": "local|alice", "name": "<b>Alice</b>"},
    "tokenSet": {"expiresAt": 10**15},
    "internal": {"sid": "s1", "createdAt": 0},
}


class Scene:
    """The site over a session that a test hands in."""

    def __init__(
        self,
        session: JsonObject | None = None,
        *,
        outage: bool = False,
        problem: InspectorError | None = None,
    ) -> None:
        self.session = session
        self.waits: dict[str, Wait] = {}
        self._is_away = outage
        self._problem = problem
        demo = Demo(self._get_session, self._refresh, ManualClock(0), "stateful", self.waits)
        self.http = httpx.AsyncClient(
            transport=httpx.ASGITransport(demo.app), base_url="http://app.test"
        )

    async def _get_session(self, request: Request) -> JsonObject | None:
        if self._is_away:
            raise StoreUnavailable("nobody there")
        return self.session

    async def _refresh(self, request: Request, *, refresh: bool) -> JsonObject:
        assert refresh
        if self._problem is not None:
            raise self._problem
        return {"expiresAt": 60, "scope": "openid", "accessToken": "secret"}


@pytest.mark.parametrize(
    ("path", "status", "text"),
    [
        ("/", 200, "Nobody is signed in"),
        ("/protected", 401, "This page is for members"),
        ("/api/me", 401, "not_authenticated"),
        ("/api/slow", 401, "not_authenticated"),
    ],
)
async def test_without_a_session(path: str, status: int, text: str) -> None:
    answer = await Scene().http.get(path)
    assert (answer.status_code, text in answer.text) == (status, True)


async def test_with_a_session_its_facts_are_shown_harmlessly() -> None:
    answer = await Scene(SESSION).http.get("/")
    assert "Hello, &lt;b&gt;Alice&lt;/b&gt;" in answer.text
    assert "1970-01-01 00:00:00 UTC" in answer.text
    assert "(no date)" in answer.text, "a number that is no moment breaks nothing"
    assert (await Scene(SESSION).http.get("/protected")).status_code == 200
    assert (await Scene(SESSION).http.get("/api/me")).json() == {"user": SESSION["user"]}


@pytest.mark.parametrize("path", ["/", "/protected", "/api/me", "/api/slow"])
async def test_a_store_that_is_away_is_a_503(path: str) -> None:
    answer = await Scene(outage=True).http.get(path)
    assert (answer.status_code, answer.json()["error"]) == (503, "store_unavailable")


async def test_a_refresh_answers_without_the_token() -> None:
    answer = await Scene(SESSION).http.get("/api/refresh")
    assert answer.json() == {"expires_at": 60, "scope": "openid"}


async def test_a_refresh_that_fails_has_its_code_and_an_outage_stays_one() -> None:
    refused = Scene(SESSION, problem=InspectorError("it was used before", code="refresh_reused"))
    answer = await refused.http.get("/api/refresh")
    assert (answer.status_code, answer.json()["error"]) == (401, "refresh_reused")
    away = Scene(SESSION, problem=StoreUnavailable("nobody there"))
    assert (await away.http.get("/api/refresh")).status_code == 503


async def test_a_slow_request_goes_on_when_it_may() -> None:
    scene = Scene(SESSION)
    wait = scene.waits.setdefault("here", Wait())
    slow = asyncio.ensure_future(scene.http.get("/api/slow?wait=here"))
    await wait.arrived.wait()
    assert not slow.done()
    wait.go_on.set()
    assert (await slow).status_code == 200
