"""Installs and runs the real Node packages that the tests compare with."""

from __future__ import annotations

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
NEWEST = "connect-mongo"
"""The package that was added last: without it an older installation is brought up to date."""


def installed() -> str:
    """Return node once the packages are there; skips when they cannot be."""
    node, npm = shutil.which("node"), shutil.which("npm")
    reason = "node and npm are not installed"
    if node and npm:
        if (PACKAGES / "node_modules" / NEWEST).is_dir():
            return node
        command = [
            npm, "install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock",
        ]  # fmt: skip
        done = subprocess.run(command, cwd=PACKAGES, capture_output=True, text=True, timeout=300)
        if done.returncode == 0:
            return node
        reason = f"npm could not install the packages: {done.stderr[-300:]}"
    pytest.skip(reason)


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
