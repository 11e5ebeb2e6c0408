"""The headless twins: stdout is data, stderr one line, the exit code a meaning."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from session_inspector.devserver.core.listening import bind, port_of
from session_inspector.devserver.core.version import __version__
from tests.servers import free_port
from tests.waiting import PATIENCE

SECRET = "a-session-secret-of-32-bytes-or-more"
SLOW = {"textual", "rich", "uvicorn", "starlette", "redis", "authlib", "httpx", "cryptography"}


def run(
    *arguments: str, stdin: str = "", home: Path, cwd: Path | None = None, **env: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "session_inspector", *arguments],
        input=stdin,
        cwd=cwd,
        env={"HOME": str(home), "PATH": os.environ["PATH"], "PYTHONPATH": os.getcwd(), **env},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def test_version(tmp_path: Path) -> None:
    found = run("--version", home=tmp_path)
    assert (found.returncode, found.stdout) == (0, f"session-inspector {__version__}\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["decode", "--secret", SECRET], "the input is empty"),
        (["decode", "--secret", "-"], "cannot be both"),
        (["decode", "x", "--format", "perl"], "perl"),
        (["decode", "x", "--max-age", "soon"], "must be seconds"),
        (["decode", "--lines", "no/such"], "cannot be read"),
        ([], "no terminal"),
        (["--port", "http"], "it must be 0 (a free one) to 65535"),
        (["serve", "--port", "http"], "it must be 0 (a free one) to 65535"),
        (["serve", "--store", "mysql://h"], "has no scheme we know"),
        (["serve", "--kind", "both"], "must be stateful or stateless"),
        (["serve", "--listen", "all"], "must be an IP address of this machine"),
        (["serve", "--listen", "0.0.0.0"], "names none that browsers could use"),
        (["serve", "--listen", "192.0.2.1"], "is no address of this machine"),
        (["serve", "--store", "redis://127.0.0.1:1"], "does not answer"),
        (["serve", "--config", "no.toml"], "must name a TOML file"),
        (["sessions", "list", "--store", "sqlite:///no/such.db"], "is not there"),
        (["sessions"], "are required"),
        (["nonsense"], "invalid choice"),
        (["--nonsense"], "unrecognized arguments: --nonsense. Fix: session-inspector --help"),
        (["--stroe", "redis://h"], "unrecognized arguments: --stroe. Fix: --store, or"),
    ],
)
def test_bad_input_is_one_line_and_code_2(tmp_path: Path, arguments: list[str], said: str) -> None:
    found = run(*arguments, home=tmp_path)
    assert (found.returncode, found.stdout) == (2, "")
    assert said in found.stderr
    assert len(found.stderr.strip().splitlines()) == 1


def test_a_short_secret_is_one_line(tmp_path: Path) -> None:
    found = run("serve", home=tmp_path, AUTH0_SECRET="short")
    assert (found.returncode, "5 bytes; it must have 32 or more. Fix:" in found.stderr) == (2, True)


def test_a_taken_port_is_one_line(tmp_path: Path) -> None:
    with bind(0) as taken:
        found = run("serve", "--port", str(port_of(taken)), home=tmp_path)
    assert (found.returncode, "is taken" in found.stderr) == (2, True)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "session_inspector", "serve", "--json", "--port", str(free_port())],
        env={"HOME": str(tmp_path), "PATH": os.environ["PATH"], "PYTHONPATH": os.getcwd()},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    with process, process.stdout, process.stderr:
        yield process, process.stdout.readline().strip()
        process.kill()


def test_serve_keeps_its_token_for_its_user(
    served: tuple[subprocess.Popen[str], str], tmp_path: Path
) -> None:
    process, url = served
    kept = tmp_path / ".local/state/session-inspector" / f"token-{url.rpartition(':')[2]}"
    assert kept.stat().st_mode & 0o777 == 0o600
    command = '{"type":"RotateKeys"}'
    headers = {"content-type": "application/json"}
    answer = httpx.post(
        f"{url}/_inspect/commands", content=command, headers=headers, timeout=PATIENCE
    )
    assert answer.status_code == 401
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=PATIENCE)
    assert (f"token    {kept}\n" in said, kept.exists()) == (True, False)


def test_serve_says_its_url_first_then_events_and_ends_cleanly(
    served: tuple[subprocess.Popen[str], str], tmp_path: Path
) -> None:
    process, url = served
    kept = tmp_path / ".local/state/session-inspector" / f"token-{url.rpartition(':')[2]}"
    command = '{"type":"Login","user":"local|alice"}'
    headers = {"content-type": "application/json"}
    headers["authorization"] = f"Bearer {kept.read_text().strip()}"
    answer = httpx.post(
        f"{url}/_inspect/commands", content=command, headers=headers, timeout=PATIENCE
    )
    assert answer.json()["is_ok"]
    store = f"sqlite://{tmp_path}/.local/state/session-inspector/sessions.db"

    listed = json.loads(run("sessions", "list", "--store", store, "--json", home=tmp_path).stdout)
    assert [(row["user"], row["state"]) for row in listed] == [("local|alice", "live")]
    name = listed[0]["session"]
    shown = json.loads(
        run("sessions", "show", name, "--store", store, "--json", home=tmp_path).stdout
    )
    assert shown["data"]["user"]["name"] == "Alice Archer"
    assert "••••••" in shown["data"]["tokenSet"]["accessToken"]

    for action in (["expire", "--clock", "access_token"], ["expire"], ["revoke"], ["revoke"]):
        found = run("sessions", *action, name, "--store", store, "--json", home=tmp_path)
        assert (found.returncode, json.loads(found.stdout)["ok"]) == (
            (1, False) if action == ["revoke"] and not listed else (0, True)
        )
        listed = json.loads(
            run("sessions", "list", "--store", store, "--json", home=tmp_path).stdout
        )

    process.send_signal(signal.SIGINT)
    assert process.stdout is not None
    events = [json.loads(line) for line in process.stdout]
    assert process.wait(20) == 0
    assert events[0]["type"] == "ServerStarted"
    assert "SessionWritten" in [event["type"] for event in events]
    assert all("$secret" not in json.dumps(e) or '"text"' not in json.dumps(e) for e in events)


def test_help_and_version_import_nothing_slow(tmp_path: Path) -> None:
    code = (
        "import sys; from session_inspector.inspector.cli.arguments import parse\n"
        "try: parse(['--help'])\nexcept SystemExit: pass\n"
        f"print(sorted({SLOW!r} & set(sys.modules)), file=sys.stderr)"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=PATIENCE, check=True
    )
    assert found.stderr.strip() == "[]"


def test_decode_imports_nothing_that_a_signed_cookie_does_not_need(tmp_path: Path) -> None:
    slow = ("asyncio", "httpx", "joserfc", "session_inspector.devserver.core.journal", "textual")
    code = (
        "import sys; from session_inspector.inspector.entry import main\n"
        "sys.argv = ['session-inspector', 'decode', 'sid=s%3Aabc.x', '--json']\n"
        "try: main()\nexcept SystemExit: pass\n"
        f"print(sorted({set(slow)!r} & sys.modules.keys()), file=sys.stderr)"
    )
    found = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    )
    assert found.stderr.strip().endswith("[]")


def test_a_headless_command_imports_no_textual() -> None:
    code = (
        "import sys; import session_inspector.inspector.cli.serve.command;"
        " import session_inspector.inspector.cli.sessions.command;"
        " print('textual' in sys.modules)"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=PATIENCE, check=True
    )
    assert found.stdout.strip() == "False"
