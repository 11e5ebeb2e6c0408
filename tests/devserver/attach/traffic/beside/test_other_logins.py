"""An app that has two logins on one host: each has its own session, logout and refusals."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from session_inspector.devserver.core.events.session import (
    CookieLeft,
    SessionDestroyed,
    SessionLoaded,
    SessionRefused,
    SessionShownAgain,
    SessionWritten,
)
from session_inspector.devserver.core.values import fingerprint
from tests.devserver.attach.traffic.outcomes.refusing import lives, starlette
from tests.devserver.attach.traffic.scene import TrafficScene

SHOP = "shop_sid=Qm9vS8kT2wq5ZrVnYb1LxC7dJm4PfHs9"
ADMIN = "admin_sid=kT8wq2ZrV5nYb1LxC7dJm4PfHs9GaE3u"
OTHER = "admin_sid=Zr8wq2kTV5nYb1LxC7dJm4PfHs9GaE3x"
BOTH = f"{SHOP}; {ADMIN}"


@pytest.fixture
async def scene() -> AsyncIterator[TrafficScene]:
    found = TrafficScene()
    for name in ("shop", "admin"):
        await found.visit(f"GET /{name}/me", status=302, location=f"/{name}/login")
    yield found
    found.opener.close()


def line(cookie: str) -> str:
    return f"{cookie}; Path=/; HttpOnly; Max-Age=900"


def gone(name: str) -> str:
    return f"{name}=; Path=/; Max-Age=0"


async def log_in(scene: TrafficScene, app: str, cookie: str, jar: str = "") -> str:
    """Log in to one of the two; returns its session's name."""
    location = f"/{app}/me"
    await scene.visit(f"POST /{app}/login", jar, line(cookie), status=303, location=location)
    return scene.take(SessionWritten)[-1].session


async def log_in_twice(scene: TrafficScene) -> tuple[str, str]:
    """Log in to the shop, and then to the administration."""
    shop = await log_in(scene, "shop", SHOP)
    await scene.visit("GET /shop/me", SHOP)
    admin = await log_in(scene, "admin", ADMIN, SHOP)
    for app in ("admin", "shop"):
        await scene.visit(f"GET /{app}/me", BOTH)
    return shop, admin


async def test_a_login_by_another_form_begins_a_session_beside_the_first(
    scene: TrafficScene,
) -> None:
    shop, admin = await log_in_twice(scene)
    assert shop != admin
    assert [(one.reason, one.previous) for one in scene.take(SessionWritten)] == [("login", "")] * 2
    assert scene.take(SessionWritten)[-1].facts.name == "admin_sid · format unknown"
    assert [one.session for one in scene.take(SessionLoaded)][-2:] == [shop, admin]


async def test_each_of_two_sessions_has_its_own_logout(scene: TrafficScene) -> None:
    shop, admin = await log_in_twice(scene)
    await scene.visit("POST /admin/logout", BOTH, gone("admin_sid"), status=303, location="/")
    await scene.visit("GET /shop/me", SHOP)
    assert [one.session for one in scene.take(SessionDestroyed)] == [admin]
    await scene.visit("POST /shop/logout", SHOP, gone("shop_sid"), status=303, location="/")
    assert [one.session for one in scene.take(SessionDestroyed)] == [admin, shop]
    assert scene.take(CookieLeft) == []


async def test_a_page_refuses_the_session_that_it_needs(scene: TrafficScene) -> None:
    shop, admin = await log_in_twice(scene)
    await scene.visit("GET /admin/me", BOTH, status=302, location="/admin/login")
    assert [one.session for one in scene.take(SessionRefused)] == [admin]
    await scene.visit("GET /shop/me", BOTH)
    await scene.visit("GET /shop/me", BOTH, status=302, location="/shop/login")
    assert [one.session for one in scene.take(SessionRefused)] == [admin, shop]


@pytest.mark.parametrize(("status", "outcome"), [(200, "accepted"), (302, "refused")])
async def test_a_copy_of_one_session_is_seen_beside_the_other(
    scene: TrafficScene, status: int, outcome: str
) -> None:
    _, admin = await log_in_twice(scene)
    await scene.visit("POST /admin/logout", BOTH, gone("admin_sid"), status=303, location="/")
    await scene.visit("GET /admin/me", BOTH, status=status, location="/admin/login")
    (again,) = scene.take(SessionShownAgain)
    assert (again.session, again.outcome) == (admin, outcome)
    assert scene.take(SessionRefused) == []


async def test_the_session_of_one_login_is_nobody_s_for_the_other(scene: TrafficScene) -> None:
    await log_in_twice(scene)
    await scene.visit("POST /admin/logout", BOTH, gone("admin_sid"), status=303, location="/")
    await scene.visit("GET /admin/me", SHOP, status=401)
    assert scene.take(SessionRefused) == []
    second = await log_in(scene, "admin", OTHER, SHOP)
    assert scene.take(SessionWritten)[-1].reason == "login"
    await scene.visit("GET /admin/me", f"{SHOP}; {OTHER}")
    await scene.visit("POST /shop/logout", f"{SHOP}; {OTHER}", gone("shop_sid"), status=303)
    await scene.visit("GET /admin/me", OTHER)
    assert second not in [one.session for one in scene.take(SessionDestroyed)]
    assert scene.take(CookieLeft) == []


@pytest.mark.parametrize(
    ("request_line", "set_line"),
    [
        ("POST /shop/login", line("device=Zr8wq2kTV5nYb1LxC7dJm4PfHs9GaE3x")),
        ("POST /shop/login/otp", line("device=Zr8wq2kTV5nYb1LxC7dJm4PfHs9GaE3x")),
        ("POST /admin/login", line("remember_me=Zr8wq2kTV5nYb1LxC7dJm4PfHs9GaE3x")),
        ("POST /admin/login", "device=Zr8wq2kTV5nYb1LxC7dJm4PfHs9GaE3x; Path=/"),
        ("POST /profile", line("device=Zr8wq2kTV5nYb1LxC7dJm4PfHs9GaE3x")),
    ],
    ids=["same form", "a step of it", "remembers", "for scripts", "no login"],
)
async def test_what_is_no_login_of_its_own_joins_the_session(
    scene: TrafficScene, request_line: str, set_line: str
) -> None:
    """The near misses."""
    shop = await log_in(scene, "shop", SHOP)
    await scene.visit("GET /shop/me", SHOP)
    await scene.visit(request_line, SHOP, set_line, status=303, location="/shop/me")
    assert {one.session for one in scene.take(SessionWritten)} == {shop}


async def test_what_one_login_sets_is_one_session_and_its_logout_is_incomplete(
    scene: TrafficScene,
) -> None:
    """The near miss: `remember` beside the id, set together."""
    remember = "remember=Zr8wq2kTV5nYb1LxC7dJm4PfHs9GaE3x"
    await scene.visit("POST /shop/login", "", line(SHOP), line(remember), status=303)
    await scene.visit("GET /shop/me", f"{SHOP}; {remember}")
    await scene.visit("POST /shop/logout", f"{SHOP}; {remember}", gone("shop_sid"), status=303)
    await scene.visit("GET /shop/me", remember)
    assert [one.outcome for one in scene.take(CookieLeft)] == ["unknown", "accepted"]


async def test_a_login_that_goes_on_at_another_form_is_one(scene: TrafficScene) -> None:
    """The near miss: no page has answered what its first form set."""
    first = await log_in(scene, "shop", SHOP)
    assert await log_in(scene, "admin", ADMIN, SHOP) == first


# -- a first session that can be read ----------------------------------------------------------


async def read_then(scene: TrafficScene, request: str, cookie: str) -> list[str]:
    """Log in to a shop whose cookie can be read, then by a request that sets a cookie."""
    shop = starlette("secret", user="ann").replace("session=", "shop=")
    await scene.visit("POST /shop/login", "", line(shop), status=302, location="/shop/me")
    await scene.visit("GET /shop/me", shop)
    await scene.visit(request, shop, cookie, status=302, location="/admin/me")
    await scene.visit("POST /admin/logout", f"{shop}; {ADMIN}", gone("admin_sid"), status=302)
    return lives(scene)


async def test_a_login_beside_a_session_that_can_be_read_is_another() -> None:
    scene = TrafficScene("secret")
    await scene.visit("GET /shop/me", status=302, location="/shop/login")
    assert await read_then(scene, "POST /admin/login", line(ADMIN)) == ["", "logged-out"]
    (ended,) = scene.take(SessionDestroyed)
    assert ended.session == fingerprint(ADMIN.partition("=")[2])


@pytest.mark.parametrize(
    ("request_line", "cookie"),
    [
        ("POST /shop/login/otp", line(ADMIN)),
        ("POST /settings", line(ADMIN)),
        ("POST /admin/login", ADMIN),
    ],
    ids=["a step", "no login", "for scripts"],
)
async def test_what_is_no_other_login_joins_the_session_that_can_be_read(
    request_line: str, cookie: str
) -> None:
    """The near misses."""
    scene = TrafficScene("secret")
    await scene.visit("GET /shop/me", status=302, location="/shop/login")
    assert len(await read_then(scene, request_line, cookie)) == 1


async def test_a_401_of_the_one_that_was_logged_out_refuses_not_the_other() -> None:
    """A page of the administration's, in an app of scripts: each guard answers 401."""
    scene = TrafficScene()
    for name in ("shop", "admin"):
        await scene.visit(f"GET /{name}/api", status=401)
    await scene.visit("POST /shop/login", "", line(SHOP), status=200)
    await scene.visit("GET /shop/api", SHOP)
    await scene.visit("POST /admin/login", SHOP, line(ADMIN), status=200)
    await scene.visit("GET /admin/api", BOTH)
    await scene.visit("POST /admin/logout", BOTH, gone("admin_sid"), status=200)
    await scene.visit("GET /admin/api", SHOP, status=401)
    assert scene.take(SessionRefused) == []
    assert lives(scene) == ["", "logged-out"]
    await scene.visit("GET /shop/api", SHOP, status=401)
    assert [one.cause for one in scene.take(SessionRefused)] == ["x9"]
