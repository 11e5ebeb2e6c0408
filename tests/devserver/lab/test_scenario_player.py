"""Scenarios are played one at a time, and what breaks in one is its verdict."""

from __future__ import annotations

import asyncio

import httpx

from session_inspector.devserver.core.commands import Reply, RunScenario
from session_inspector.devserver.core.events.server import CarrierSwitched, CommandRun
from session_inspector.devserver.lab.scenario_context import (
    ScenarioContext,
    Verdict,
)
from session_inspector.devserver.lab.scenario_player import ScenarioPlayer, play_scenario
from session_inspector.devserver.lab.scenarios import Scenario
from tests.devserver.lab.lab_scene import LabScene, unreachable
from tests.devserver.lab.scenario_scene import context_of, parts_of, told


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


async def test_a_scenario_switches_how_sessions_travel_and_switches_back() -> None:
    scene = LabScene()
    parts = parts_of(scene)
    before = await parts.stacks.open()
    await ScenarioPlayer(parts).play(RunScenario(name="logins", count=1, kind="stateless"), "c7")
    assert parts.stacks.current is before
    events, _ = scene.journal.since(0)
    switched = [event for event in events if isinstance(event, CarrierSwitched)]
    assert [(e.cause, e.kind) for e in switched] == [("c7", "stateless"), ("c7", before.kind)]
    assert not [event for event in events if isinstance(event, CommandRun)]
    await parts.stacks.close()
