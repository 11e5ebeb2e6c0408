"""What a scenario sees: the events since it began, its browsers, requests that are held."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine

import httpx
import pytest

from session_inspector.devserver.core.clock import TravelClock
from session_inspector.devserver.core.commands import Reply, RunScenario
from session_inspector.devserver.core.errors import InputError, InspectorError
from session_inspector.devserver.core.events.base import SessionFacts
from session_inspector.devserver.core.events.exchange import ExchangeStarted
from session_inspector.devserver.core.events.server import KeysRotated, ScenarioTold
from session_inspector.devserver.core.events.session import SessionWritten
from session_inspector.devserver.lab.browsers import Browsers
from session_inspector.devserver.lab.provider_control import ProviderControl
from session_inspector.devserver.lab.scenario_context import (
    ScenarioContext,
    ScenarioParts,
    Verdict,
    wait_for_arrival,
)
from session_inspector.devserver.lab.scenario_player import ScenarioPlayer, play_scenario
from session_inspector.devserver.lab.scenarios import SCENARIOS, Scenario, find_scenario
from session_inspector.devserver.lab.stacks import Stacks
from tests.devserver.lab.lab_scene import NOW, LabScene, unreachable

Handler = Callable[[httpx.Request], Coroutine[None, None, httpx.Response]]


async def nobody(request: httpx.Request) -> httpx.Response:
    return unreachable(request)


def parts_of(scene: LabScene, app: Handler = nobody) -> ScenarioParts:
    return ScenarioParts(
        browsers=Browsers("http://app.test", lambda s: "", scene.clock, httpx.MockTransport(app)),
        stacks=Stacks(scene.site),
        provider=ProviderControl(None, TravelClock(scene.clock)),
        secret="s" * 32,
        waits=scene.waits,
        clock=scene.clock,
        publish=scene.journal.publish,
        journal=scene.journal,
    )


def context_of(scene: LabScene) -> ScenarioContext:
    return ScenarioContext(parts_of(scene), scenario="traffic", cause="c7")


def told(scene: LabScene) -> list[ScenarioTold]:
    events, _ = scene.journal.since(0)
    return [event for event in events if isinstance(event, ScenarioTold)]


async def test_only_events_since_the_scenario_began_are_seen() -> None:
    scene = LabScene()
    scene.journal.publish(KeysRotated(at=NOW, kid="before"))
    context = context_of(scene)
    scene.journal.publish(KeysRotated(at=NOW, kid="after"))
    assert [event.kid for event in context.events_of(KeysRotated)] == ["after"]
    assert context.host == "app.test"


async def test_a_step_is_reported_with_scenario_and_cause() -> None:
    scene = LabScene()
    context_of(scene).report("done", is_ok=False)
    assert told(scene) == [
        ScenarioTold(at=NOW, cause="c7", seq=1, scenario="traffic", text="done", is_ok=False)
    ]


async def test_a_browser_s_session_is_the_last_that_was_written_for_it() -> None:
    scene = LabScene()
    context = context_of(scene)
    alice = context.browsers.open_empty("alice")
    with pytest.raises(InspectorError, match="alice was given no session"):
        context.session_of(alice)
    facts = SessionFacts(kind="stateful", sub="u")
    for exchange, client in (("x1", "lab:alice"), ("x2", "lab:alice"), ("x3", "lab:bob")):
        scene.journal.publish(
            ExchangeStarted(
                at=NOW, cause=exchange, exchange=exchange, method="GET", path="/", client=client
            )
        )
        scene.journal.publish(
            SessionWritten(
                at=NOW, cause=exchange, session=f"of {exchange}", reason="login", facts=facts
            )
        )
    assert context.session_of(alice) == "of x2"


async def test_requests_are_held_until_they_may_go_on() -> None:
    scene = LabScene()
    with context_of(scene).hold_requests("here") as wait:
        assert scene.waits == {"here": wait}
        wait.arrived.set()
        await wait_for_arrival(wait)
        assert not wait.go_on.is_set()
    assert (scene.waits, wait.go_on.is_set()) == ({}, True)


async def test_what_breaks_in_a_scenario_is_its_verdict() -> None:
    scene = LabScene()
    scenario = Scenario(name="x", key="x", title="x", play=_login)
    verdict = await play_scenario(scenario, context_of(scene), 0)
    assert not verdict.is_ok
    assert verdict.text.startswith("could not be played: /auth/login")
    assert [(event.is_verdict, event.text) for event in told(scene)] == [(True, verdict.text)]


async def _login(context: ScenarioContext, count: int) -> Verdict:
    await context.login()
    return Verdict(is_ok=True, text="never")


async def _hang(context: ScenarioContext, count: int) -> Verdict:
    await asyncio.Event().wait()
    return Verdict(is_ok=True, text="never")


async def test_a_scenario_that_was_stopped_has_a_verdict() -> None:
    scene = LabScene()
    scenario = Scenario(name="x", key="x", title="x", play=_hang)
    task = asyncio.ensure_future(play_scenario(scenario, context_of(scene), 0))
    await asyncio.sleep(0)
    task.cancel()
    assert await task == Verdict(is_ok=False, text="could not be played: it was stopped")


async def test_a_scenario_takes_the_count_it_was_given_else_its_own() -> None:
    scene = LabScene()
    counts: list[int] = []

    async def play(context: ScenarioContext, count: int) -> Verdict:
        counts.append(count)
        return Verdict(is_ok=True, text="well")

    scenario = Scenario(name="x", key="x", title="x", play=play, count=9)
    await play_scenario(scenario, context_of(scene), 0)
    await play_scenario(scenario, context_of(scene), 3)
    assert counts == [9, 3]


async def test_one_scenario_is_played_at_a_time() -> None:
    came = asyncio.Event()
    may_answer = asyncio.Event()

    async def slow(request: httpx.Request) -> httpx.Response:
        came.set()
        await may_answer.wait()
        return unreachable(request)

    player = ScenarioPlayer(parts_of(LabScene(), slow))
    first = asyncio.ensure_future(player.play(RunScenario(name="logins", count=1), "c1"))
    await came.wait()
    busy = Reply(is_ok=False, message="a scenario is being played; wait for its verdict")
    assert await player.play(RunScenario(name="logins"), "c2") == busy
    may_answer.set()
    assert (await first).message.startswith("could not be played: /auth/login")
    assert await player.play(RunScenario(name="logins", count=1), "c3") != busy


async def test_an_unknown_scenario_is_one_line_with_all_names() -> None:
    with pytest.raises(InputError) as error:
        find_scenario("nonsense")
    assert all(scenario.name in error.value.message for scenario in SCENARIOS)
