"""Values that an app replaces: of a cookie that no decoder knows, and ids of a known format."""

from __future__ import annotations

from session_inspector.devserver.attach.traffic.outcomes.known_requests import GRACE
from tests.devserver.attach.traffic.scene import TrafficScene

FIRST = "h2kQ9vWz7Lr4TbXn1YcMfPd6Gs8JaE0uKq3RtVy5HoBwUiZx"
SECOND = "Qe6Rz0XvB2mKc8TnW5yLj1DgUp7SfHa4Gk9MrYb3VxCtEwNo"
THIRD = "kT8wq2ZrV5nYb1LxC7dJm4PfHs9GaE3uRo6KyUt0XiBvQzWe"
DELETED = "id=; Path=/; Max-Age=0"
LEARNED = (f"id={FIRST}", f"id={SECOND}")
PHP = ("PHPSESSID=aaaaaaaaaaaaaaaaaaaa012345", "PHPSESSID=bbbbbbbbbbbbbbbbbbbb012345")
"""The id before, and the one that takes its place."""


def line(value: str) -> str:
    """Return a cookie as actix-session seals it, anew for each answer."""
    return f"id={value}; Path=/; HttpOnly; Max-Age=20"


async def change_password(scene: TrafficScene, ids: tuple[str, str] = LEARNED) -> str:
    """Log in, and get a new id at a change of the password; returns the session's name."""
    old, new = (f"{cookie}; Path=/; HttpOnly; Max-Age=20" for cookie in ids)
    holders = await scene.visit("POST /login", "", old, status=303)
    await scene.visit("GET /profile", ids[0])
    await scene.visit("POST /password", ids[0], new)
    scene.clock.advance(GRACE)
    return next(iter(holders.values()))
