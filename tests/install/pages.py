"""The examples of docs/python.md, by the names of their files, and servers that run them."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.install.wheel import ROOT, Environment
from tests.servers import free_port, wait_for_port
from tests.waiting import PATIENCE

PAGE = ROOT / "docs" / "python.md"
_EXAMPLE = re.compile(r'```python(?: title="(.+?)")?\n(.*?)```', re.DOTALL)
UNTITLED = "starlette_app.py"


def examples() -> dict[str, str]:
    """Return each example's code, by the name of its file."""
    found = _EXAMPLE.findall(PAGE.read_text())
    return {title or UNTITLED: code for title, code in found}


def write_project(folder: Path, more: Mapping[str, str]) -> None:
    """Write all examples as the files of a project, and others beside them."""
    for name, code in {**examples(), **more}.items():
        (folder / name).write_text(code)


@contextmanager
def serving(
    environment: Environment, module: str, folder: Path, env: Mapping[str, str]
) -> Iterator[str]:
    """Run the app of a module by uvicorn; yields its address."""
    port = free_port()
    url = f"http://localhost:{port}"
    words = ["-m", "uvicorn", f"{module}:app", "--port", str(port)]
    own = {"HOME": str(folder), "PATH": os.environ["PATH"], **env, "APP_BASE_URL": url}
    with (folder / f"{module}.log").open("w") as log:
        process = subprocess.Popen(
            [str(environment.python), *words], cwd=folder, env=own, stdout=log, stderr=log
        )
        try:
            wait_for_port(port, process)
            yield url
        finally:
            process.terminate()
            process.wait(PATIENCE)
