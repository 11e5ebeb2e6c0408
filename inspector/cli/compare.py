"""`compare`: stateless and the stores that are named, side by side, measured now."""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import asdict

from devserver.settings import load_settings
from inspector.cli.arguments import flags_of
from inspector.cli.output import ExitCode, print_json, print_line
from inspector.compare.measure import Measured, compare

DEFAULT = ("memory://", "sqlite://:memory:")


def run_compare(arguments: argparse.Namespace) -> ExitCode:
    """Measure; 1 when one could not be. Raises: InputError."""
    flags = flags_of(arguments) | {"store": None}
    settings = load_settings(flags, os.environ, keeps_state=False)
    urls = list(dict.fromkeys([*DEFAULT, *arguments.urls]))
    if arguments.json:
        rows = compare(settings, urls)
        print_json([asdict(row) for row in rows])
    else:
        print_line(HEAD)
        rows = compare(settings, urls, lambda row: print_line(line_of(row)))
        sys.stderr.write("Milliseconds of whole requests, p50/p99; each in a lab of its own.\n")
    return ExitCode.REFUSED if any(row.problem for row in rows) else ExitCode.OK


HEAD = (
    f"{'carrier':34} {'cookie':>8} {'revocable':>9} {'read':>11} {'roll':>11} {'writes':>6}"
    "  after logout"
)


def line_of(row: Measured) -> str:
    """Return one line of the table."""
    if row.problem:
        return f"{row.carrier:34.34} not measured: {row.problem}"
    read, roll = (f"{low:.1f}/{high:.1f}" for low, high in (row.read, row.roll))
    revocable = "yes" if row.is_revocable else "NO"
    return (
        f"{row.carrier:34.34} {row.cookie_bytes:>6} B {revocable:>9} {read:>11} {roll:>11}"
        f" {row.writes:>6.1f}  {row.left}"
    )
