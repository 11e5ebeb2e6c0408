"""`scenario NAME`: play one against a lab of its own, and tell the verdict by the exit code."""

from __future__ import annotations

import argparse
import os

from session_inspector.devserver.core.commands import RunScenario
from session_inspector.devserver.core.events.server import ScenarioTold
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.host import RunningLab, start_lab
from session_inspector.devserver.lab.scenarios import SCENARIOS, find_scenario
from session_inspector.devserver.settings import load_settings
from session_inspector.inspector.cli.arguments import flags_of
from session_inspector.inspector.cli.output import ExitCode, print_json, print_line

PATIENCE = 120.0
"""Seconds a scenario may take."""


def scenario(arguments: argparse.Namespace) -> ExitCode:
    """Play it: 0 when the verdict is good, 1 when it is not. Raises: InputError."""
    if not arguments.name:
        return _list(arguments.json)
    find_scenario(arguments.name)
    flags = flags_of(arguments)
    flags["store"] = flags["store"] or "sqlite://:memory:"
    flags["port"] = flags["port"] or "0"
    lab = start_lab(load_settings(flags, os.environ, keeps_state=False))
    try:
        return _played(lab, arguments)
    finally:
        lab.stop()


def _played(lab: RunningLab, arguments: argparse.Namespace) -> ExitCode:
    seen: list[Event] = []
    if not arguments.json:
        lab.journal.on_change(lambda: _tell(lab, seen))
    command = RunScenario(name=arguments.name, count=arguments.count)
    reply = lab.submit(lab.control.execute(command)).result(PATIENCE)
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
    return ExitCode.OK if reply.is_ok else ExitCode.REFUSED


def _tell(lab: RunningLab, seen: list[Event]) -> None:
    for event in lab.journal.since(seen[-1].seq if seen else 0)[0]:
        seen.append(event)
        if isinstance(event, ScenarioTold):
            mark = ("✔" if event.is_ok else "✘") if event.is_verdict else "·"
            print_line(f"{mark} {event.text}")


def _list(as_json: bool) -> ExitCode:
    rows = [{"name": s.name, "title": s.title, "count": s.count} for s in SCENARIOS]
    if as_json:
        print_json(rows)
    else:
        for row in rows:
            print_line(f"{row['name']:16} {row['title']}")
    return ExitCode.OK
