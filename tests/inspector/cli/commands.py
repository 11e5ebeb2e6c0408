"""Runs the command as a person does: a process of its own, a home folder of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.waiting import PATIENCE


def environment(home: Path, **env: str) -> dict[str, str]:
    """Return the environment of a command."""
    return {"HOME": str(home), "PATH": os.environ["PATH"], "PYTHONPATH": os.getcwd(), **env}


def run(
    *arguments: str, stdin: str = "", home: Path, cwd: Path | None = None, **env: str
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "session_inspector", *arguments],
        input=stdin,
        cwd=cwd,
        env=environment(home, **env),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
