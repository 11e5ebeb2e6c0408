"""`compare`: stateless and each store that is named or found, side by side, measured now."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict

from session_inspector.devserver.core.logs import leave_to_events
from session_inspector.devserver.settings import load_settings
from session_inspector.devserver.stores.urls import check_store_url
from session_inspector.inspector.cli.output import ExitCode, code_of, print_json, print_line, say
from session_inspector.inspector.cli.parser import flags_of
from session_inspector.inspector.compare.comparison import read_configured_store
from session_inspector.inspector.compare.measure import Measured, compare
from session_inspector.inspector.compare.places import ALWAYS, Place, parse_places
from session_inspector.inspector.compare.reach import find_places


def run_compare(arguments: argparse.Namespace) -> ExitCode:
    """Measure; 1 when one could not be, 2 when one does not answer.

    Raises: InputError, before it measures.
    """
    settings = load_settings(flags_of(arguments), os.environ, keeps_state=False)
    for url in arguments.urls:
        check_store_url(url)
    named = [*read_configured_store(settings), *arguments.urls]
    if arguments.only_named:
        places: Sequence[Place] = [*ALWAYS, *parse_places(named)]
    else:
        places = find_places(named, os.environ)
    _announce(places)
    leave_to_events()
    if arguments.json:
        rows = compare(settings, places)
        print_json([asdict(row) for row in rows])
    else:
        print_line(HEAD)
        rows = compare(settings, places, lambda row: print_line(line_of(row)))
        sys.stderr.write("Milliseconds of whole requests, p50/p99; each in a lab of its own.\n")
    return _result_of(rows)


def _result_of(rows: Sequence[Measured]) -> ExitCode:
    """Return 2 when one does not answer, which is on stderr too; 1 when one was not measured."""
    unreachable = [row for row in rows if row.is_unreachable]
    for row in unreachable:
        say(f"{row.carrier}: {row.problem}. Fix: start it, or leave it out")
    if unreachable:
        return ExitCode.BAD_INPUT
    return code_of(all(row.source == "absent" or not row.problem for row in rows))


def _announce(places: Sequence[Place]) -> None:
    """Name what was found before anything is written there."""
    found = [place.name for place in places if place.source == "found"]
    if found:
        say(
            f"found {', '.join(found)}: measured in a table or prefix session_inspector_measure_…,"
            " dropped afterwards. Without what is found: --only-named"
        )


HEAD = (
    f"{'carrier':34} {'cookie':>8} {'revocable':>9} {'read':>11} {'roll':>11} {'writes':>6}"
    "  after logout"
)


def line_of(row: Measured) -> str:
    """Return one line of the table."""
    if row.source == "absent":
        return f"{row.carrier}: {row.problem}"
    if row.problem:
        return f"{row.carrier:34.34} not measured: {row.problem}"
    read, roll = (f"{low:.1f}/{high:.1f}" for low, high in (row.read, row.roll))
    revocable = "NO"
    if row.is_revocable:
        revocable = "yes"
    return (
        f"{row.carrier:34.34} {row.cookie_bytes:>6} B {revocable:>9} {read:>11} {roll:>11}"
        f" {row.writes:>6.1f}  {row.left}"
    )
