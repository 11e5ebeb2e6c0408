"""The commands that start the sample apps; each skips where what it needs is not installed."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.apps.next_build import NEXT
from tests.engines import CACHE as ENGINES
from tests.node.packages import installed
from tests.servers import binary

FOLDER = Path(__file__).parent
VENV = Path(
    os.environ.get("SESSION_INSPECTOR_APPS")
    or Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    / "session-inspector"
    / "apps"
)
"""Where tests/apps.sh installs the Python packages."""


def python() -> str:
    """Return the samples' Python; skips when it is not installed."""
    installed_file = VENV / "installed.txt"
    wanted = FOLDER / "requirements.txt"
    if installed_file.exists() and installed_file.read_text() == wanted.read_text():
        return str(VENV / "bin" / "python")
    pytest.skip("the sample apps' packages are not installed. Fix: bash tests/apps.sh")


def node_script(name: str) -> Callable[[int], list[str]]:
    return lambda port: [installed(), str(FOLDER / name / "app.mjs")]


def python_script(name: str) -> Callable[[int], list[str]]:
    return lambda port: [python(), "-W", "ignore", str(FOLDER / name / "app.py")]


def go_run() -> list[str]:
    """Return `go run .`, with the modules and builds of whoever runs the tests."""
    places = ("GOMODCACHE", "GOCACHE")
    asked = subprocess.run(
        [binary("go"), "env", *places], capture_output=True, text=True, check=True
    )
    kept = zip(places, asked.stdout.split(), strict=True)
    return ["env", *(f"{name}={place}" for name, place in kept), "go", "run", "."]


def npm_dev() -> list[str]:
    """Return `npm run dev`; the packages are linked into the folder by who starts it."""
    installed()
    return [binary("npm"), "run", "dev"]


def maven_run() -> list[str]:
    """Return `mvn spring-boot:run`, with what tests/engines.sh has downloaded."""
    if not (ENGINES / "spring-boot" / "pom.xml").exists():
        pytest.skip("Spring Boot is not installed. Fix: bash tests/engines.sh")
    binary("java")
    repository = Path.home() / ".m2" / "repository"
    options = ["-q", "-B", "-o", f"-Dmaven.repo.local={repository}"]
    return [binary("mvn"), *options, "spring-boot:run"]


def next_dev(port: int) -> list[str]:
    where = ["-H", "127.0.0.1", "-p", str(port)]
    return [installed(), str(NEXT), "dev", str(FOLDER / "nextjs"), *where]
