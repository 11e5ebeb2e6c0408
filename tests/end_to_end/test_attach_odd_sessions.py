"""Sessions of little apps that follow no framework: nothing untrue is reported of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx
from starlette.applications import Starlette

from session_inspector.devserver.attach.attach_settings import AttachSettings
from session_inspector.devserver.attach.proxy.route import route_to
from session_inspector.devserver.core.events.exchange import ExchangeEnded
from session_inspector.devserver.core.events.session import (
    CookieReused,
    SessionDestroyed,
    SessionShownAgain,
    SessionWritten,
)
from session_inspector.inspector.model.views.selectors.row import why_not_revocable
from tests.end_to_end.attached import Attached, attached, served
from tests.end_to_end.odd_sessions import (
    another_name_after_login,
    logout_with_another_path,
    new_id_at_each_request,
    one_name_on_each_port,
    two_refresh_cookies,
)
from tests.waiting import PATIENCE


@contextmanager
def watched(make: Callable[[], Starlette]) -> Iterator[Attached]:
    with served(make()) as url, attached(AttachSettings(route=route_to(url))) as it:
        yield it


def alarms(it: Attached) -> list[str]:
    return [alarm.kind for alarm in it.state().alarms.raised]


def reasons(it: Attached) -> list[str]:
    return [written.reason for written in it.told(SessionWritten)]


async def test_two_refresh_cookies_beside_a_token_are_one_session() -> None:
    with watched(two_refresh_cookies) as it:
        async with httpx.AsyncClient(base_url=it.base_url, timeout=PATIENCE) as browser:
            for path in ("/login", "/refresh", "/device", "/refresh"):
                await browser.post(path)
            await browser.get("/me")
            await browser.post("/logout")
        it.wait_for(ExchangeEnded, 6)
        row = it.only_row()
        assert (row.who, row.life) == ("alice", "logged-out")
        assert reasons(it) == ["login", "rotate", "rotate", "rotate"]
        assert len(it.told(SessionDestroyed)) == 1
        assert alarms(it) == []


async def test_without_a_store_revoke_says_so_before_it_asks() -> None:
    with watched(two_refresh_cookies) as it:
        async with httpx.AsyncClient(base_url=it.base_url, timeout=PATIENCE) as browser:
            await browser.post("/login")
        session = it.only_row().session
        state = it.state()
        known = state.sessions[session]
        assert "no store is watched" in why_not_revocable(state, known)


async def test_a_cookie_of_another_name_after_the_login_is_another_session() -> None:
    with watched(another_name_after_login) as it:
        async with httpx.AsyncClient(base_url=it.base_url, timeout=PATIENCE) as browser:
            await browser.get("/")
            await browser.post("/login")
            await browser.get("/me")
        it.wait_for(ExchangeEnded, 3)
        found = [(row.who, row.life) for row in it.rows()]
        assert found == [
            ("member · format unknown", "live"),
            ("guest · format unknown", "replaced"),
        ]
        assert it.told(SessionDestroyed) == []
        assert alarms(it) == []


async def test_an_id_that_each_response_renews_is_one_session_and_no_reuse() -> None:
    with watched(new_id_at_each_request) as it:
        async with httpx.AsyncClient(base_url=it.base_url, timeout=PATIENCE) as browser:
            await browser.post("/login")
            await browser.get("/")
            await asyncio.gather(*(browser.get(path) for path in ("/", "/other", "/", "/other")))
            await browser.get("/")
        it.wait_for(ExchangeEnded, 7)
        assert it.only_row().life == "live"
        assert reasons(it) == ["login", *["rotate"] * 6]
        assert it.told(CookieReused) == []
        assert alarms(it) == []


async def test_a_logout_that_deletes_at_another_path_ends_nothing() -> None:
    with watched(logout_with_another_path) as it:
        async with httpx.AsyncClient(base_url=it.base_url, timeout=PATIENCE) as browser:
            await browser.post("/app/login")
            await browser.post("/app/logout")
            answer = await browser.get("/app/")
        assert answer.status_code == 200, "it sends the cookie, and is logged in"
        it.wait_for(ExchangeEnded, 3)
        assert it.only_row().life == "in-doubt", "nothing shows what the app made of the logout"
        assert it.told(SessionShownAgain) == [] == it.told(SessionDestroyed)
        assert alarms(it) == ["useless deletion"]


async def test_a_cookie_of_the_app_on_another_port_is_nobody_s_logout_or_reuse() -> None:
    with watched(one_name_on_each_port) as one, watched(one_name_on_each_port) as other:
        async with httpx.AsyncClient(timeout=PATIENCE) as browser:
            await browser.post(f"{one.base_url}/login")
            await browser.post(f"{other.base_url}/login")
            answer = await browser.get(f"{one.base_url}/")
            assert answer.status_code == 401, "cookies know no ports: it got the other app's"
            await browser.post(f"{one.base_url}/login")
            await browser.get(f"{one.base_url}/")
        one.wait_for(ExchangeEnded, 4)
        other.wait_for(ExchangeEnded, 1)
        assert [row.life for row in one.rows()] == ["live", "live"]
        assert reasons(one) == ["login", "login"]
        for it in (one, other):
            assert (alarms(it), it.told(SessionDestroyed)) == ([], [])
            assert (it.told(CookieReused), it.told(SessionShownAgain)) == ([], [])
