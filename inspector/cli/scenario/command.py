"""`scenario NAME`: play one against a lab of its own, the exit code is the verdict."""

from __future__ import annotations

import argparse
import os

from session_inspector.devserver.core.commands import RunScenario
from session_inspector.devserver.core.events.server import ScenarioTold
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.host import RunningLab, start_lab
from session_inspector.devserver.lab.scenarios import SCENARIOS, find_scenario
from session_inspector.devserver.settings import load_settings
from session_inspector.inspector.cli.new_file import check_file
from session_inspector.inspector.cli.output import ExitCode, code_of, print_json, print_line
from session_inspector.inspector.cli.parser import flags_of

PATIENCE = 120.0
"""Seconds a scenario may take, and one more for each client."""


def scenario(arguments: argparse.Namespace) -> ExitCode:
    """Play it: 0 when the verdict is good, 1 when it is not. Raises: InputError."""
    if not arguments.name:
        return _print_names(arguments.json)
    find_scenario(arguments.name)
    flags = flags_of(arguments)
    flags["store"] = flags["store"] or "sqlite://:memory:"
    flags["port"] = flags["port"] or "0"
    lab = start_lab(check_file(load_settings(flags, os.environ, keeps_state=False)))
    try:
        return _play(lab, arguments)
    finally:
        lab.stop()


def _play(lab: RunningLab, arguments: argparse.Namespace) -> ExitCode:
    seen: list[Event] = []
    if not arguments.json:
        lab.journal.on_change(lambda: _print_news(lab, seen))
    command = RunScenario(name=arguments.name, count=arguments.count)
    reply = lab.run(lab.control.execute(command), PATIENCE + arguments.count)
    steps = [event for event in lab.journal.since(0)[0] if isinstance(event, ScenarioTold)]
    if arguments.json:
        print_json(
            {
                "scenario": arguments.name,
                "ok": reply.is_ok,
                "verdict": reply.message,
                "steps": [{"ok": s.is_ok, "text": s.text} for s in steps if not s.is_verdict],
            }
        )
    return code_of(reply.is_ok)


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
