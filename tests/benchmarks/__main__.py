"""`python -m tests.benchmarks [--json] [NAME…]`: measure, and print one table of ratios."""

from __future__ import annotations

import argparse
import sys
import tempfile
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import uvloop

from session_inspector.devserver.core.clock import stopwatch
from tests.benchmarks.table import Line, show, to_json

TITLES = {
    "sealing": "cookie: seal and open",
    "rolling": "a rolling request",
    "redis": "stores, 64 in flight: Redis",
    "sqlite": "stores, 64 in flight: SQLite",
    "postgres": "stores, 64 in flight: PostgreSQL",
    "million": "stores: a million sessions",
    "decode": "decode",
    "searches": "sort and filter of many sessions",
    "tui": "the list, a million rows",
    "browser": "keys beside a busy browser",
    "start": "cold start",
    "proxy": "attach mode: proxy",
    "chaos": "the app while a store hangs",
}
"""Every benchmark is a module here with `async def measure(folder) -> list[Line]`."""
ASKED_FOR = {"large": "stores: ten million sessions"}
"""Those that take too long, or too much of the disk, to be run with the others."""


def known() -> list[str]:
    """Return the names of the benchmarks that are there."""
    return [name for name in TITLES if find_spec(f"tests.benchmarks.{name}") is not None]


def main(arguments: list[str]) -> int:
    """Measure; 1 when a limit was missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"some of {', '.join(known())}")
    parser.add_argument("--json", action="store_true", help="print JSON, not a table")
    asked = parser.parse_args(arguments)
    unknown = set(asked.names) - {*known(), *ASKED_FOR}
    if unknown:
        print(f"no benchmark {', '.join(sorted(unknown))}; there are: {', '.join(known())}")
        return 2
    groups: list[tuple[str, list[Line]]] = []
    for name in asked.names or known():
        print(f"measuring {name} …", file=sys.stderr)
        with tempfile.TemporaryDirectory() as folder:
            module = import_module(f"tests.benchmarks.{name}")
            began = stopwatch()
            groups.append(({**TITLES, **ASKED_FOR}[name], uvloop.run(module.measure(Path(folder)))))
            print(f"{name} took {stopwatch() - began:.0f} s", file=sys.stderr)
    if asked.json:
        print(to_json(groups))
    else:
        show(groups)
    return int(any(line.is_missed for _, lines in groups for line in lines))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
