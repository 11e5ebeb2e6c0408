"""Where the peers are installed; what is missing skips with the way to install it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent
CACHE = Path(
    os.environ.get("SESSION_INSPECTOR_PEERS")
    or Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    / "session-inspector"
    / "peers"
)
"""Where tests/peers.sh installs them."""


def installed(name: str) -> Path:
    """Return what tests/peers.sh has installed; skips when it has not."""
    found = CACHE / name
    if not found.exists():
        pytest.skip(f"{name} is not installed. Fix: bash tests/peers.sh")
    return found


def python() -> str:
    """Return the Python that has the peers' packages; skips when it has others."""
    wanted = (FOLDER / "requirements.txt").read_text()
    if installed("venv/installed.txt").read_text() != wanted:
        pytest.skip("the peers' Python packages are others. Fix: bash tests/peers.sh")
    return str(CACHE / "venv" / "bin" / "python")
