"""`doctor`: what is here and what is missing, each with its fix; it makes only the state folder."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess  # nosec B404 # see below
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from session_inspector.devserver.core.clock import SystemClock
from session_inspector.devserver.core.configuration.file import state_folder
from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.settings import load_settings
from session_inspector.inspector.cli.doctor.authority import look_at_authority
from session_inspector.inspector.cli.doctor.diagnosis import Diagnosis, diagnose_error
from session_inspector.inspector.cli.doctor.installed import (
    look_at_browsers,
    look_at_extras,
    look_at_program,
)
from session_inspector.inspector.cli.doctor.machine import (
    look_at_clock,
    look_at_ports,
    look_at_state,
    look_at_stores,
)
from session_inspector.inspector.cli.doctor.terminal import TerminalFacts, look_at_terminal
from session_inspector.inspector.cli.output import ExitCode, code_of, print_json, print_line
from session_inspector.inspector.cli.parser import flags_of
from session_inspector.inspector.compare.reach import find_places

MARKS = {"ok": "✓", "missing": "○", "broken": "✗"}
COLUMN = 20
SECONDS = 3.0


def doctor(arguments: argparse.Namespace) -> ExitCode:
    """Look at everything; 1 when something that is needed does not work."""
    found: list[Diagnosis] = []
    for finding in _look(arguments):
        found.append(finding)
        if not arguments.json:
            _print_finding(finding, found[:-1])
    if arguments.json:
        print_json([asdict(finding) for finding in found])
    else:
        _print_sum(found)
    return code_of(not any(finding.state == "broken" for finding in found))


def _look(arguments: argparse.Namespace) -> Iterator[Diagnosis]:
    yield from look_at_program()
    yield from look_at_terminal(_terminal(), os.environ)
    yield from _look_at_machine(arguments)
    yield from look_at_extras()
    yield from look_at_browsers(os.environ)
    yield from look_at_stores(find_places([], os.environ))


def _look_at_machine(arguments: argparse.Namespace) -> Iterator[Diagnosis]:
    clock = SystemClock()
    yield look_at_clock(clock, is_clock_synchronised)
    try:
        settings = load_settings(flags_of(arguments), os.environ, keeps_state=False)
        yield Diagnosis(group="machine", name="configuration", state="ok", text="can be read")
        ports = {"port": settings.port, "provider port": settings.provider_port}
        yield from look_at_ports(ports)
    except InputError as error:
        yield diagnose_error("machine", "configuration", error)
    folder = state_folder(os.environ)
    state = look_at_state(folder)
    yield state
    if state.state == "ok":
        try:
            yield from look_at_authority(folder, clock, os.environ)
        except InputError as error:
            yield diagnose_error("local authority", "certificate", error)


def _terminal() -> TerminalFacts:
    columns, lines = shutil.get_terminal_size()
    return TerminalFacts(
        is_terminal=sys.stdout.isatty(),
        columns=columns,
        lines=lines,
        encoding=sys.stdout.encoding or "unknown",
    )


def is_clock_synchronised() -> bool | None:
    """Return what systemd reports of NTP; None where it reports nothing."""
    program = shutil.which("timedatectl")
    if program is None:
        return None
    try:
        done = subprocess.run(  # nosec B603 # a program found in PATH, no shell
            [program, "show", "--property=NTPSynchronized", "--value"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return {"yes": True, "no": False}.get(done.stdout.strip())


def _print_finding(finding: Diagnosis, before: Sequence[Diagnosis]) -> None:
    if not before or before[-1].group != finding.group:
        print_line(finding.group)
    print_line(f"  {MARKS[finding.state]} {finding.name:{COLUMN}} {finding.text}")
    if finding.fix:
        print_line(f"    {'':{COLUMN}} Fix: {finding.fix}")


def _print_sum(found: Sequence[Diagnosis]) -> None:
    print_line("")
    broken = [finding.name for finding in found if finding.state == "broken"]
    if broken:
        print_line(f"{len(broken)} to mend: {', '.join(broken)}")
    else:
        print_line("all that is needed works; ○ can be added when it is wanted")
