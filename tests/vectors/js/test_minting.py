"""The real packages still make what is opened here: each script is run, and each case passes."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from session_inspector.devserver.decoders.registry import load_decoders
from tests.node.packages import installed
from tests.vectors.formats import FormatCase, run_format_case

FOLDER = Path(__file__).parent
SCRIPTS = sorted(path for path in FOLDER.glob("*.mjs") if path.with_suffix(".json").exists())


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_what_the_package_makes_now_is_opened(script: Path) -> None:
    done = subprocess.run(
        [installed(), script.name], cwd=FOLDER, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    decoders = load_decoders()
    cases = [FormatCase(raw, decoders) for raw in json.loads(done.stdout)]
    assert {case.name: run_format_case(case) for case in cases} == {c.name: [] for c in cases}
    kept = json.loads(script.with_suffix(".json").read_text())
    assert [case.name for case in cases] == [raw["name"] for raw in kept]
