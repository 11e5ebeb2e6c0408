"""Commands on an attached app: its store's rows and secrets; all else has a reason."""

from __future__ import annotations

from typing import get_args

import pytest

from session_inspector.devserver.attach.control import ELSEWHERE, AttachedControl
from session_inspector.devserver.attach.native_store import NativeStore
from session_inspector.devserver.attach.watched_store import (
    NO_ROWS,
    NO_STORE,
    NOT_YET,
    AppStore,
    WatchedStore,
)
from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.commands import (
    BrowserCommand,
    ClearOrigin,
    Command,
    CopyJar,
    DropCookie,
    Expire,
    Login,
    Logout,
    MoveClock,
    ProviderCommand,
    Prune,
    PutCookie,
    RefreshTokens,
    ReplayInPage,
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
from session_inspector.devserver.core.events.server import CommandRun
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.session.policy import Policy
from session_inspector.devserver.stores.memory import MemoryStore
from session_inspector.devserver.web.reveal_cache import RevealCache

CLOCK = ManualClock(5.0)
REFUSED: list[Command] = [
    Login(user="u"),
    Request(session="s"),
    RefreshTokens(session="s"),
    Logout(session="s"),
    DropCookie(session="s"),
    PutCookie(session="s", line="a=b"),
    Switch(kind="stateless"),
    MoveClock(seconds=1),
    RotateKeys(),
    RestartApp(),
    SetKnobs(),
    ResetKnobs(),
    RevokeAtProvider(user="u"),
    RunScenario(name="logins"),
    ClearOrigin(origin="http://localhost:1"),
    CopyJar(session=""),
    ReplayInPage(exchange="x1"),
]


def control_of(store: AppStore | None, events: list[Event]) -> AttachedControl:
    return AttachedControl(store, RevealCache(events.append), CLOCK, events.append)


async def nothing() -> WatchedStore | None:
    return None


async def memory() -> WatchedStore | None:
    store = MemoryStore(CLOCK)
    return NativeStore(store, "it", Policy(), CLOCK, lambda event: None, may_write=True)


@pytest.mark.parametrize("command", REFUSED, ids=lambda command: type(command).__name__)
async def test_what_an_app_cannot_be_asked_has_a_reason_and_is_reported(command: Command) -> None:
    events: list[Event] = []
    reply = await control_of(None, events).execute(command)
    assert not reply.is_ok
    assert reply.message
    (event,) = events
    assert isinstance(event, CommandRun)
    assert (event.cause, event.command, event.message) == (
        "c1",
        type(command).__name__,
        reply.message,
    )


def test_each_command_of_browser_and_provider_is_refused() -> None:
    refused = {type(command) for command in REFUSED}
    assert {*get_args(BrowserCommand), *get_args(ProviderCommand)} <= refused


async def test_an_app_that_was_started_here_is_started_again() -> None:
    control = control_of(None, [])
    starts: list[int] = []
    control.restart_app = lambda: starts.append(1)
    assert (await control.execute(RestartApp())).is_ok
    assert starts == [1]


ROWS: list[Command] = [
    Revoke(session="s"),
    UndoRevoke(),
    Expire(session="s", clock="absolute"),
    Prune(),
]


@pytest.mark.parametrize("command", ROWS, ids=lambda command: type(command).__name__)
async def test_rows_need_a_store_that_is_recognised(command: Command) -> None:
    events: list[Event] = []
    said = NO_ROWS if isinstance(command, Prune) else NO_STORE
    assert (await control_of(None, events).execute(command)).message == said
    assert (await control_of(AppStore(nothing), events).execute(command)).message == NOT_YET


async def test_rows_are_changed_in_the_store() -> None:
    reply = await control_of(AppStore(memory), []).execute(Prune())
    assert reply == Reply(is_ok=True, message="no row in the store has expired", at=5.0)


async def test_a_secret_that_never_passed_is_not_revealed() -> None:
    assert not (await control_of(None, []).execute(Reveal(digest="d"))).is_ok


async def test_what_was_noted_before_a_command_is_published_before_it() -> None:
    events: list[Event] = []
    control = control_of(AppStore(memory), events)
    order: list[int] = []

    async def settle() -> None:
        order.append(len(events))

    control.settle = settle
    await control.execute(Prune())
    assert (order, len(events)) == ([0], 1)


def test_the_provider_is_another_process() -> None:
    with pytest.raises(InspectorError, match=ELSEWHERE):
        control_of(None, []).provider_state()
