"""The wheel in an environment of its own, with the dependencies it names, and a framework or none.

Nothing is downloaded: the environment's packages are links to those the tests run with, and to
those that tests/apps.sh installed; what no metadata asks for is not there.
"""

from __future__ import annotations

import os
import subprocess
import sys
import venv
import zipfile
from collections.abc import Iterator, Sequence
from importlib.metadata import Distribution, distributions
from pathlib import Path

import httpx
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.apps.commands import VENV
from tests.waiting import PATIENCE

ROOT = Path(__file__).parents[2]
INSTALLED = Path(httpx.__file__).parents[1]
FRAMEWORKS = Path(
    os.environ.get("SESSION_INSPECTOR_FRAMEWORKS")
    or Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    / "session-inspector"
    / "frameworks"
)
"""Where tests/apps.sh installs what no sample app needs."""
SCRIPT = """#!{python}
import sys
from session_inspector.inspector.entry import main
sys.exit(main())
"""
"""What pip writes for [project.scripts]; the current folder is not on its path."""


def build_wheel(folder: Path) -> Path:
    """Return the wheel of this checkout."""
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = folder.glob("*.whl")
    return wheel


class Environment:
    """An environment with the wheel in it, and with packages beside it."""

    def __init__(self, folder: Path, wheel: Path, beside: Sequence[str] = ()) -> None:
        venv.create(folder, symlinks=True)
        (self.site_packages,) = folder.glob("lib/python*/site-packages")
        self.python = folder / "bin" / "python"
        self._command = folder / "bin" / "session-inspector"
        self._command.write_text(SCRIPT.format(python=self.python))
        self._command.chmod(0o755)
        with zipfile.ZipFile(wheel) as file:
            file.extractall(self.site_packages)
        (own,) = distributions(path=[str(self.site_packages)])
        wanted = [*(own.requires or ()), *beside]
        for path in sorted(set(_list_paths(wanted))):
            (self.site_packages / path.name).symlink_to(path)

    def run(
        self, *words: str, folder: Path, stdin: str = "", **env: str
    ) -> subprocess.CompletedProcess[str]:
        """Run the console script in a folder that is its home, too."""
        return subprocess.run(
            [str(self._command), *words],
            input=stdin,
            cwd=folder,
            env={"HOME": str(folder), "PATH": os.environ["PATH"], **env},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )


def _list_paths(wanted: Sequence[str]) -> Iterator[Path]:
    """Yield the files and folders of packages, and of those that they need."""
    pending = [Requirement(text) for text in wanted]
    seen: set[tuple[str, str]] = set()
    while pending:
        requirement = pending.pop()
        if requirement.marker is not None and not requirement.marker.evaluate({"extra": ""}):
            continue
        found = _find(requirement.name)
        yield from _paths_of(found)
        for extra in ("", *sorted(requirement.extras)):
            if (found.name, extra) not in seen:
                seen.add((found.name, extra))
                pending += _needs_of(found, extra)


def _needs_of(found: Distribution, extra: str) -> Iterator[Requirement]:
    """Yield what a package needs, or what one of its extras adds."""
    for text in found.requires or ():
        need = Requirement(text)
        if need.marker is None and not extra:
            yield need
        elif need.marker is not None and need.marker.evaluate({"extra": extra}):
            need.marker = None
            yield need


def _find(name: str) -> Distribution:
    """Return a package, those the tests run with first."""
    places = [str(INSTALLED), *map(str, VENV.glob("lib/python*/site-packages")), str(FRAMEWORKS)]
    for place in places:
        for found in distributions(name=canonicalize_name(name), path=[place]):
            return found
    pytest.skip(f"{name} is not installed. Fix: bash tests/apps.sh")


def _paths_of(found: Distribution) -> Iterator[Path]:
    root = Path(str(found.locate_file("")))
    for file in found.files or ():
        if file.parts[0] not in ("..", "__pycache__"):
            yield root / file.parts[0]
