"""The lab of this process with its feed and its recorder: all that the app starts behind it."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING

from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.host import RunningLab, start_lab
from session_inspector.devserver.lab.scenario_context import ScenarioBrowser
from session_inspector.devserver.settings import Settings
from session_inspector.inspector.feed.local import LocalFeed
from session_inspector.inspector.feed.record import Recorder

if TYPE_CHECKING:
    from session_inspector.devserver.attach.browser.opening import BrowserOpener
    from session_inspector.devserver.attach.browser.scenario_browsers import ScenarioBrowsers


class LabHere:
    """A running lab; a context that stops it."""

    def __init__(self, lab: RunningLab, recorder: Recorder | None) -> None:
        self.lab = lab
        self.feed = LocalFeed(lab)
        self._recorder = recorder

    def close(self) -> None:
        """Write the rest of the recording, and stop the servers."""
        if self._recorder is not None:
            self._recorder.close()
            sys.stderr.write(f"recorded {self._recorder.summary()}\n")
        self.lab.stop()


def offer_browsers(lab: RunningLab) -> None:
    """Let keys open a real browser on the lab, and scenarios one of their own.

    What watches browsers is loaded with the first wish: the lab starts without it.
    """

    async def open_for_key(name: str) -> str:
        opener, _ = _load(lab)
        return await opener.open(name)

    def open_for_scenario(
        name: str, urls: Sequence[str], hosts: Sequence[str]
    ) -> AbstractAsyncContextManager[ScenarioBrowser]:
        _, browsers = _load(lab)
        return browsers.open(name, urls, hosts)

    lab.control.open_browser = open_for_key
    lab.scenarios.open_browser = open_for_scenario


def _load(lab: RunningLab) -> tuple[BrowserOpener, ScenarioBrowsers]:
    """Put those that open browsers in the place of the ones that load them."""
    from session_inspector.devserver.attach.browser.opening import offer_in_lab
    from session_inspector.devserver.attach.browser.scenario_browsers import offer_to_scenarios

    opener = offer_in_lab(lab, os.environ)
    return opener, offer_to_scenarios(lab, os.environ, opener)


def start_here(settings: Settings, record: str) -> LabHere:
    """Start the lab, and record it when `record` names a file. Raises: InputError."""
    lab = start_lab(settings)
    try:
        lab.hand_over_token(os.environ)
        offer_browsers(lab)
        recorder = None
        if record:
            recorder = Recorder(lab.journal, record)
        return LabHere(lab, recorder)
    except InputError:
        lab.stop()
        raise
