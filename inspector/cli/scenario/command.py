"""`scenario NAME`: play one against a lab of its own, the exit code is the verdict."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from contextlib import ExitStack

from session_inspector.devserver.attach.browser.opening import find_wish
from session_inspector.devserver.core.commands import Reply, RunScenario
from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.core.events.browser import BrowserStateChanged
from session_inspector.devserver.core.events.server import ScenarioTold
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.logs import leave_to_events
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.host import RunningLab, start_lab
from session_inspector.devserver.lab.scenarios import SCENARIOS, Scenario, find_scenario
from session_inspector.devserver.settings import load_settings
from session_inspector.inspector.cli.new_file import check_file
from session_inspector.inspector.cli.output import ExitCode, code_of, print_json, print_line
from session_inspector.inspector.cli.parser import flags_of
from session_inspector.inspector.feed.here import offer_browsers
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.fold.update import fold
from session_inspector.inspector.model.words.explanations import EXPLANATIONS

PATIENCE = 120.0
"""Seconds a scenario may take, and one more for each client."""


def scenario(arguments: argparse.Namespace) -> ExitCode:
    """Play it: 0 when the verdict is good, 1 when it is not. Raises: InputError."""
    if not arguments.name:
        return _print_names(arguments.json)
    _check_browser(find_scenario(arguments.name), arguments.browser)
    flags = flags_of(arguments)
    flags["store"] = flags["store"] or "sqlite://:memory:"
    flags["port"] = flags["port"] or "0"
    leave_to_events()
    lab = start_lab(check_file(load_settings(flags, os.environ, keeps_state=False)))
    try:
        offer_browsers(lab)
        return _play(lab, arguments)
    finally:
        lab.stop()


def _check_browser(scenario: Scenario, name: str) -> None:
    """Check that the browser is there that a scenario needs. Raises: InputError."""
    if scenario.needs_browser:
        find_wish(name, "", os.environ)
    elif name:
        raise InputError(
            f"scenario {scenario.name} is played without a real browser. Fix: leave --browser away"
        )


def _play(lab: RunningLab, arguments: argparse.Namespace) -> ExitCode:
    seen: list[Event] = []
    with ExitStack() as until_played:
        if not arguments.json:
            # also when a signal comes: what the end of the lab cuts off has no verdict
            until_played.callback(lab.journal.on_change(lambda: _print_news(lab, seen)))
        command = RunScenario(name=arguments.name, count=arguments.count, browser=arguments.browser)
        reply = lab.run(lab.control.execute(command), PATIENCE + arguments.count)
    events, _ = lab.journal.since(0)
    state = fold(State(), events)
    if arguments.json:
        print_json(_to_json(arguments.name, reply, events, state))
    else:
        for alarm in state.alarms.raised:
            print_line(f"⚠ {alarm.kind}: {alarm.text}")
            print_line(f"  Fix: {EXPLANATIONS[alarm.kind].fix}")
    return code_of(reply.is_ok)


def _to_json(name: str, reply: Reply, events: Sequence[Event], state: State) -> JsonObject:
    steps = [event for event in events if isinstance(event, ScenarioTold)]
    return {
        "scenario": name,
        "ok": reply.is_ok,
        "verdict": reply.message,
        "browser": _name_browser(events),
        "steps": [{"ok": step.is_ok, "text": step.text} for step in steps if not step.is_verdict],
        "alarms": [
            {
                "kind": alarm.kind,
                "text": alarm.text,
                "why": EXPLANATIONS[alarm.kind].why,
                "fix": EXPLANATIONS[alarm.kind].fix,
            }
            for alarm in state.alarms.raised
        ],
    }


def _name_browser(events: Sequence[Event]) -> str:
    """Return name and version of the real browser; empty: it was played without one."""
    states = [event for event in events if isinstance(event, BrowserStateChanged)]
    return next((event.browser for event in states if event.state == "watching"), "")


def _print_news(lab: RunningLab, seen: list[Event]) -> None:
    last = 0
    if seen:
        last = seen[-1].seq
    for event in lab.journal.since(last)[0]:
        seen.append(event)
        if isinstance(event, ScenarioTold):
            print_line(f"{_mark(event)} {event.text}")


def _mark(event: ScenarioTold) -> str:
    if not event.is_verdict:
        return "·"
    if event.is_ok:
        return "✔"
    return "✘"


def _print_names(as_json: bool) -> ExitCode:
    rows = [{"name": s.name, "title": s.title, "count": s.count} for s in SCENARIOS]
    if as_json:
        print_json(rows)
    else:
        for row in rows:
            print_line(f"{row['name']:16} {row['title']}")
    return ExitCode.OK
