"""Apps that refuse: their cookies in three formats, a login, and what is shown of its session."""

from __future__ import annotations

import hashlib
import json
from base64 import b64encode
from collections.abc import Callable

import pytest
from itsdangerous import TimestampSigner

from session_inspector.devserver.core.events.session import SessionWritten
from session_inspector.devserver.core.values import Json
from tests.devserver.attach.traffic.scene import NOW, TrafficScene
from tests.inspector.model.events import state_of

DELETED = "session=; Path=/; Max-Age=0"


class Signer(TimestampSigner):
    """Signs a text with the same result at any time."""

    def get_timestamp(self) -> int:
        return int(NOW)


def starlette(secret: str, **content: Json) -> str:
    """Return a cookie as Starlette's SessionMiddleware signs it."""
    text = b64encode(json.dumps(content).encode())
    return f"session={Signer(secret).sign(text).decode()}"


def unknown(number: int) -> str:
    """Return an id of CherryPy: the hexdigits of a SHA-1."""
    return f"session={hashlib.sha1(b'%d' % number).hexdigest()}"


def opened(number: int) -> str:
    return starlette("secret", user="ann", number=number)


def php(number: int) -> str:
    return f"PHPSESSID={'abcdefgh'[number] * 20}012345"


ids = pytest.mark.parametrize("make", [unknown, php])
every_kind = pytest.mark.parametrize("make", [unknown, php, opened])
every_refusal = pytest.mark.parametrize(
    ("status", "location"), [(401, ""), (302, "/users/sign_in?next=/me"), (303, "/session/new")]
)
Make = Callable[[int], str]


def line(cookie: str) -> str:
    return f"{cookie}; Path=/; HttpOnly; Max-Age=900"


async def log_in(scene: TrafficScene, cookie: str) -> str:
    """Log in; returns the session's name."""
    await scene.visit("GET /")
    await scene.visit("POST /login", "", line(cookie), status=303, location="/me")
    await scene.visit("GET /me", cookie)
    return scene.take(SessionWritten)[-1].session


def lives(scene: TrafficScene) -> list[str]:
    """Return the ends of the sessions that are listed; empty: it lives."""
    sessions = state_of(*scene.events).sessions.values()
    return sorted(known.ended.life if known.ended else "" for known in sessions)
