"""The wheel in an environment of its own, with the dependencies it names and no extra.

Nothing is downloaded: the environment's other packages are links to those the tests run with,
without the drivers and libraries that only extras bring.
"""

from __future__ import annotations

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[2]
INSTALLED = Path(httpx.__file__).parents[1]
EXTRAS = (
    "aiobotocore",
    "asyncpg",
    "botocore",
    "bson",
    "gridfs",
    "lz4",
    "msgpack",
    "pymongo",
    "textual_serve",
)
OURS = ("session_inspector", "aa_base", "__editable__", "_session_inspector")
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
    """An environment with the wheel in it."""

    def __init__(self, folder: Path, wheel: Path) -> None:
        venv.create(folder, symlinks=True)
        (self.site_packages,) = folder.glob("lib/python*/site-packages")
        self._command = folder / "bin" / "session-inspector"
        self._command.write_text(SCRIPT.format(python=folder / "bin" / "python"))
        self._command.chmod(0o755)
        for path in INSTALLED.iterdir():
            if not path.name.startswith((*EXTRAS, *OURS)):
                (self.site_packages / path.name).symlink_to(path)
        with zipfile.ZipFile(wheel) as file:
            file.extractall(self.site_packages)

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
            timeout=60,
            check=False,
        )
