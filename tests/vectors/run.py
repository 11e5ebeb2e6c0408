"""Runs a file of golden cases and says which fail, and how.

Two schemas: an object with the cases of nextjs-auth0 v4 (each with an `op`), and a list of cookies
of other formats (each with a `format`).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from session_inspector.devserver.decoders.registry import load_decoders
from tests.vectors.case import Case, Runner, load_cases
from tests.vectors.connections import run_connection_case
from tests.vectors.formats import FormatCase, run_format_case
from tests.vectors.routes import run_route_case
from tests.vectors.sessions import run_session_case
from tests.vectors.transactions import run_transaction_case

C = TypeVar("C")
RUNNERS: dict[str, Runner] = {
    "route": run_route_case,
    "connection": run_connection_case,
    **dict.fromkeys(("set", "get", "touch", "delete"), run_session_case),
    **dict.fromkeys(("txn_save", "txn_get", "txn_delete", "txn_delete_all"), run_transaction_case),
}


def run_case(case: Case) -> list[str]:
    """Return what differs from the package, empty when nothing does."""
    runner = RUNNERS.get(case.op)
    return runner(case) if runner else [f"op {case.op!r} is not known"]


def load_format_cases(path: Path) -> list[FormatCase]:
    """Return the cases of a file of the second schema, empty for one of the first."""
    found = json.loads(path.read_text())
    raw = found if isinstance(found, list) else found.get("cases", found.get("vectors"))
    decoders = load_decoders()
    return [FormatCase(case, decoders) for case in raw or () if "format" in case]


def _outcomes(path: Path) -> list[tuple[str, list[str]]]:
    others = load_format_cases(path)
    if others:
        return [(case.name, _tried(run_format_case, case)) for case in others]
    return [(case.name, _tried(run_case, case)) for case in load_cases(path)]


def _tried(run: Callable[[C], list[str]], case: C) -> list[str]:
    try:
        return run(case)
    except Exception as error:  # one broken case must not hide the others
        return [f"raised {type(error).__name__}: {error}"]


def run_file(path: Path) -> int:
    """Print each failing name with a short diff and the summary; returns the exit code."""
    passed = failed = 0
    for case, problems in _outcomes(path):
        passed = passed + (not problems)
        failed = failed + bool(problems)
        for problem in problems:
            print(f"{case}: {problem}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0
