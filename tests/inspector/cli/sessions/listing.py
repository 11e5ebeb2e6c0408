"""`sessions list --json`, as a script runs it."""

from __future__ import annotations

import json

import pytest

from session_inspector.inspector.cli.arguments import parse
from session_inspector.inspector.cli.main import run


def listed(
    capsys: pytest.CaptureFixture[str], url: str, *more: str
) -> tuple[list[dict[str, object]], str]:
    code = run(parse(["sessions", "list", "--store", url, "--json", *more]))
    out, err = capsys.readouterr()
    assert code == 0, err
    return json.loads(out), err
