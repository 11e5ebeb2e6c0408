"""No command prints or logs a URL with its secrets, in any mode, with all logging turned on.

textual-serve turns INFO on, and a store or decoder of somebody else may turn on everything.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from session_inspector.inspector.cli.main import COMMANDS
from tests.servers import free_port
from tests.terminal import Terminal, plain
from tests.waiting import PATIENCE, eventually, patient_client

LOUD = """
import logging
logging.basicConfig(level=logging.DEBUG)
from session_inspector.inspector.entry import main
main()
"""
LOGGING = [sys.executable, "-c", LOUD]
STORE = ("--store", "memory://")
SECRET = "a-session-secret-of-32-bytes-or-more"
IN_CLEAR = re.compile(
    r"\b(code|state|nonce|id_token|id_token_hint|access_token|code_verifier|client_secret)"
    r"=(?!•••)[A-Za-z0-9_.%-]{8,}"
)
HEADLESS: dict[str, Sequence[str]] = {
    "compare": ["--json"],
    "completion": ["bash"],
    "config": ["schema"],
    "decode": ["x=y"],
    "doctor": [],
    "provider": ["--url", "http://127.0.0.1:1/?code=V4lueV4lue"],
    "reseal": ["x=y", "--secret", SECRET],
    "scenario": ["logins", "--json"],
    "sessions": ["list", *STORE],
    "stores": ["check", "sqlite://:memory:"],
    "weak": ["x=y"],
}
"""A run of each command that ends by itself."""
SERVING = {"attach", "browser", "run", "serve"}


def environment(tmp_path: Path) -> dict[str, str]:
    found = {
        name: os.environ[name] for name in ("PATH", "COVERAGE_PROCESS_CONFIG") if name in os.environ
    }
    home = str(tmp_path)
    return {**found, "HOME": home, "XDG_STATE_HOME": home, "PYTHONPATH": os.getcwd()}


def in_clear(text: str) -> list[str]:
    return [found[0] for found in IN_CLEAR.finditer(text)]


def test_every_command_is_tried() -> None:
    assert set(HEADLESS) | SERVING == set(COMMANDS)


@pytest.mark.parametrize("command", list(HEADLESS))
def test_a_command_that_ends_by_itself_logs_no_url_in_clear(tmp_path: Path, command: str) -> None:
    found = subprocess.run(
        [*LOGGING, command, *HEADLESS[command]],
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert in_clear(found.stdout + found.stderr) == []


@contextmanager
def serving(tmp_path: Path, *words: str) -> Iterator[tuple[str, Path]]:
    """Yield the URL that a command prints, and the file with all that it writes."""
    log = tmp_path / "log"
    with log.open("wb") as file:
        process = subprocess.Popen(
            [*LOGGING, *words], env=environment(tmp_path), cwd=tmp_path, stdout=file, stderr=file
        )
        try:
            eventually(lambda: re.search(r"^http://\S+$", log.read_text(), re.M))
            url = re.search(r"^http://\S+$", log.read_text(), re.M)
            assert url is not None
            yield url[0], log
        finally:
            process.terminate()
            process.wait(60)


def log_in(url: str) -> None:
    """Log in as a browser does, and out again: code and state are in the redirects."""
    with patient_client(url, follow_redirects=True) as browser:
        answer = browser.get("/auth/login?login_hint=local%7Calice")
        if answer.url.host == "localhost" and answer.request.method == "GET":
            form = re.findall(r'name="([^"]+)" value="([^"]*)"', answer.text)
            answer = browser.post(str(answer.url), data=dict(form))
        seen = " ".join(str(each.url) for each in [*answer.history, answer])
        assert in_clear(seen), "there was a code, or this test shows nothing"
        browser.get("/auth/logout")


@pytest.mark.parametrize("flags", [(), ("--json",)])
def test_serving_logs_no_url_in_clear(tmp_path: Path, flags: tuple[str, ...]) -> None:
    with serving(tmp_path, "serve", "--port", "0", *STORE, *flags) as (url, log):
        log_in(url)
        if flags:
            eventually(lambda: "LoginStarted" in log.read_text())
    assert in_clear(log.read_text()) == []


@pytest.mark.parametrize("flags", [(), ("--json",)])
def test_the_proxy_logs_no_url_in_clear(tmp_path: Path, flags: tuple[str, ...]) -> None:
    (tmp_path / "lab").mkdir()
    (tmp_path / "app").mkdir()
    lab = serving(tmp_path / "lab", "serve", "--port", "0", *STORE)
    with lab as (upstream, _):
        proxied = serving(tmp_path / "app", "attach", upstream, "--headless", *flags)
        with proxied as (url, log):
            with patient_client(url) as browser:
                browser.get("/auth/callback?code=V4lueV4lue&state=V4lueV4lue")
            if flags:
                eventually(lambda: "ExchangeEnded" in log.read_text())
    assert in_clear(log.read_text()) == []
    assert "V4lue" not in log.read_text()


SILENT_APP = """
import http.server, os
class Silent(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
    def log_message(self, *words):
        print("took", self.path, flush=True)
http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Silent).serve_forever()
"""


@pytest.mark.parametrize("flags", [(), ("--json",)])
def test_a_run_logs_no_url_in_clear(tmp_path: Path, flags: tuple[str, ...]) -> None:
    command = ("--", sys.executable, "-c", SILENT_APP)
    with serving(tmp_path, "run", "--headless", *flags, *command) as (url, log):
        with patient_client(url) as browser:
            assert browser.get("/auth/callback?code=V4lueV4lue&state=V4lueV4lue").is_success
        eventually(lambda: "took" in log.read_text())
        if flags:
            eventually(lambda: "ExchangeEnded" in log.read_text())
            eventually(lambda: "AppOutput" in log.read_text())
    told = [line for line in log.read_text().splitlines() if not line.startswith("took")]
    assert in_clear("\n".join(told)) == [], "but what the app itself writes is its own"


def test_the_app_in_browsers_logs_no_url_in_clear(tmp_path: Path) -> None:
    lab_port = free_port()
    web_port = free_port()
    words = ["--port", str(lab_port), "--web", "--web-port", str(web_port), *STORE]
    log = tmp_path / "log"
    command = [sys.executable, "-m", "session_inspector", *words]
    with log.open("wb") as file:
        process = subprocess.Popen(command, env=environment(tmp_path), stdout=file, stderr=file)
        try:
            eventually(lambda: answers(f"http://127.0.0.1:{web_port}"))  # it has logging turned on
            log_in(f"http://127.0.0.1:{lab_port}")
            log_in_as_a_key_does(tmp_path, lab_port)
        finally:
            process.terminate()
            process.wait(60)
    text = log.read_text()
    assert in_clear(text) == []
    assert "HTTP Request" not in text


def log_in_as_a_key_does(tmp_path: Path, port: int) -> None:
    """Let a simulated browser log in: it follows the redirects with httpx."""
    token = (tmp_path / "session-inspector" / f"token-{port}").read_text().strip()
    reply = httpx.post(
        f"http://127.0.0.1:{port}/_inspect/commands",
        json={"type": "Login", "user": "local|alice"},
        headers={"authorization": f"Bearer {token}"},
        timeout=PATIENCE,
        trust_env=False,
    )
    assert reply.json()["is_ok"], reply.text


def answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=PATIENCE, trust_env=False).status_code == 200
    except httpx.HTTPError:
        return False


@pytest.mark.parametrize("mode", ["lab", "replay"])
def test_the_screen_s_own_process_logs_no_url_in_clear(tmp_path: Path, mode: str) -> None:
    words = ["--port", "0", *STORE, "--record", "tape.jsonl"]
    with Terminal([*LOGGING, *words], env=environment(tmp_path), cwd=str(tmp_path)) as app:
        app.wait_for("http://127.0.0.1:")
        app.send("l")
        app.wait_for("Alice Archer")
        app.send("q")
        assert app.wait_end() == 0
        written = plain(app.raw)
    if mode == "replay":
        command = [*LOGGING, "replay", "tape.jsonl"]
        with Terminal(command, env=environment(tmp_path), cwd=str(tmp_path)) as app:
            app.wait_for("Alice Archer")
            app.send("q")
            assert app.wait_end() == 0
            written = plain(app.raw)
    assert in_clear(written) == []
    assert in_clear((tmp_path / "tape.jsonl").read_text()) == []
