"""What a skip means: here a missing server; with REQUIRE_BACKENDS=1 (CI) a failure."""

from __future__ import annotations

from collections.abc import Mapping

import pytest


def without_skips(report: pytest.TestReport, environ: Mapping[str, str]) -> pytest.TestReport:
    """Return the report, failed when it is a skip and nothing may be missing.

    An expected failure is told as a skip too; it has its reason in `wasxfail`.
    """
    is_skip = report.skipped and not hasattr(report, "wasxfail")
    if is_skip and environ.get("REQUIRE_BACKENDS") == "1":
        report.outcome = "failed"
        report.longrepr = f"skipped where nothing may be missing: {report.longrepr}"
    return report
