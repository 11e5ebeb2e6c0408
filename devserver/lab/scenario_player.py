"""Plays scenarios, one at a time: they swap secrets and take stores away."""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import Literal

from session_inspector.devserver.core.commands import Reply, RunScenario
from session_inspector.devserver.core.errors import InspectorError
from session_inspector.devserver.core.events.base import Kind
from session_inspector.devserver.lab.scenario_context import (
    BrowserToUse,
    OpenScenarioBrowser,
    ScenarioContext,
    ScenarioParts,
    Verdict,
)
from session_inspector.devserver.lab.scenarios import Scenario, find_scenario


class ScenarioPlayer:
    """Plays scenarios against one lab."""

    def __init__(self, parts: ScenarioParts) -> None:
        self._parts = parts
        self._is_playing = False
        self.open_browser: OpenScenarioBrowser | None = None
        """Opens a real browser for those that need one; None: nobody here can."""

    async def play(self, command: RunScenario, cause: str) -> Reply:
        """Play a scenario; its verdict is the reply. Raises: InputError for an unknown one."""
        scenario = find_scenario(command.name)
        if self._is_playing:
            return Reply(is_ok=False, message="a scenario is being played; wait for its verdict")
        self._is_playing = True
        try:
            browser = BrowserToUse(open=self.open_browser, name=command.browser)
            context = ScenarioContext(
                self._parts, scenario=command.name, cause=cause, browser=browser
            )
            async with self._travelling(command.kind, cause):
                verdict = await play_scenario(scenario, context, command.count)
        finally:
            self._is_playing = False
        return Reply(is_ok=verdict.is_ok, message=verdict.text)

    def _travelling(
        self, kind: Kind | Literal[""], cause: str
    ) -> AbstractAsyncContextManager[None]:
        """Let sessions travel as a command asks for, while its scenario is played."""
        if not kind:
            return nullcontext()
        return self._parts.stacks.lend(kind, cause)


async def play_scenario(scenario: Scenario, context: ScenarioContext, count: int) -> Verdict:
    """Play a scenario and report its verdict; what breaks is a verdict too."""
    try:
        verdict = await scenario.play(context, count or scenario.count)
    except InspectorError as error:
        verdict = Verdict(is_ok=False, text=f"could not be played: {error.message}")
    except asyncio.CancelledError:
        verdict = Verdict(is_ok=False, text="could not be played: it was stopped")
    context.report(verdict.text, is_ok=verdict.is_ok, is_verdict=True)
    return verdict
