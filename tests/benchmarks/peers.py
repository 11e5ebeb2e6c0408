"""The peers that are measured: a Python environment and a Node folder, made when they are missing.

What cannot be installed is not skipped in silence: `Missing` says why, and the table names it.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.engines import CACHE
from tests.node.packages import PACKAGES as NODE
from tests.node.packages import install

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PINS = HERE / "peers.txt"
PATIENCE = 400


class Missing(Exception):
    """A peer that cannot be had, and why."""


def python() -> Path:
    """Return the interpreter of the Python peers' environment. Raises: Missing."""
    folder = CACHE.parent / f"peers-{sys.version_info.major}.{sys.version_info.minor}"
    found = folder / "bin" / "python"
    stamp = folder / "peers.txt"
    if stamp.is_file() and stamp.read_text() == PINS.read_text():
        return found
    _run([sys.executable, "-m", "venv", "--clear", str(folder)], HERE)
    _run([str(found), "-m", "pip", "install", "--quiet", "-r", str(PINS)], HERE)
    stamp.write_text(PINS.read_text())
    return found


def node() -> str:
    """Return node, once the real SDK and jose are there. Raises: Missing."""
    try:
        return install()
    except (LookupError, subprocess.TimeoutExpired) as error:
        raise Missing(str(error)) from error


def pinned(package: str) -> str:
    """Return `NAME VERSION` of a Python peer."""
    for line in PINS.read_text().splitlines():
        name, _, version = line.partition("==")
        if name.lower() == package.lower():
            return f"{package} {version}"
    raise LookupError(package)


def node_version(package: str) -> str:
    """Return `NAME VERSION` of a Node package, its name alone when it is not installed."""
    found = NODE / "node_modules" / package / "package.json"
    short = package.rpartition("/")[2]
    return f"{short} {json.loads(found.read_text())['version']}" if found.is_file() else short


def _run(command: list[str], folder: Path) -> None:
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=PATIENCE)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Missing(f"{Path(command[0]).name}: {error}") from error
    if done.returncode:
        said = (done.stderr.strip() or done.stdout.strip()).splitlines()
        raise Missing(said[-1][:120] if said else f"{command[0]} ended with {done.returncode}")
