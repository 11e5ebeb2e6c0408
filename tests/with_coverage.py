"""`python -m tests.with_coverage [PYTEST…]`: run pytest, measure branches, hold the gate.

The report stands before pytest's summary, which stays the last line: CI reads it there. When tests
failed there is no report: the end of a log is what people see of it. Ends with pytest's exit code,
or coverage's when only the gate failed.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence

COVERAGE = (sys.executable, "-m", "coverage")


def run_pytest(arguments: Sequence[str]) -> tuple[int, str]:
    """Run pytest under coverage, and pass on what it prints.

    Returns its exit code and its last line, which is not printed yet.
    """
    command = [*COVERAGE, "run", "-m", "pytest", *arguments]
    last = ""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            sys.stdout.write(last)
            sys.stdout.flush()
            last = line
    return process.returncode, last


def main(arguments: Sequence[str]) -> int:
    """Run the tests, print what they reached if they pass, and return the exit code."""
    subprocess.run([*COVERAGE, "erase"], check=True)
    code, summary = run_pytest(arguments)
    if code:
        sys.stdout.write(summary)
        return code
    subprocess.run([*COVERAGE, "combine", "--quiet"], check=True)
    gate = subprocess.run([*COVERAGE, "report"], check=False).returncode
    sys.stdout.write(summary)
    return gate


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
