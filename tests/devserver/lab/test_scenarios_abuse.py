"""Scenarios of trouble: each verdict follows from what the app answers."""

from __future__ import annotations

import httpx
import pytest

from session_inspector.devserver.core.errors import InspectorError
from session_inspector.devserver.lab.scenarios_abuse import (
    change_character,
    steal_cookie,
    tamper_cookie,
)
from tests.devserver.lab.lab_scene import LabScene
from tests.devserver.lab.scenario_scene import context_of, told

VALUE = "A" * 60


class App:
    """An app with one session; what it forgets and checks is up to the test."""

    def __init__(self, *, ends_at_logout: bool = True, checks: bool = True) -> None:
        self._ends_at_logout = ends_at_logout
        self._checks = checks
        self._is_live = True

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        match request.url.path:
            case "/auth/login":
                return httpx.Response(200, headers={"set-cookie": f"__session={VALUE}; Path=/"})
            case "/auth/logout":
                self._is_live = not self._ends_at_logout
                return httpx.Response(200)
            case _:
                return httpx.Response(self._judge(request.headers.get("cookie", "")))

    def _judge(self, cookies: str) -> int:
        is_known = f"__session={VALUE}" in cookies or not self._checks
        return 200 if self._is_live and is_known else 401


def test_one_character_is_changed_to_another() -> None:
    assert change_character("ABC", 0) == "BBC"
    assert change_character("ABC", 1) == "AAC"


async def test_changed_cookies_must_be_refused() -> None:
    scene = LabScene()
    verdict = await tamper_cookie(context_of(scene, App()), 0)
    assert verdict.is_ok
    assert verdict.text == "all 3 were refused (no session), and nothing broke"
    assert [event.is_ok for event in told(scene)] == [True] * 4


async def test_an_app_that_accepts_a_changed_cookie_has_a_bad_verdict() -> None:
    scene = LabScene()
    verdict = await tamper_cookie(context_of(scene, App(checks=False)), 0)
    assert not verdict.is_ok
    assert verdict.text == "3 changed cookies were accepted"
    assert [event.is_ok for event in told(scene)] == [True, False, False, False]


async def test_without_a_session_cookie_nothing_can_be_changed() -> None:
    async def app(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200)

    with pytest.raises(InspectorError, match="given no session cookie"):
        await tamper_cookie(context_of(LabScene(), app), 0)


async def test_a_stolen_cookie_is_worth_nothing_after_logout() -> None:
    verdict = await steal_cookie(context_of(LabScene(), App()), 0)
    assert verdict.is_ok


async def test_a_stolen_cookie_that_works_on_is_named_with_the_fix() -> None:
    verdict = await steal_cookie(context_of(LabScene(), App(ends_at_logout=False)), 0)
    assert not verdict.is_ok
    assert verdict.text.startswith("REPLAYED: ")
    assert "--revocation store" in verdict.text
