"""Scenarios of many: how many are logged in, and what counts as a failed request."""

from __future__ import annotations

import httpx
import pytest

from session_inspector.devserver.lab.scenarios_load import MOST, USERS, logins, traffic
from tests.devserver.lab.lab_scene import LabScene
from tests.devserver.lab.scenario_scene import context_of, told


class App:
    """Answers every page with one status."""

    def __init__(self, status: int = 200) -> None:
        self.status = status
        self.paths: list[str] = []

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        self.paths.append(request.url.path)
        return httpx.Response(self.status)


async def test_each_user_is_logged_in_in_a_browser_of_its_own() -> None:
    context = context_of(LabScene(), App())
    verdict = await logins(context, len(USERS) + 2)
    names = [browser.name for browser in context.browsers.all()]
    assert verdict.is_ok
    assert names == ["alice", "bob", "carol", "dora", "user-5", "user-6"]


async def test_traffic_is_shared_by_the_browsers_that_are_there() -> None:
    app = App()
    scene = LabScene()
    context = context_of(scene, app)
    context.browsers.open_empty("one")
    context.browsers.open_empty("two")
    verdict = await traffic(context, 40)
    assert verdict.is_ok
    assert verdict.text.startswith("40 requests of 2 browsers, p50 ")
    assert app.paths == ["/protected"] * 40
    assert told(scene) == [], "nobody had to log in"


async def test_traffic_without_a_browser_logs_three_users_in() -> None:
    context = context_of(LabScene(), App())
    await traffic(context, 1)
    assert [browser.name for browser in context.browsers.all()] == ["alice", "bob", "carol"]


@pytest.mark.parametrize(("status", "is_ok"), [(401, True), (500, False), (503, False)])
async def test_a_refusal_is_an_answer_and_a_server_error_is_a_failure(
    status: int, is_ok: bool
) -> None:
    context = context_of(LabScene(), App(status))
    context.browsers.open_empty("one")
    verdict = await traffic(context, 5)
    assert verdict.is_ok is is_ok
    assert verdict.text.endswith(f"{0 if is_ok else 5} failed")


async def test_a_scenario_is_no_load_test() -> None:
    app = App()
    context = context_of(LabScene(), app)
    context.browsers.open_empty("one")
    await traffic(context, MOST + 1)
    assert len(app.paths) == MOST
