"""Carries out commands: the one place where events' way up and commands' way down meet.

A command never returns data to draw; what changed arrives as events like everything else.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from itertools import count
from typing import assert_never

from session_inspector.devserver.core.clock import TravelClock
from session_inspector.devserver.core.commands import (
    Command,
    DropCookie,
    Expire,
    Login,
    Logout,
    MoveClock,
    Prune,
    RefreshTokens,
    Reply,
    Request,
    ResetKnobs,
    Reveal,
    Revoke,
    RevokeAtProvider,
    RotateKeys,
    RunScenario,
    SetKnobs,
    Switch,
    UndoRevoke,
)
from session_inspector.devserver.core.events.server import ClockMoved
from session_inspector.devserver.core.journal import Journal, Publish
from session_inspector.devserver.core.knobs import Knobs, turned
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.lab.browser import Browser
from session_inspector.devserver.lab.browsers import Browsers
from session_inspector.devserver.lab.scenario_context import Backstage, Stage
from session_inspector.devserver.lab.scenarios import play, scenario_named
from session_inspector.devserver.web.executor import reported

FURTHEST = 10 * 365 * 86_400
"""Seconds of time travel either way; beyond it dates leave what JSON readers accept."""


class Control:
    """Runs one command at a time, and reports each as CommandRun."""

    def __init__(
        self,
        backstage: Backstage,
        browsers: Browsers,
        clock: TravelClock,
        publish: Publish,
        journal: Journal,
    ) -> None:
        self._journal = journal
        self._backstage = backstage
        self._browsers = browsers
        self._clock = clock
        self._publish = publish
        self._numbers = count(1)
        self._is_playing = False

    async def execute(self, command: Command) -> Reply:
        """Carry out a command; what goes wrong is said in the reply, never raised."""
        cause = f"c{next(self._numbers)}"
        work = self._run(command, cause)
        return await reported(command, cause, work, self._clock, self._publish)

    async def _run(self, command: Command, cause: str) -> Reply:
        match command:
            case Login() | Request() | RefreshTokens() | Logout() | DropCookie():
                return await self._browse(command)
            case Revoke(session=session):
                return _done(await self._backstage.revoke(session, cause=cause))
            case UndoRevoke():
                return _done(await self._backstage.undo_revoke(cause=cause))
            case Expire(session=session, clock=clock):
                return _done(await self._backstage.expire(session, clock, cause=cause))
            case Switch(kind=kind, store=store):
                return _done(await self._backstage.switch(kind, store, cause=cause))
            case Prune(is_dry=is_dry):
                return await self._backstage.prune(is_dry=is_dry)
            case MoveClock(seconds=seconds):
                return self._move(seconds, cause)
            case RotateKeys():
                return _done(self._backstage.rotate_keys(cause=cause))
            case Reveal(digest=digest):
                return self._reveal(digest)
            case SetKnobs() | ResetKnobs():
                return _done(self._turned(command, cause))
            case RevokeAtProvider():
                return _done(await self._backstage.revoke_at_provider(command, cause=cause))
            case RunScenario():
                return await self._play(command, cause)
            case _:
                assert_never(command)

    async def _browse(
        self, command: Login | Request | RefreshTokens | Logout | DropCookie
    ) -> Reply:
        if isinstance(command, Login):
            return await self._browsers.login(command.user)
        browser = self._browsers.holding(command.session)
        match command:
            case Request(path=path):
                return await _visited(browser, path)
            case RefreshTokens():
                return await _visited(browser, "/api/refresh")
            case Logout():
                return await _visited(browser, "/auth/logout")
            case DropCookie(name=name):
                return self._dropped(browser, name)
            case _:
                assert_never(command)

    def provider_state(self) -> JsonObject:
        """Return the knobs and who is signed in. Raises: InspectorError without one of ours."""
        knobs = asdict(self._backstage.knobs)
        return {"knobs": knobs, "sessions": [*self._backstage.provider_sessions()]}

    def _turned(self, command: SetKnobs | ResetKnobs, cause: str) -> str:
        old = self._backstage.knobs
        if isinstance(command, ResetKnobs):
            return self._backstage.turn(Knobs(), cause=cause)
        new = turned(
            old,
            latency=command.latency,
            errors=command.errors,
            rotate=command.rotate,
            grace=command.grace,
            skew=command.skew,
            wrong_issuer=command.wrong_issuer,
            wrong_nonce=command.wrong_nonce,
            expired_token=command.expired_token,
            claims=command.claims,
        )
        return self._backstage.turn(new, cause=cause)

    def _dropped(self, browser: Browser, name: str) -> Reply:
        dropped = browser.drop_cookie(name)
        what = name or "all cookies"
        said = f"{browser.name} forgot {what} ({dropped}); its next request will show"
        return Reply(is_ok=dropped > 0, message=said if dropped else f"no cookie {what} to delete")

    def _move(self, seconds: float, cause: str) -> Reply:
        # in two steps: a JSON integer can be too large for the sum
        if not (abs(seconds) <= 2 * FURTHEST and abs(self._clock.offset + seconds) <= FURTHEST):
            return Reply(is_ok=False, message="the clock travels ten years at most, either way")
        self._clock.travel(seconds)
        self._publish(
            ClockMoved(at=self._clock.now(), cause=cause, by=seconds, offset=self._clock.offset)
        )
        return Reply(is_ok=True, message=f"the lab's clock moved by {_span(seconds)}")

    async def _play(self, command: RunScenario, cause: str) -> Reply:
        """Play one scenario at a time: they swap secrets and shut stores."""
        script = scenario_named(command.name)
        if self._is_playing:
            return Reply(is_ok=False, message="a scenario is being played; wait for its verdict")
        self._is_playing = True
        try:
            stage = Stage(
                self._backstage,
                self._browsers,
                self._clock,
                self._publish,
                self._journal,
                scenario=command.name,
                cause=cause,
            )
            verdict = await play(script, stage, command.count)
        finally:
            self._is_playing = False
        return Reply(is_ok=verdict.is_ok, message=verdict.text)

    def _reveal(self, digest: str) -> Reply:
        text = self._backstage.reveal(digest)
        if text is None:
            return Reply(is_ok=False, message="that secret is no longer held; let it be set again")
        return Reply(is_ok=True, message="revealed until you leave it", value=text)


async def _visited(browser: Browser, path: str) -> Reply:
    if not path.startswith("/"):
        return Reply(is_ok=False, message=f"path {path!r} must start with /")
    response = await browser.visit(path)
    said = f"{browser.name}: GET {path} → {response.status_code}"
    return Reply(is_ok=response.status_code < 400, message=said)


def _done(message: str) -> Reply:
    return Reply(is_ok=True, message=message)


def _span(seconds: float) -> str:
    """Return `+1 day, 0:00:15`."""
    return f"{'-' if seconds < 0 else '+'}{timedelta(seconds=round(abs(seconds)))}"
