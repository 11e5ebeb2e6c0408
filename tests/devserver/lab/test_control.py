"""Each command is carried out once, answered in a sentence, and reported as an event."""

from __future__ import annotations

from collections.abc import Sequence

import httpx
import pytest

from session_inspector.devserver.core.clock import ManualClock, TravelClock
from session_inspector.devserver.core.commands import (
    Command,
    DropCookie,
    Expire,
    Login,
    Logout,
    MoveClock,
    RefreshTokens,
    Reply,
    Request,
    Reveal,
    Revoke,
    RevokeAtProvider,
    RotateKeys,
    Switch,
)
from session_inspector.devserver.core.errors import InspectorError
from session_inspector.devserver.core.events.base import Kind, TimerName
from session_inspector.devserver.core.events.server import ClockMoved, CommandRun
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.journal import Journal
from session_inspector.devserver.core.knobs import Knobs
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.lab.browsers import Browsers
from session_inspector.devserver.lab.control import Control
from session_inspector.devserver.lab.demo import Wait


class Stage:
    """Notes what it was asked; knows session `s` only."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, ...]] = []
        self.waits: dict[str, Wait] = {}
        self.knobs = Knobs()

    async def revoke(self, session: str, *, cause: str) -> str:
        if session != "s":
            raise InspectorError(f"no session {session!r} is known")
        self.asked.append(("revoke", session, cause))
        return "revoked"

    async def undo_revoke(self, *, cause: str) -> str:
        self.asked.append(("undo", cause))
        return "put back"

    async def expire(self, session: str, clock: TimerName, *, cause: str) -> str:
        self.asked.append(("expire", session, clock, cause))
        return "expired"

    async def prune(self, *, is_dry: bool) -> Reply:
        self.asked.append(("prune", str(is_dry)))
        return Reply(is_ok=True, message="pruned", rows=2)

    async def switch(self, kind: Kind, store: str, *, cause: str) -> str:
        self.asked.append(("switch", kind, store, cause))
        return "switched"

    def rotate_keys(self, *, cause: str) -> str:
        self.asked.append(("rotate", cause))
        return "rotated"

    def reveal(self, digest: str) -> str | None:
        return "text" if digest == "d" else None

    def skew(self, seconds: float) -> None:
        self.asked.append(("skew", str(seconds)))

    def shut(self, is_shut: bool) -> None:
        self.asked.append(("shut", str(is_shut)))

    async def use_secrets(self, secrets: Sequence[str]) -> None:
        self.asked.append(("secrets", *secrets))

    def secret(self) -> str:
        return "s" * 32

    def turn(self, knobs: Knobs, *, cause: str) -> str:
        self.knobs = knobs
        return "; ".join(knobs.told()) or "in order"

    async def revoke_at_provider(self, asked: RevokeAtProvider, *, cause: str) -> str:
        self.asked.append(("revoke there", asked.user, cause))
        return "ended"

    def provider_sessions(self) -> list[JsonObject]:
        return [{"sid": "1", "sub": "local|alice"}]


def pages(request: httpx.Request) -> httpx.Response:
    status = 401 if request.url.path == "/protected" else 200
    return httpx.Response(status, headers={"set-cookie": "__session=1; Path=/"})


class Scene:
    """A control over a stage, with one browser that holds session `s`."""

    def __init__(self) -> None:
        self.stage = Stage()
        self.events: list[Event] = []
        self.clock = TravelClock(ManualClock(100.0))
        holders = {"s": "lab:alice"}
        browsers = Browsers(
            "http://app.test", lambda s: holders.get(s, ""), httpx.MockTransport(pages)
        )
        self.control = Control(self.stage, browsers, self.clock, self.events.append, Journal())

    async def run(self, *commands: Command) -> list[Reply]:
        return [await self.control.execute(command) for command in commands]


async def test_a_browser_logs_in_requests_refreshes_and_logs_out() -> None:
    replies = await Scene().run(
        Login(user="alice"),
        Request(session="s", path="/"),
        Request(session="s"),
        RefreshTokens(session="s"),
        Logout(session="s"),
        DropCookie(session="s", name="__session"),
        DropCookie(session="s"),
    )
    assert [(reply.is_ok, reply.message) for reply in replies] == [
        (True, "alice is logged in, in browser alice"),
        (True, "alice: GET / → 200"),
        (False, "alice: GET /protected → 401"),
        (True, "alice: GET /api/refresh → 200"),
        (True, "alice: GET /auth/logout → 200"),
        (True, "alice forgot __session (1); its next request will show"),
        (False, "no cookie all cookies to delete"),
    ]


async def test_backstage_commands_carry_their_own_cause() -> None:
    scene = Scene()
    await scene.run(
        Revoke(session="s"),
        Expire(session="s", clock="absolute"),
        Switch(kind="stateless"),
        RotateKeys(),
    )
    assert scene.stage.asked == [
        ("revoke", "s", "c1"),
        ("expire", "s", "absolute", "c2"),
        ("switch", "stateless", "", "c3"),
        ("rotate", "c4"),
    ]


async def test_every_command_is_reported_also_when_it_fails() -> None:
    scene = Scene()
    await scene.run(Revoke(session="nobody"), Revoke(session="s"))
    assert scene.events == [
        CommandRun(
            at=100.0,
            cause="c1",
            session="nobody",
            command="Revoke",
            is_ok=False,
            message="no session 'nobody' is known",
        ),
        CommandRun(
            at=100.0, cause="c2", session="s", command="Revoke", is_ok=True, message="revoked"
        ),
    ]


async def test_the_clock_moves_and_says_so() -> None:
    scene = Scene()
    await scene.run(MoveClock(seconds=3600), MoveClock(seconds=-600))
    moved = [event for event in scene.events if isinstance(event, ClockMoved)]
    assert [(event.at, event.by, event.offset) for event in moved] == [
        (3700.0, 3600, 3600),
        (3100.0, -600, 3000),
    ]


@pytest.mark.parametrize("seconds", [float("nan"), float("inf"), 1e12, -1e12])
async def test_the_clock_stays_within_dates(seconds: float) -> None:
    scene = Scene()
    (reply,) = await scene.run(MoveClock(seconds=seconds))
    assert (reply.is_ok, scene.clock.offset) == (False, 0.0)


async def test_a_secret_is_revealed_in_the_reply_only() -> None:
    scene = Scene()
    found, missing = await scene.run(Reveal(digest="d"), Reveal(digest="e"))
    assert (found.value, missing.is_ok) == ("text", False)
    assert all("text" not in repr(event) for event in scene.events)


async def test_a_path_must_be_one_of_the_app() -> None:
    scene = Scene()
    await scene.run(Login(user="alice"))
    (reply,) = await scene.run(Request(session="s", path="http://evil.test/"))
    assert reply == Reply(is_ok=False, message="path 'http://evil.test/' must start with /")
