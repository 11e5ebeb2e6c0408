"""`attach` headless: the first line is the URL, then events; no secret anywhere else."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.end_to_end.attached import served
from tests.end_to_end.lab import running_lab, sign_in
from tests.end_to_end.lab_attached import SECRET
from tests.inspector.cli.test_commands import run
from tests.servers import free_port
from tests.waiting import PATIENCE

URL = "http://127.0.0.1:1"
SEALED = "s%3Aabcdefghijklmnopqrstuvwxyz012345.signature"


@contextmanager
def attached(home: Path, *arguments: str, **env: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "session_inspector", "attach", "--headless", *arguments],
        env={"HOME": str(home), "PATH": os.environ["PATH"], "PYTHONPATH": os.getcwd(), **env},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def line_of(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().rstrip("\n")


def event_of(process: subprocess.Popen[str], kind: str) -> dict[str, object]:
    """Read on until an event of a kind."""
    for _ in range(200):
        event: dict[str, object] = json.loads(line_of(process))
        if event["type"] == kind:
            return event
    raise AssertionError(f"no {kind} among 200 events")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "attach needs your app's URL"),
        (["ftp://x"], "must be an http or https URL"),
        (["http://localhost:3000/app"], "more than host and port"),
        (["http://localhost:x"], "must be an http or https URL"),
        ([URL, "--port", "http"], "it must be 0 (a free one) to 65535"),
        ([URL, "--write"], "none is named. Fix: --store URL"),
        ([URL, "--env", "no/such"], "is no folder"),
        ([URL, "--listen", "everywhere"], "must be an IP address"),
        ([URL, "--events", URL], "no app, --store or --record beside it"),
        ([URL, "--layout", "rails", "--store", "sqlite:///no.db"], "--layout is 'rails'"),
        ([URL, "--store", "redis://127.0.0.1:1"], "does not answer"),
        ([URL, "--store", "mysql://h"], "mysql"),
        (["--events", "not a url"], "is no URL of http or https"),
        (["--events", "http://["], "'http://[' is no URL of http or https"),
        (["--events", "http://me:pw1@["], "'http://me:•••@[' is no URL of http or https"),
        ([URL, "--record", "/no/such/file"], "/no/such/file"),
    ],
)
def test_bad_input_is_one_line_and_code_2(tmp_path: Path, arguments: list[str], said: str) -> None:
    found = run("attach", "--headless", *arguments, home=tmp_path)
    lines = [line for line in found.stderr.splitlines() if "answer yet" not in line]
    assert (found.returncode, found.stdout) == (2, ""), found.stderr
    assert (len(lines), said in found.stderr) == (1, True), found.stderr


def test_without_headless_it_needs_a_terminal(tmp_path: Path) -> None:
    found = run("attach", URL, home=tmp_path)
    assert (found.returncode, found.stderr) == (
        2,
        "session-inspector: stdin and stdout are no terminal; the app needs one."
        " Fix: attach with --headless (and --json) shows what happens without one\n",
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["http://["], "must be an http or https URL"),
        (["--store", "mysql://h"], "has no scheme we know"),
        ([URL, "--env", "no/such"], "--env no/such is no folder"),
    ],
)
def test_what_is_wrong_is_said_before_that_there_is_no_terminal(
    tmp_path: Path, arguments: list[str], said: str
) -> None:
    found = run("attach", *arguments, home=tmp_path)
    assert (found.returncode, found.stdout, found.stderr.count("\n")) == (2, "", 1)
    assert said in found.stderr
    assert "terminal" not in found.stderr


def test_the_first_line_is_the_url_then_events_until_ctrl_c(tmp_path: Path) -> None:
    record = tmp_path / "r.jsonl"
    port = str(free_port())
    env = tmp_path / "app"
    env.mkdir()
    (env / ".env.local").write_text(f"AUTH0_SECRET={SECRET}\n")
    with running_lab(tmp_path, kind="stateless") as lab, httpx.Client(timeout=PATIENCE) as http:
        flags = ("--json", "--port", port, "--env", str(env), "--record", str(record))
        with attached(tmp_path, lab.base_url, *flags) as process:
            assert line_of(process) == f"http://127.0.0.1:{port}"
            assert event_of(process, "ServerStarted")["upstream"] == lab.base_url
            assert http.get(f"http://127.0.0.1:{port}/").status_code == 200
            assert event_of(process, "ExchangeEnded")["status"] == 200
            process.send_signal(signal.SIGINT)
            _, said = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0
        assert "watch it from elsewhere: session-inspector attach --events" in said
    assert "ExchangeEnded" in record.read_text()


def test_an_app_that_is_down_is_a_warning_not_an_end(tmp_path: Path) -> None:
    with attached(tmp_path, f"http://127.0.0.1:{free_port()}") as process:
        url = line_of(process)
        assert "does not answer" in httpx.get(url, timeout=PATIENCE).text
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=PATIENCE)
    assert (process.returncode, "does not answer yet" in said) == (0, True)


def test_secrets_stand_neither_in_the_output_nor_in_the_process_title(tmp_path: Path) -> None:
    record = tmp_path / "r.jsonl"
    password = "hunter-2-hunter-2"

    async def app(scope, receive, send):  # type: ignore[no-untyped-def]  # bare ASGI
        await send(
            {
                "type": "http.response.start",
                "status": 200,
                "headers": [(b"set-cookie", b"connect.sid=" + SEALED.encode())],
            }
        )
        await send({"type": "http.response.body", "body": b"ok"})

    with served(app) as upstream:
        flags = ("--json", "--secret", SECRET, "--record", str(record))
        with attached(tmp_path, upstream, *flags) as process:
            url = line_of(process)
            httpx.get(
                f"{url}/?code=one-time-code",
                headers={"cookie": f"connect.sid={SEALED}"},
                timeout=PATIENCE,
            )
            lines = json.dumps([event_of(process, kind) for kind in ("CookieSet", "ExchangeEnded")])
            title = Path(f"/proc/{process.pid}/cmdline").read_bytes().decode()
            process.send_signal(signal.SIGINT)
            out, said = process.communicate(timeout=PATIENCE)
    for text in (lines, out, said, title, record.read_text()):
        for secret in (SECRET, SEALED, "abcdefghijklmnopqrstuvwxyz", "one-time-code", password):
            assert secret not in text


def test_a_second_terminal_follows_the_same_events(tmp_path: Path) -> None:
    app = running_lab(tmp_path)
    http = httpx.Client(timeout=PATIENCE)
    with app as lab, http, attached(tmp_path, lab.base_url, "--json") as first:
        url = line_of(first)
        assert first.stderr is not None
        control = first.stderr.readline().split()[-1]
        http.get(url)
        with attached(tmp_path, "--events", control, "--json") as second:
            assert line_of(second) == control
            ours = event_of(first, "ExchangeEnded")
            assert event_of(second, "ExchangeEnded") == ours
            sign_in(http, url, "alice")
            assert event_of(second, "CookieSet") == event_of(first, "CookieSet")
