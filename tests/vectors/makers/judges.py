"""Has real packages read cookies: the Python frameworks in a venv of their own, gorilla in Go."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
VENV = Path(os.environ.get("SESSION_INSPECTOR_MAKERS") or CACHE / "session-inspector" / "makers")
PATIENCE = 240
"""Seconds: Go compiles what it runs, and a machine may be busy."""


def read_with_python(lines: Sequence[Mapping[str, object]]) -> list[object]:
    """Return what each line's framework reads; skips where they are not installed."""
    python = VENV / "bin" / "python"
    wanted = (FOLDER / "python" / "requirements.txt").read_text()
    kept = VENV / "installed.txt"
    if not kept.is_file() or kept.read_text() != wanted:
        pytest.skip("the frameworks are not installed: bash tests/vectors/makers/install.sh")
    return _ask([str(python), "readers.py"], FOLDER / "python", lines)


def read_with_go(lines: Sequence[Mapping[str, object]]) -> list[object]:
    """Return what gorilla/securecookie reads of each line; skips without Go or its modules."""
    go = shutil.which("go")
    if go is None:
        pytest.skip("go is not installed")
    folder = FOLDER / "go"
    fetched = subprocess.run([go, "mod", "download"], cwd=folder, capture_output=True, text=True)
    if fetched.returncode:
        pytest.skip(f"its modules cannot be had: {fetched.stderr[-200:]}")
    return _ask([go, "run", ".", "read"], folder, lines)


def _ask(
    command: Sequence[str], folder: Path, lines: Sequence[Mapping[str, object]]
) -> list[object]:
    text = "\n".join(json.dumps(line) for line in lines)
    found = subprocess.run(
        command, cwd=folder, input=text, capture_output=True, text=True, timeout=PATIENCE
    )
    assert found.returncode == 0, found.stderr[-2000:]
    return [json.loads(line)["read"] for line in found.stdout.splitlines()]
