"""The lab of this process with its feed and its recorder: all that the app starts behind it."""

from __future__ import annotations

import os
import sys

from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.host import RunningLab, start_lab
from session_inspector.devserver.settings import Settings
from session_inspector.inspector.feed.local import LocalFeed
from session_inspector.inspector.feed.record import Recorder


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


def _offer_browser(lab: RunningLab) -> None:
    """Let a key open a real browser on the lab, which is watched then."""

    async def open_browser(name: str) -> str:
        # what watches browsers is loaded with the first wish: the lab starts without it
        from session_inspector.devserver.attach.browser.opening import offer_in_lab

        return await offer_in_lab(lab, os.environ).open(name)

    lab.control.open_browser = open_browser


def start_here(settings: Settings, record: str) -> LabHere:
    """Start the lab, and record it when `record` names a file. Raises: InputError."""
    lab = start_lab(settings)
    try:
        lab.hand_over_token(os.environ)
        _offer_browser(lab)
        recorder = None
        if record:
            recorder = Recorder(lab.journal, record)
        return LabHere(lab, recorder)
    except InputError:
        lab.stop()
        raise
