"""`run` without a screen: the app, its provider and the proxy, until the command ends.

The first line of stdout is the base URL, once the app listens; with --json events follow. The app's
own lines go to stderr; those of a test suite where it wrote them. The exit code is the command's.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType
from typing import TypeAlias

from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.core.events.process import Stream
from session_inspector.devserver.core.events.server import StoreStateChanged
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.wire import event_to_json
from session_inspector.devserver.run.running import RunningApp
from session_inspector.inspector.cli.output import ExitCode, print_line, say, write_line
from session_inspector.inspector.cli.run.found_stores import ask_on_terminal, describe_state
from session_inspector.inspector.cli.run.inline import InlinePanel
from session_inspector.inspector.cli.run.inline_lines import inline_lines
from session_inspector.inspector.cli.run.plan import Plan, make_plan
from session_inspector.inspector.cli.run.report import AlarmCount, alarm_lines, report_failure
from session_inspector.inspector.cli.run.starting import BegunRun, begin, describe_start
from session_inspector.inspector.ending import INTERRUPTED, TERMINATED

Forward: TypeAlias = Callable[[Stream, str], None]
HEARTBEAT = 0.1
"""Seconds after which the end of the app, or a signal, is noticed at the latest."""


def run_app(arguments: argparse.Namespace) -> int:
    """Run the command to its end, and return its exit code. Raises: InputError."""
    plan = make_plan(arguments, os.environ, Path.cwd(), ask_on_terminal)
    panel = _make_panel(arguments)
    ending = _Ending()
    forward: Forward = _Forward(plan, as_json=arguments.json)
    if panel is not None:
        forward = panel.write
    with begin(plan, arguments, forward) as started:
        for line in describe_start(plan, started):
            say(line)
        headless = _Headless(plan, started, ending, as_json=arguments.json, panel=panel)
        code = headless.run()
    return _report(headless.alarms, code, fails=arguments.fail_on_alarm)


def _make_panel(arguments: argparse.Namespace) -> InlinePanel | None:
    """Return the panel of `--inline`; None: it was not asked for.

    Raises: InputError without a terminal.
    """
    if not arguments.inline:
        return None
    if not sys.stderr.isatty():
        raise InputError("--inline needs a terminal. Fix: --headless for scripts")
    return InlinePanel(sys.stderr, has_colour=not os.environ.get("NO_COLOR"))


def _report(alarms: AlarmCount, code: int, *, fails: bool) -> int:
    for line in alarm_lines(alarms.alarms):
        say(line)
    if fails and alarms.alarms and code == ExitCode.OK:
        return ExitCode.REFUSED
    return code


class _Ending:
    """SIGINT, SIGTERM and SIGHUP, noted: the app is ended properly."""

    def __init__(self) -> None:
        self.code: int | None = None
        """What the shell is told; None: no signal came."""
        if threading.current_thread() is not threading.main_thread():
            return
        signal.signal(signal.SIGINT, self._note)
        signal.signal(signal.SIGTERM, self._note)
        if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
            signal.signal(signal.SIGHUP, self._note)

    def _note(self, number: int, _frame: FrameType | None) -> None:
        codes = {signal.SIGINT: INTERRUPTED, signal.SIGTERM: TERMINATED}
        self.code = codes.get(signal.Signals(number), 128 + number)


class _Forward:
    """Where the app's own lines go."""

    def __init__(self, plan: Plan, *, as_json: bool) -> None:
        self._keeps_stdout = plan.is_suite and not as_json
        self._lock = threading.Lock()

    def __call__(self, stream: Stream, text: str) -> None:
        target = sys.stderr
        if stream == "stdout" and self._keeps_stdout:
            target = sys.stdout
        with self._lock:
            try:
                target.write(text + "\n")
                target.flush()
            except (OSError, ValueError):
                return  # its reader went away: the app goes on


class _Headless:
    """Writes what stdout gets, until the app has ended or a signal comes."""

    def __init__(
        self,
        plan: Plan,
        started: BegunRun,
        ending: _Ending,
        *,
        as_json: bool,
        panel: InlinePanel | None = None,
    ) -> None:
        self._panel = panel
        self._plan = plan
        self._app: RunningApp = started.app
        self._ending = ending
        self._as_json = as_json
        self._is_introduced = False
        self._said: dict[str, str] = {}
        """Of each store what was said last."""
        self._held: list[Event] = []
        """Events that wait for the line with the URL."""
        self.alarms = AlarmCount(started.app.attachment.journal)

    def run(self) -> int:
        """Return the exit code."""
        if self._plan.is_suite:
            self._introduce()  # before its own lines
        self._app.start()
        while self._ending.code is None and not self._app.wait(HEARTBEAT):
            self._write()
        self._app.stop()  # also what its first process has left behind
        self._app.attachment.settle()  # a request of its last moment may have raised an alarm
        self._introduce()
        self._write()
        if self._panel is not None:
            self._panel.close()
        report_failure(self._app)
        if self._ending.code is not None:
            return self._ending.code
        return self._app.code or 0

    def _write(self) -> None:
        if self._app.ready.is_set():
            self._introduce()
        events = self.alarms.take()
        self._say_stores(events)
        if self._panel is not None:
            now = self._app.attachment.clock.now()
            self._panel.draw(inline_lines(self.alarms.state, now, self.alarms.table))
        if not self._as_json:
            return
        self._held += events
        if not self._is_introduced:
            return
        for event in self._held:
            write_line(event_to_json(event))
        self._held.clear()

    def _say_stores(self, events: Sequence[Event]) -> None:
        """Say what has become of the app's store, whenever that changes; the panel has it too."""
        if self._panel is not None:
            return
        for event in events:
            if not isinstance(event, StoreStateChanged):
                continue
            text = describe_state(event)
            if self._said.get(event.store) != text:
                self._said[event.store] = text
                say(text)

    def _introduce(self) -> None:
        if self._is_introduced:
            return
        self._is_introduced = True
        if self._panel is None:  # it has the URL in its first line
            print_line(self._plan.base_url)
