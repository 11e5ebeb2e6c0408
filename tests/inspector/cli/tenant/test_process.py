"""`serve --as-tenant` as a process: what a shell and a test suite do with its output."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from threading import Timer
from typing import Any

import httpx
import pytest

from session_inspector.devserver.core.access import VARIABLE
from tests.inspector.cli.tenant.test_environment import SERVE
from tests.waiting import PATIENCE

KEPT = ".local/state/session-inspector/tenant.env"


def test_a_shell_reads_what_was_printed(tmp_path: Path) -> None:
    """As docs/frameworks.md says: into a file, and from there into the environment."""
    process = subprocess.Popen(
        [sys.executable, "-m", "session_inspector", *SERVE, "--framework", "express"],
        env={"HOME": str(tmp_path), "PATH": os.environ["PATH"], "PYTHONPATH": os.getcwd()},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    lines: list[str] = []
    with process:
        assert process.stdout is not None
        for line in process.stdout:
            lines.append(line)
            if line.startswith("SESSION_INSPECTOR_URL="):
                break
        process.terminate()
    file = tmp_path / "app.env"
    file.write_text("".join(lines))
    script = f'set -a; . {file}; set +a; env; printf "%s" "$BASE_URL"'
    read = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True)
    assert read.stdout.endswith("http://localhost:3000")
    for name in (
        "ISSUER_BASE_URL",
        "CLIENT_ID",
        "CLIENT_SECRET",
        "SECRET",
        "SESSION_INSPECTOR_URL",
    ):
        assert f"\n{name}=" in read.stdout
    assert file.read_text() == (tmp_path / KEPT).read_text()


def test_the_example_of_the_docs_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (Path(__file__).parents[4] / "docs" / "tenant.md").read_text()
    code = text.partition("```python\n")[2].partition("```")[0]
    before, end = code.split("# … a login must fail")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    names: dict[str, Any] = {}
    exec(before, names)
    watchdog = Timer(30, names["lab"].kill)
    watchdog.start()
    with names["lab"] as lab, closing(names["control"]) as control:
        try:
            knobs = control.get("/_inspect/provider").json()["knobs"]
            token = f"{names['tenant']['issuer']}oauth/token"
            answers = [httpx.post(token, verify=False, timeout=PATIENCE) for _ in "ab"]
            exec(f"# …{end}", names)
            code = lab.wait()
        finally:
            lab.kill()
    watchdog.cancel()
    assert names["env"]["BASE_URL"] == "http://localhost:3000"
    assert (knobs["errors"], code) == ({"token": 1}, 0)
    assert [answer.status_code for answer in answers] == [500, 400]


def test_a_reader_who_does_not_read_cannot_hold_it(tmp_path: Path) -> None:
    """As the example above: the first line is read, the events are not."""
    env = {"HOME": str(tmp_path), "PATH": os.environ["PATH"], "PYTHONPATH": os.getcwd()}
    process = subprocess.Popen(
        [sys.executable, "-m", "session_inspector", "serve", "--store", "memory://", "--json"],
        env=env | {VARIABLE: "t" * 20},
        stdout=subprocess.PIPE,
        text=True,
    )
    watchdog = Timer(30, process.kill)
    watchdog.start()
    with process:
        assert process.stdout is not None
        fcntl.fcntl(process.stdout, fcntl.F_SETPIPE_SZ, 4096)
        url = process.stdout.readline().strip()
        login = {"type": "Login", "user": "alice"}
        for _ in range(3):  # 20 KB of events each
            headers = {"authorization": f"Bearer {'t' * 20}"}
            httpx.post(f"{url}/_inspect/commands", json=login, headers=headers, timeout=PATIENCE)
        process.terminate()
        code = process.wait()
    watchdog.cancel()
    assert code == 0
