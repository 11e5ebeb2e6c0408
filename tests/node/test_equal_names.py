"""Which of two equal names a family reads is what its real package does."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from session_inspector.devserver.decoders.registry import load_decoders
from tests.apps.commands import python
from tests.node.packages import FOLDER, installed

READS = {decoder.name: decoder.traits.reads for decoder in load_decoders()}


def answers(*command: str, folder: Path = FOLDER) -> dict[str, str]:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    found: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_the_packages_of_node() -> None:
    found = answers(installed(), "equal_names.mjs")
    assert {name: READS[name] for name in found} == found


def test_the_packages_of_python() -> None:
    folder = FOLDER.parent / "apps"
    found = answers(python(), "equal_names.py", folder=folder)
    assert {name: READS[name] for name in found} == found
