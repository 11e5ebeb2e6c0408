"""Installs and runs the real Node packages that the tests compare with."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent
PACKAGES = FOLDER.parent
"""Where package.json stands: above this folder and the sample apps, who both find it there."""


def installed() -> str:
    """Return node once the packages are there; skips when they cannot be."""
    try:
        return install()
    except LookupError as error:
        pytest.skip(str(error))


def install() -> str:
    """Return node once the packages are there. Raises: LookupError, with the reason."""
    node = shutil.which("node")
    npm = shutil.which("npm")
    if not node or not npm:
        raise LookupError("node and npm are not installed")
    with (PACKAGES / "package.json").open() as wanted:
        fcntl.flock(wanted, fcntl.LOCK_EX)  # two workers who install at once leave half of each
        names = json.load(wanted)["dependencies"]
        if all((PACKAGES / "node_modules" / name).is_dir() for name in names):
            return node
        command = [
            npm,
            "install",
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
            "--no-package-lock",
        ]
        done = subprocess.run(command, cwd=PACKAGES, capture_output=True, text=True, timeout=300)
    if done.returncode != 0:
        raise LookupError(f"npm could not install the packages: {done.stderr[-300:]}")
    return node


@contextmanager
def running(script: str, **env: str) -> Iterator[str]:
    """Run a script of this folder; yields its base URL."""
    process = subprocess.Popen(
        [installed(), script],
        cwd=FOLDER,
        env={**os.environ, "NODE_ENV": "development", **env},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    with process, process.stdout:
        try:
            yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.kill()
