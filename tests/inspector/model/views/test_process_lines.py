"""Events of the app's process as lines."""

from __future__ import annotations

from dataclasses import replace

import pytest

from session_inspector.devserver.core.events.process import (
    AppEnded,
    AppListening,
    AppListensElsewhere,
    AppOutput,
    AppStarted,
    ProcessEvent,
)
from session_inspector.inspector.model.facts.rows import Line
from session_inspector.inspector.model.facts.state import KnownApp
from session_inspector.inspector.model.views.process_lines import (
    describe_app,
    name_app_lamp,
    process_line,
)

LINES: list[tuple[ProcessEvent, Line]] = [
    (
        AppStarted(at=1, command="npm run dev", pid=7, found="Next.js"),
        ("▶", "the app was started", "npm run dev · Next.js", "accent"),
    ),
    (
        AppStarted(at=1, command="x", pid=7, found="y", is_restart=True),
        ("▶", "the app was started again", "x · y", "accent"),
    ),
    (
        AppListening(at=1, upstream="http://127.0.0.1:3000", how="seen"),
        ("●", "the app listens", "http://127.0.0.1:3000 · seen", "good"),
    ),
    (
        AppListensElsewhere(at=1, ports=(3000, 9229), wanted=5000),
        (
            "○",
            "the app listens elsewhere",
            "3000, 9229, not on 5000, which --app-port names",
            "warn",
        ),
    ),
    (AppOutput(at=1, text="ready"), ("│", "ready", "", "dim")),
    (AppOutput(at=1, text="Error: x", is_error=True), ("│", "Error: x", "", "bad")),
    (AppEnded(at=1, code=0, is_crash=False), ("■", "the app has ended", "exit code 0", "dim")),
    (
        AppEnded(at=1, code=1, is_crash=True, last=("boom", "")),
        ("✖", "the app crashed with exit code 1", "boom", "bad"),
    ),
    (
        AppEnded(at=1, code=1, is_crash=True, last=("Error: no database", "npm notice")),
        ("✖", "the app crashed with exit code 1", "Error: no database", "bad"),
    ),
    (
        AppEnded(at=1, code=127, is_crash=True, reason="x: No such file"),
        ("✖", "the app could not be started", "x: No such file", "bad"),
    ),
]


@pytest.mark.parametrize(("event", "line"), LINES)
def test_each_has_its_mark_words_and_tone(event: ProcessEvent, line: Line) -> None:
    assert process_line(event) == line


APP = KnownApp(command="npm run dev", pid=7)
CRASH = AppEnded(at=1, code=1, is_crash=True, last=("boom",))
MISSING = AppEnded(at=1, code=127, is_crash=True, reason="x: No such file")
STATES = [
    (APP, "STARTING", "started, listens nowhere yet, process 7"),
    (
        replace(APP, elsewhere=AppListensElsewhere(at=1, ports=(3000,), wanted=5000)),
        "STARTING",
        "started, listens on 3000, not on 5000, which --app-port names, process 7",
    ),
    (replace(APP, listening="http://x"), "", "runs at http://x, process 7"),
    (replace(APP, ended=CRASH), "CRASHED", "the app crashed with exit code 1: boom"),
    (replace(APP, ended=MISSING), "NOT STARTED", "the app could not be started: x: No such file"),
    (
        replace(APP, ended=AppEnded(at=1, code=0, is_crash=False)),
        "ENDED",
        "the app has ended: exit code 0",
    ),
]


@pytest.mark.parametrize(("app", "lamp", "words"), STATES)
def test_how_the_app_is_has_a_lamp_and_words(app: KnownApp, lamp: str, words: str) -> None:
    assert (name_app_lamp(app), describe_app(app)) == (lamp, words)
