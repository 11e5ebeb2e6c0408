"""`doctor` as a person runs it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from session_inspector.devserver.core.listening import bind, port_of
from tests.inspector.cli.commands import environment, run
from tests.terminal import Terminal, plain


def test_it_reports_each_group_and_changes_nothing(tmp_path: Path) -> None:
    found = run("doctor", home=tmp_path, PYTHONUTF8="1")
    assert found.returncode == 0, found.stdout
    for group in ("program", "terminal", "machine", "local authority", "extras", "browsers"):
        assert f"\n{group}\n" in f"\n{found.stdout}"
    assert found.stdout.splitlines()[-1].startswith("all that is needed works")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_what_is_broken_is_named_last_and_is_exit_code_1(tmp_path: Path) -> None:
    listener = bind(0)
    port = str(port_of(listener))
    words = ("--port", port, "doctor")
    found = run(*words, home=tmp_path, PYTHONUTF8="1")
    assert (found.returncode, found.stdout.splitlines()[-1]) == (1, "1 to mend: port")
    rows = json.loads(run(*words, "--json", home=tmp_path).stdout)
    listener.close()
    assert [row["name"] for row in rows if row["state"] == "broken"] == ["port"]


def test_a_wrong_configuration_is_a_finding_not_the_end(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text("[lab]\nport = 'x'\n")
    found = run("doctor", "--config", str(config), home=tmp_path, PYTHONUTF8="1")
    assert found.returncode == 1
    assert "configuration" in found.stdout.splitlines()[-1]
    assert "browsers\n" in found.stdout


def test_in_a_terminal_it_measures_the_window(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "session_inspector", "doctor"]
    env = {**environment(tmp_path), "TERM": "xterm-256color"}
    with Terminal(command, env=env, cwd=str(tmp_path)) as app:
        app.wait_end()
        assert "TERM=xterm-256color" in plain(app.raw)
