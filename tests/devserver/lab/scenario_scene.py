"""The parts of a lab as a scenario gets them, over an app that a test makes up."""

from __future__ import annotations

from collections.abc import Callable, Coroutine

import httpx

from session_inspector.devserver.core.clock import TravelClock
from session_inspector.devserver.core.events.server import ScenarioTold
from session_inspector.devserver.lab.browsers import Browsers
from session_inspector.devserver.lab.provider_control import ProviderControl
from session_inspector.devserver.lab.scenario_context import ScenarioContext, ScenarioParts
from session_inspector.devserver.lab.stacks import Stacks
from tests.devserver.lab.lab_scene import LabScene, unreachable

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


def context_of(scene: LabScene, app: Handler = nobody) -> ScenarioContext:
    return ScenarioContext(parts_of(scene, app), scenario="traffic", cause="c7")


def told(scene: LabScene) -> list[ScenarioTold]:
    events, _ = scene.journal.since(0)
    return [event for event in events if isinstance(event, ScenarioTold)]
