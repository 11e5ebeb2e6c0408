"""What a skip means: here a missing server; with REQUIRE_BACKENDS=1 (CI) a failure.

Only what tests/unavailable.toml lists may be missing there too.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path

import pytest

LIST = Path(__file__).parent / "unavailable.toml"
MARK = "Skipped: "
"""How pytest begins the reason of a skip."""


def without_skips(
    report: pytest.TestReport, environ: Mapping[str, str], unavailable: Collection[str]
) -> pytest.TestReport:
    """Return the report, failed when it is a skip and what it names may not be missing.

    An expected failure is told as a skip too; it has its reason in `wasxfail`.
    """
    is_skip = report.skipped and not hasattr(report, "wasxfail")
    if not is_skip or environ.get("REQUIRE_BACKENDS") != "1":
        return report
    if not any(reason_of(report).startswith(f"{name} ") for name in unavailable):
        report.outcome = "failed"
        report.longrepr = f"skipped where nothing may be missing: {report.longrepr}"
    return report


def reason_of(report: pytest.TestReport) -> str:
    """Return why a test was skipped."""
    if not isinstance(report.longrepr, tuple):
        return ""
    return str(report.longrepr[2]).removeprefix(MARK)


def read_list(text: str) -> dict[str, str]:
    """Return what was tried for each name of a list. Raises: ValueError for one that lacks it."""
    found: dict[str, str] = {}
    for entry in tomllib.loads(text)["unavailable"]:
        if not entry.get("name") or not entry.get("tried"):
            raise ValueError(f"{entry} needs a name and what was tried")
        found[entry["name"]] = entry["tried"]
    return found


@cache
def unavailable_names() -> frozenset[str]:
    """Return the names that may be missing everywhere."""
    return frozenset(read_list(LIST.read_text()))
