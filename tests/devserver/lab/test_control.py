"""Each command is carried out once, answered in a sentence, and reported as an event."""

from __future__ import annotations

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
    ProviderCommand,
    Prune,
    PrunePart,
    RefreshTokens,
    Reply,
    Request,
    ResetKnobs,
    RestartApp,
    Reveal,
    Revoke,
    RevokeAtProvider,
    RotateKeys,
    RunScenario,
    SetKnobs,
    Switch,
    UndoRevoke,
)
from session_inspector.devserver.core.errors import InspectorError
from session_inspector.devserver.core.events.base import TimerName
from session_inspector.devserver.core.events.login import TokenMinted
from session_inspector.devserver.core.events.server import ClockMoved, CommandRun
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.knobs import Knobs, turn_knobs
from session_inspector.devserver.core.values import JsonObject, Secret
from session_inspector.devserver.lab.browsers import Browsers
from session_inspector.devserver.lab.control import Control, Parts
from session_inspector.devserver.stores.undo.undos import Undos
from session_inspector.devserver.web.kept_requests import KeptRequests
from session_inspector.devserver.web.resending import Resender
from session_inspector.devserver.web.reveal_cache import RevealCache

SECRET = Secret.of("text")


class Asked:
    """Every part of a lab at once: notes what it was asked; knows session `s` only."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, ...]] = []
        self.knobs = Knobs()

    async def revoke(self, session: str, *, cause: str) -> str:
        if session != "s":
            raise InspectorError(f"no session {session!r} is known")
        self.asked.append(("revoke", session, cause))
        return "revoked"

    async def undo_revoke(self, *, cause: str) -> str:
        self.asked.append(("undo", cause))
        return "put back"

    async def undo(self, *, cause: str) -> str:
        self.asked.append(("undo any", cause))
        return "as it was"

    async def expire(self, session: str, clock: TimerName, *, cause: str) -> str:
        self.asked.append(("expire", session, clock, cause))
        return "expired"

    async def prune(
        self, *, is_dry: bool, cause: str, part: PrunePart = "all", at: float = 0
    ) -> Reply:
        self.asked.append(("prune", str(is_dry), cause))
        return Reply(is_ok=True, message="pruned", rows=2)

    async def switch(self, command: Switch, cause: str) -> str:
        self.asked.append(("switch", command.kind, command.store, cause))
        return "switched"

    async def play(self, command: RunScenario, cause: str) -> Reply:
        self.asked.append(("play", command.name, cause))
        return Reply(is_ok=True, message="played")

    async def run(self, command: ProviderCommand, cause: str) -> str:
        match command:
            case RotateKeys():
                self.asked.append(("rotate", cause))
            case RevokeAtProvider(user=user):
                self.asked.append(("revoke there", user, cause))
            case SetKnobs():
                self.knobs = turn_knobs(self.knobs, command)
            case ResetKnobs():
                self.knobs = Knobs()
        return "; ".join(self.knobs.describe()) or "healthy"

    def state(self) -> JsonObject:
        return {"knobs": {}, "sessions": [{"sid": "1", "sub": "local|alice"}]}


def parts_of(asked: Asked, browsers: Browsers) -> Parts:
    secrets = RevealCache(lambda event: None)
    secrets.publish(TokenMinted(at=1, token="id", value=SECRET, sub="u"))
    return Parts(
        browsers=browsers,
        administration=lambda: asked,
        provider=asked,
        switch=asked.switch,
        secrets=secrets,
        requests=Resender(KeptRequests(), "http://127.0.0.1:1"),
        play=asked.play,
        undos=Undos(),
    )


def pages(request: httpx.Request) -> httpx.Response:
    status = 401 if request.url.path == "/protected" else 200
    return httpx.Response(status, headers={"set-cookie": "__session=1; Path=/"})


class Scene:
    """A control over noted parts, with one browser that holds session `s`."""

    def __init__(self) -> None:
        self.parts = Asked()
        self.events: list[Event] = []
        self.clock = TravelClock(ManualClock(100.0))
        holders = {"s": "lab:alice"}
        browsers = Browsers(
            "http://app.test", lambda s: holders.get(s, ""), self.clock, httpx.MockTransport(pages)
        )
        self.control = Control(parts_of(self.parts, browsers), self.clock, self.events.append)

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


async def test_each_command_carries_its_own_cause() -> None:
    scene = Scene()
    await scene.run(
        Revoke(session="s"),
        Expire(session="s", clock="absolute"),
        Switch(kind="stateless"),
        RotateKeys(),
        UndoRevoke(),
        Prune(),
        RevokeAtProvider(user="local|alice"),
        RunScenario(name="logins"),
    )
    assert scene.parts.asked == [
        ("revoke", "s", "c1"),
        ("expire", "s", "absolute", "c2"),
        ("switch", "stateless", "", "c3"),
        ("rotate", "c4"),
        ("undo", "c5"),
        ("prune", "True", "c6"),
        ("revoke there", "local|alice", "c7"),
        ("play", "logins", "c8"),
    ]


async def test_the_lab_has_no_app_to_start_again() -> None:
    scene = Scene()
    await scene.run(RestartApp())
    (event,) = scene.events
    assert isinstance(event, CommandRun)
    assert not event.is_ok
    assert "session-inspector run" in event.message


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
    found, missing = await scene.run(Reveal(digest=SECRET.digest), Reveal(digest="e"))
    assert (found.value, missing.is_ok) == ("text", False)
    assert all("text" not in repr(event) for event in scene.events)


async def test_the_journal_says_what_a_secret_was_read_for() -> None:
    scene = Scene()
    (read,) = await scene.run(Reveal(digest=SECRET.digest, use="decode"))
    assert (read.value, read.message) == ("text", "a cookie was read for Decode")


async def test_a_path_must_be_one_of_the_app() -> None:
    scene = Scene()
    await scene.run(Login(user="alice"))
    (reply,) = await scene.run(Request(session="s", path="http://evil.test/"))
    assert reply == Reply(is_ok=False, message="path 'http://evil.test/' must start with /")


async def test_knobs_are_laid_over_each_other_and_reset() -> None:
    scene = Scene()
    replies = await scene.run(
        SetKnobs(wrong_nonce=True), SetKnobs(errors={"token": 1}), ResetKnobs()
    )
    assert [reply.message for reply in replies] == [
        "wrong nonce",
        "token answers 500 (1 left); wrong nonce",
        "healthy",
    ]
