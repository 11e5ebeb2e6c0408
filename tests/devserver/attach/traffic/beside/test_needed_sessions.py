"""An app with two logins whose pages answer 401: what each accepts alone shows what it needs."""

from __future__ import annotations

from session_inspector.devserver.core.events.session import SessionRefused, SessionWritten
from tests.devserver.attach.traffic.scene import TrafficScene

SHOP = "shop_sid=Qm9vS8kT2wq5ZrVnYb1LxC7dJm4PfHs9"
ADMIN = "admin_sid=kT8wq2ZrV5nYb1LxC7dJm4PfHs9GaE3u"
BOTH = f"{SHOP}; {ADMIN}"


def line(cookie: str) -> str:
    return f"{cookie}; Path=/; HttpOnly; Max-Age=900"


async def begin() -> TrafficScene:
    """Log in to both; only the shop's page is ever asked with the shop's cookie alone."""
    scene = TrafficScene()
    for name in ("shop", "admin"):
        await scene.visit(f"GET /api/{name}", status=401)
    await scene.visit("POST /shop/login", "", line(SHOP), status=303)
    await scene.visit("GET /api/shop", SHOP)
    await scene.visit("POST /admin/login", SHOP, line(ADMIN), status=303)
    for name in ("shop", "admin"):
        await scene.visit(f"GET /api/{name}", BOTH)
    return scene


async def test_a_page_that_has_accepted_one_session_alone_needs_that_one() -> None:
    scene = await begin()
    await scene.visit("GET /api/shop", BOTH, status=401)
    (refused,) = scene.take(SessionRefused)
    assert refused.session == scene.take(SessionWritten)[0].session
    scene.opener.close()


async def test_of_a_page_that_was_only_asked_with_both_nobody_knows_which() -> None:
    """The near miss."""
    scene = await begin()
    await scene.visit("GET /api/admin", BOTH, status=401)
    assert scene.take(SessionRefused) == []
    scene.opener.close()
