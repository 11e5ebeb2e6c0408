"""What a scenario sees: the events since it began, its browsers, requests that are held."""

from __future__ import annotations

import asyncio

import pytest

from session_inspector.devserver.core.errors import InspectorError
from session_inspector.devserver.core.events.base import SessionFacts
from session_inspector.devserver.core.events.exchange import ExchangeStarted
from session_inspector.devserver.core.events.server import KeysRotated, ScenarioTold
from session_inspector.devserver.core.events.session import SessionWritten
from session_inspector.devserver.lab.scenario_context import (
    wait_for_arrival,
)
from tests.devserver.lab.lab_scene import NOW, LabScene
from tests.devserver.lab.scenario_scene import context_of, told


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


async def test_an_event_is_waited_for_that_comes_from_another_thread() -> None:
    scene = LabScene()
    context = context_of(scene)
    waiting = asyncio.ensure_future(
        context.wait_for(KeysRotated, lambda event: event.kid == "wanted", "a key")
    )
    await asyncio.to_thread(scene.journal.publish, KeysRotated(at=NOW, kid="other"))
    await asyncio.to_thread(scene.journal.publish, KeysRotated(at=NOW, kid="wanted"))
    assert (await waiting).kid == "wanted"


async def test_without_a_real_browser_the_scenario_says_so() -> None:
    with pytest.raises(InspectorError, match="no real browser can be opened from here"):
        async with context_of(LabScene()).real_browser(["http://localhost:1"]):
            raise AssertionError("there is none")
