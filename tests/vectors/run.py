"""Runs a file of golden cases and says which fail, and how."""

from __future__ import annotations

from pathlib import Path

from tests.vectors.case import Case, Runner, load_cases
from tests.vectors.routes import run_route_case
from tests.vectors.sessions import run_session_case
from tests.vectors.transactions import run_transaction_case

RUNNERS: dict[str, Runner] = {
    "route": run_route_case,
    **dict.fromkeys(("set", "get", "touch", "delete"), run_session_case),
    **dict.fromkeys(("txn_save", "txn_get", "txn_delete", "txn_delete_all"), run_transaction_case),
}


def run_case(case: Case) -> list[str]:
    """Return what differs from the package, empty when nothing does."""
    runner = RUNNERS.get(case.op)
    return runner(case) if runner else [f"op {case.op!r} is not known"]


def run_file(path: Path) -> int:
    """Print each failing name with a short diff and the summary; returns the exit code."""
    passed = failed = 0
    for case in load_cases(path):
        problems = run_case(case)
        passed, failed = passed + (not problems), failed + bool(problems)
        for problem in problems:
            print(f"{case.name}: {problem}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0
