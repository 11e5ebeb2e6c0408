"""better-auth keeps the admin's session in another cookie while he is somebody else."""

from __future__ import annotations

import hmac
from base64 import b64encode
from urllib.parse import quote

import pytest

from session_inspector.devserver.core.events.session import SessionDestroyed, SessionShownAgain
from tests.devserver.attach.traffic.outcomes.refusing import lives
from tests.devserver.attach.traffic.scene import TrafficScene

PREFIX = "better-auth."
KEPT = "; Path=/; HttpOnly; Max-Age=600"


def signed(token: str) -> str:
    digest = b64encode(hmac.digest(b"secret", token.encode(), "sha256")).decode()
    return quote(f"{token}.{digest}", safe="")


ANN = signed("6rjWq0AZdk3Lm9TyUe5vBn8QxZc2Pf1R")
BOB = signed("VH470H6bQwSa7GhJ3kLp5NmXc9Zv1Ty2")


def gone(name: str) -> str:
    return f"{PREFIX}{name}=; Max-Age=0; Path=/"


@pytest.mark.parametrize("secrets", [("secret",), ()], ids=["secret", "no secret"])
async def test_an_admin_who_is_himself_again_has_not_logged_out(secrets: tuple[str, ...]) -> None:
    scene = TrafficScene(*secrets)
    ann = f"{PREFIX}session_token={ANN}"
    bob = f"{PREFIX}session_token={BOB}"
    kept = f"{PREFIX}admin_session={ANN}"
    await scene.visit("GET /me", status=401)
    await scene.visit("POST /api/auth/sign-in/email", "", ann + KEPT)
    await scene.visit("GET /me", ann)
    become = "POST /api/auth/admin/impersonate-user"
    await scene.visit(become, ann, gone("session_token"), kept + KEPT, bob + KEPT)
    await scene.visit("GET /me", f"{kept}; {bob}")
    back = "POST /api/auth/admin/stop-impersonating"
    await scene.visit(back, f"{kept}; {bob}", ann + KEPT, gone("admin_session"))
    await scene.visit("GET /me", ann)
    assert scene.take(SessionDestroyed) == []
    assert scene.take(SessionShownAgain) == []
    assert "" in lives(scene)
