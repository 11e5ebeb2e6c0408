"""Commands of a simulated browser: what it asks the app for, and what it forgets."""

from __future__ import annotations

import httpx
import pytest

from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.commands import (
    BrowserCommand,
    DropCookie,
    Logout,
    RefreshTokens,
    Request,
)
from session_inspector.devserver.core.events.exchange import CookiesForgotten
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.lab.browser_commands import BrowserCommands
from session_inspector.devserver.lab.browsers import Browsers


class Scene:
    """One browser with one cookie, before an app that answers with a status."""

    def __init__(self, status: int = 200) -> None:
        self.paths: list[str] = []

        def app(request: httpx.Request) -> httpx.Response:
            self.paths.append(request.url.path)
            return httpx.Response(status)

        clock = ManualClock()
        self.events: list[Event] = []
        transport = httpx.MockTransport(app)
        browsers = Browsers("http://app.test", lambda s: "lab:alice", clock, transport)
        browsers.open_empty("alice").take({"__session": "x"}, "app.test")
        self.commands = BrowserCommands(browsers, clock, self.events.append)


@pytest.mark.parametrize(
    ("command", "path"),
    [
        (Request(session="s", path="/protected"), "/protected"),
        (RefreshTokens(session="s"), "/api/refresh"),
        (Logout(session="s"), "/auth/logout"),
    ],
)
async def test_the_browser_goes_where_the_command_says(command: BrowserCommand, path: str) -> None:
    scene = Scene()
    reply = await scene.commands.run(command, "c1")
    assert (reply.is_ok, scene.paths) == (True, [path])
    assert reply.message == f"alice: GET {path} → 200"


async def test_a_refusal_of_the_app_is_no_success() -> None:
    assert not (await Scene(401).commands.run(Request(session="s", path="/"), "c1")).is_ok


async def test_a_path_begins_with_a_slash() -> None:
    scene = Scene()
    reply = await scene.commands.run(Request(session="s", path="http://evil.test/"), "c1")
    assert (reply.is_ok, scene.paths) == (False, [])


async def test_a_cookie_can_be_forgotten_once() -> None:
    scene = Scene()
    commands = scene.commands
    drop = DropCookie(session="s", name="__session")
    assert (await commands.run(drop, "c1")).message.startswith("alice forgot __session (1)")
    everything = DropCookie(session="s", name="")
    assert await commands.run(drop, "c1") != await commands.run(everything, "c1")
    assert not (await commands.run(drop, "c1")).is_ok
    (forgotten,) = scene.events
    assert isinstance(forgotten, CookiesForgotten)
    assert (forgotten.session, forgotten.client, forgotten.names) == (
        "s",
        "lab:alice",
        ("__session",),
    )
