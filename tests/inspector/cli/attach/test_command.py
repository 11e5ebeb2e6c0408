"""`attach` by its command line: what a script sees, and what it must not show."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Timer

import httpx
import pytest

from tests.end_to_end.attached import served
from tests.end_to_end.test_attach import starlette_app
from tests.inspector.cli.test_commands import run
from tests.waiting import PATIENCE


@contextmanager
def attach(*arguments: str, home: Path) -> Iterator[subprocess.Popen[str]]:
    """Run `attach --headless`; stopped as Ctrl-C does, at the latest after a minute."""
    process = subprocess.Popen(
        [sys.executable, "-m", "session_inspector", "attach", "--headless", *arguments],
        env={"HOME": str(home), "PATH": os.environ["PATH"], "PYTHONPATH": os.getcwd()},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    watchdog = Timer(60, process.kill)
    watchdog.start()
    try:
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate()
        watchdog.cancel()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "attach needs your app's URL"),
        (["ftp://localhost"], "must be an http or https URL"),
        (["http://localhost:99999"], "must be an http or https URL"),
        (["http://localhost:3000/path"], "more than host and port"),
        (["http://localhost:1", "--port", "http"], "must be 0 (a free one) to 65535"),
        (["http://localhost:1", "--write"], "--write changes the app's store"),
        (["http://localhost:1", "--env", "no/such"], "is no folder"),
        (["http://localhost:1", "--listen", "example"], "must be an IP address"),
        (["http://localhost:1", "--events", "http://localhost:1"], "watches what runs elsewhere"),
        (["--events", "http://127.0.0.1:1"], "does not answer"),
        (["--store", "mysql://u:hush@h"], "has no scheme we know"),
        (["--store", "redis://:hush@127.0.0.1:1"], "does not answer"),
        (["--store", "memory://", "--layout", "perl"], "must be one of"),
    ],
    ids=lambda value: "-".join(value)[:40].replace("/", "_") if isinstance(value, list) else "",
)
def test_bad_input_is_one_line_and_code_2(tmp_path: Path, arguments: list[str], said: str) -> None:
    found = run("attach", "--headless", *arguments, home=tmp_path)
    assert (found.returncode, found.stdout) == (2, "")
    assert said in found.stderr
    assert "hush" not in found.stderr
    assert len(found.stderr.strip().splitlines()) == 1


def test_the_first_line_says_the_url_and_events_follow_as_json(tmp_path: Path) -> None:
    (tmp_path / ".env.local").write_text("SECRET_KEY=hush-hush\n")
    with served(starlette_app()) as url:
        with attach(url, "--json", "--env", str(tmp_path), home=tmp_path) as process:
            assert process.stdout is not None
            base = process.stdout.readline().strip()
            assert (
                httpx.get(f"{base}/login", follow_redirects=False, timeout=PATIENCE).status_code
                == 303
            )
            types = []
            for line in process.stdout:
                assert "hush" not in line
                event = json.loads(line)
                if event["type"] != "UpstreamStateChanged":  # a busy app may answer late at first
                    types.append(event["type"])
                if event["type"] == "ExchangeEnded":
                    break
            assert types[0] == "ServerStarted"
            assert types[-4:] == ["ExchangeStarted", "SessionWritten", "CookieSet", "ExchangeEnded"]
        assert process.returncode == 0


def test_secrets_leave_the_process_title(tmp_path: Path) -> None:
    if not sys.platform.startswith("linux"):
        pytest.skip("only Linux tells where the arguments lie")
    with attach("http://localhost:1", "--secret", "hush-hush", home=tmp_path) as process:
        assert process.stdout is not None
        process.stdout.readline()
        title = Path(f"/proc/{process.pid}/cmdline").read_bytes()
        assert b"--secret\0xxxxxxxxx\0" in title
        assert b"hush" not in title


def test_a_second_process_watches_the_first(tmp_path: Path) -> None:
    with served(starlette_app()) as url, attach(url, home=tmp_path) as first:
        assert first.stdout is not None
        assert first.stderr is not None
        base = first.stdout.readline().strip()
        control = first.stderr.readline().split()[-1]
        assert (tmp_path / ".local/state/session-inspector").is_dir()
        assert control != base
        with attach("--events", control, "--json", home=tmp_path) as second:
            assert second.stdout is not None
            assert second.stdout.readline().strip() == control
            assert json.loads(second.stdout.readline())["type"] == "ServerStarted"
            httpx.get(f"{base}/_inspect/events", timeout=PATIENCE)  # the app's own path, not ours
            paths = (json.loads(line).get("path") for line in second.stdout)
            assert next(path for path in paths if path) == "/_inspect/events"
