"""The Next.js sample as it is deployed: built once in a checkout, and started from there.

`next dev` compiles each page when it is first asked for, 10 to 20 s a start, and may lose a page
on a busy machine (`show_routes`). Only the tests of `run` need it: that is what people type.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
from pathlib import Path

from tests.node.packages import PACKAGES, installed

FOLDER = Path(__file__).parent / "nextjs"
NEXT = PACKAGES / "node_modules" / "next" / "dist" / "bin" / "next"
LIMIT = 600
"""Seconds of a build: 25 of CPU."""
MODE = {"NEXT_TELEMETRY_DISABLED": "1", "NODE_ENV": "production"}


def next_start(port: int) -> list[str]:
    """Return the command that starts what `build` has made."""
    return [installed(), str(NEXT), "start", str(FOLDER), "-H", "127.0.0.1", "-p", str(port)]


def build() -> dict[str, str]:
    """Build the sample, unless that was done; returns the environment that finds it.

    Raises: RuntimeError, with what Next.js has printed.
    """
    node = installed()
    name = f".next/built-{_fingerprint()}"
    env = {**MODE, "DIST": name}
    with (FOLDER / "next.config.mjs").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # the other workers wait for the one that builds
        done = FOLDER / name / "complete"
        if not done.exists():
            _run([node, str(NEXT), "build", str(FOLDER)], env)
            done.touch()
    return env


def _run(command: list[str], env: dict[str, str]) -> None:
    told = subprocess.run(
        command, env={**os.environ, **env}, capture_output=True, text=True, timeout=LIMIT
    )
    if told.returncode != 0:
        raise RuntimeError(f"next build ended with {told.returncode}: {told.stdout}{told.stderr}")


def _fingerprint() -> str:
    """Return what tells one version of the sample and its packages from another."""
    files = [file for file in FOLDER.rglob("*.*js*") if ".next" not in file.parts]
    wanted = [*sorted(files), PACKAGES / "package.json"]
    text = b"".join(file.read_bytes() for file in wanted)
    return hashlib.sha256(text).hexdigest()[:12]
