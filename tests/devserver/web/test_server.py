"""A port has its app, and an answer that is cut at the end is no traceback."""

from __future__ import annotations

import asyncio
import logging

import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from session_inspector.devserver.web.server import ByPort, silence_cancelled


async def hear_nothing() -> dict[str, object]:
    return {}


async def drop(message: object) -> None:
    """Take what an app sends."""


@pytest.mark.parametrize(
    ("server", "app"),
    [(("127.0.0.1", 1), "one"), (("127.0.0.1", 2), "two"), (("::1", 3), "one"), (None, "one")],
)
def test_a_request_goes_to_the_app_of_its_port(server: tuple[str, int] | None, app: str) -> None:
    asked: list[str] = []

    def named(name: str) -> ASGIApp:
        async def answer(scope: Scope, receive: Receive, send: Send) -> None:
            asked.append(name)

        return answer

    apps = ByPort({1: named("one"), 2: named("two")})
    asyncio.run(apps({"type": "http", "server": server}, hear_nothing, drop))
    assert asked == [app]


def test_only_what_is_logged_while_it_ends_is_dropped(caplog: pytest.LogCaptureFixture) -> None:
    log = logging.getLogger("uvicorn.error")
    with silence_cancelled():
        log.error("a request was cancelled")
    log.error("a real error")
    assert [record.message for record in caplog.records] == ["a real error"]
