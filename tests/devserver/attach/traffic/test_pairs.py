"""Two pairs of tokens in one jar are two sessions, told apart by what was set together."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from session_inspector.devserver.core.events.session import (
    CookieReused,
    SessionDestroyed,
    SessionRefused,
    SessionWritten,
)
from tests.devserver.attach.traffic.scene import TrafficScene
from tests.devserver.attach.traffic.test_learned_sessions import FIRST, SECOND, THIRD, token

DRAWN = FIRST[::-1]


@pytest.fixture
async def scene() -> AsyncIterator[TrafficScene]:
    found = TrafficScene()
    yield found
    found.opener.close()


def line(name: str, value: str) -> str:
    return f"{name}={value}; Path=/; HttpOnly; Max-Age=3600"


def pair(app: str, access: str, refresh: str) -> tuple[str, str]:
    return line(f"{app}_access", access), line(f"{app}_refresh", refresh)


def sent(*lines: str) -> str:
    return "; ".join(one.partition(";")[0] for one in lines)


@pytest.mark.parametrize("is_opaque", [False, True], ids=["tokens", "opaque"])
@pytest.mark.parametrize("login", ["POST /blog/login", "GET /blog/enter"])
async def test_each_pair_is_a_session_with_rotations_and_an_end_of_its_own(
    scene: TrafficScene, is_opaque: bool, login: str
) -> None:
    tokens = [token(), token(), token()]
    if is_opaque:
        tokens = [f"{DRAWN}{number}" for number in range(3)]
        login = "POST /blog/login"  # what else begins there nobody can tell
    shop = pair("shop", tokens[0], FIRST)
    first = (await scene.visit("POST /shop/login", "", *shop))["shop_refresh"]
    blog = pair("blog", tokens[1], SECOND)
    second = (await scene.visit(login, sent(*shop), *blog))["blog_refresh"]
    assert first != second
    again = pair("blog", tokens[2], THIRD)
    holders = await scene.visit("POST /blog/refresh", sent(*shop, *blog), *again)
    assert {holders["blog_access"], holders["blog_refresh"]} == {second}
    written = [(one.session, one.reason) for one in scene.take(SessionWritten)]
    assert written == [(first, "login"), (second, "login"), (second, "rotate")]
    await scene.visit("GET /me", sent(*shop, *again))
    gone = ("blog_access=; Path=/; Max-Age=0", "blog_refresh=; Path=/; Max-Age=0")
    await scene.visit("POST /blog/logout", sent(*shop, *again), *gone)
    assert [(one.session, one.reason) for one in scene.take(SessionDestroyed)] == [
        (second, "logout")
    ]
    await scene.visit("POST /shop/refresh", sent(*shop), *pair("shop", token(), DRAWN))
    assert scene.take(SessionWritten)[-1].session == first
    assert (scene.take(CookieReused), scene.take(SessionRefused)) == ([], [])


async def test_both_pairs_are_ended_by_one_response(scene: TrafficScene) -> None:
    shop = pair("shop", token(), FIRST)
    blog = pair("blog", token(), SECOND)
    await scene.visit("POST /shop/login", "", *shop)
    await scene.visit("POST /blog/login", sent(*shop), *blog)
    jar = sent(*shop, *blog)
    names = [one.partition("=")[0] for one in (*shop, *blog)]
    await scene.visit("POST /logout", jar, *(f"{name}=; Path=/; Max-Age=0" for name in names))
    assert len({one.session for one in scene.take(SessionDestroyed)}) == 2


async def test_a_replaced_value_of_the_second_pair_is_reuse_of_that_one(
    scene: TrafficScene,
) -> None:
    shop = pair("shop", token(), FIRST)
    blog = pair("blog", token(), SECOND)
    await scene.visit("POST /shop/login", "", *shop)
    second = (await scene.visit("POST /blog/login", sent(*shop), *blog))["blog_refresh"]
    old = sent(*shop, *blog)
    await scene.visit("POST /blog/refresh", old, *pair("blog", token(), THIRD))
    scene.clock.advance(5)
    await scene.visit("POST /blog/refresh", old, status=401)
    (reused,) = scene.take(CookieReused)
    assert (reused.session, reused.name, reused.outcome) == (second, "blog_refresh", "refused")


async def test_a_cookie_that_comes_later_is_a_companion(scene: TrafficScene) -> None:
    shop = pair("shop", token(), FIRST)
    first = (await scene.visit("POST /login", "", *shop))["shop_refresh"]
    holders = await scene.visit("POST /device", sent(*shop), line("device", SECOND))
    assert holders["device"] == first
