"""No secret in what we print, log, record, or leave behind when we crash."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.stores.urls import mask_store_url
from session_inspector.inspector.ui.showing import CRASHED, show
from session_inspector.inspector.ui.textual_private import HookedApp
from tests.end_to_end.lab import sign_in
from tests.inspector.cli.test_commands import run
from tests.inspector.sample import ListFeed, sample_events
from tests.servers import free_port
from tests.waiting import PATIENCE, patient_client

SECRET = "planted-session-secret-0123456789abcdef"
CLIENT_SECRET = "planted-client-secret-0123456789abcdef"
TOKEN = "planted-control-token-0123456789abcdef"
PASSWORD = "planted-store-password"
PLANTED = {
    "AUTH0_SECRET": SECRET,
    "AUTH0_CLIENT_SECRET": CLIENT_SECRET,
    "SESSION_INSPECTOR_TOKEN": TOKEN,
}
JSON = {"content-type": "application/json", "authorization": f"Bearer {TOKEN}"}


@contextmanager
def serving(home: Path, *flags: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    command = [
        sys.executable,
        "-m",
        "session_inspector",
        "serve",
        "--port",
        str(free_port()),
        *flags,
    ]
    env = {"HOME": str(home), "PATH": os.environ["PATH"], "PYTHONPATH": os.getcwd(), **PLANTED}
    process = subprocess.Popen(
        command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stderr is not None
    with process, process.stdout, process.stderr:
        yield process, process.stdout.readline().strip()
        process.kill()


def credentials(url: str) -> list[str]:
    """Log in as a person, and return every credential that this person's browser holds or saw."""
    with patient_client() as http:
        home = sign_in(http, url, "local|alice")
        found = [cookie.value or "" for cookie in http.cookies.jar]
        found.append(http.get(f"{url}/auth/access-token").json()["token"])
        for hop in home.history:
            place = hop.headers["location"]
            found += re.findall(r"[?&](?:code|state|nonce|code_challenge)=([^&]{8,})", place)
        out = http.get(f"{url}/auth/logout").headers["location"]
        found += re.findall(r"id_token_hint=([^&]+)", out)
    return [text for text in found if len(text) >= 8]


def test_a_whole_session_leaves_no_secret_in_outputs_and_recordings(tmp_path: Path) -> None:
    recording = tmp_path / "events.jsonl"
    with serving(tmp_path, "--json", "--record", str(recording)) as (process, url):
        held = credentials(url)
        command = {"type": "Login", "user": "local|bob"}
        answer = httpx.post(
            f"{url}/_inspect/commands", json=command, headers=JSON, timeout=PATIENCE
        )
        assert answer.json()["is_ok"]
        line = Path(f"/proc/{process.pid}/cmdline").read_text()
        kept = list((tmp_path / ".local/state/session-inspector").glob("token-*"))
        process.send_signal(signal.SIGTERM)
        said = process.communicate(timeout=PATIENCE)
    assert kept == [], "whoever gave the token knows it: no file"
    assert recording.stat().st_mode & 0o777 == 0o600
    everything = "".join((*said, recording.read_text(), line))
    assert everything.count("\n") > 40
    names = {"__session", "SessionWritten", "TokenMinted"}
    assert all(name in everything for name in names), "there was something to leak"
    leaked = [text for text in (*PLANTED.values(), *held) if text in everything]
    # a state is the name of its transaction cookie, as in the SDK; it is worth nothing alone
    leaked = [text for text in leaked if f"__txn_{text}" not in everything]
    assert leaked == []


@pytest.mark.parametrize(
    "url",
    [
        f"redis://user:{PASSWORD}@127.0.0.1:1/0",
        f"redis://:{PASSWORD}@127.0.0.1:1",
        f"rediss://user:{PASSWORD}@127.0.0.1:1",
        f"redis+sentinel://:{PASSWORD}@127.0.0.1:1/main/0",
        f"postgresql://user:{PASSWORD}@127.0.0.1:1/app",
        f"postgresql://127.0.0.1:1/app?user=u&password={PASSWORD}",
        f"mongodb://user:{PASSWORD}@127.0.0.1:1/auth?serverSelectionTimeoutMS=200",
        f"redis://user:{PASSWORD}@[::1",
        f"redis://user:{PASSWORD}@127.0.0.1:port",
        f"redis://user:{PASSWORD}@127.0.0.1:1/nodb",
        f"mysql://user:{PASSWORD}@127.0.0.1/x",
        f"user:{PASSWORD}@127.0.0.1",
    ],
)
def test_a_bad_store_is_named_without_its_password(tmp_path: Path, url: str) -> None:
    for command in (["serve", "--port", "0", "--store", url], ["stores", "check", url]):
        found = run(*command, home=tmp_path)
        assert found.returncode in (1, 2), found
        assert PASSWORD not in found.stdout + found.stderr, found.stderr
        assert "Traceback" not in found.stderr, found.stderr


def test_masked_urls_say_the_rest() -> None:
    assert mask_store_url("redis://h:6379/0?prefix=session:") == "redis://h:6379/0?prefix=session:"
    assert mask_store_url("redis://u:pw@h/0") == "redis://u:•••@h/0"
    assert mask_store_url("postgresql://h/d?password=pw&x=1") == "postgresql://h/d?password=•••&x=1"
    assert mask_store_url("sqlite:///a@b.db") == "sqlite:///a@b.db"


class FailingFeed(ListFeed):
    """Breaks with secrets in its hands."""

    def since(self, seq: int) -> tuple[Sequence[Event], int]:
        secret = SECRET
        cookie = {"__session": TOKEN}
        if seq:
            raise RuntimeError(f"broken after {len(secret) + len(cookie)}")
        return super().since(seq)


class FailedApp(HookedApp):
    """An app that a feed broke while it was shown."""

    def run(self, **_: object) -> None:
        feed = FailingFeed(sample_events())
        try:
            feed.since(1)
        except RuntimeError as error:
            self.crash = error


def test_a_crash_report_has_no_locals(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert show(FailedApp()) == CRASHED
    said = "".join(capsys.readouterr())
    assert said.count("\n") == 1, "one line"
    report = (tmp_path / "session-inspector" / "crash.txt").read_text()
    assert "broken after" in report, "there is a report"
    assert "test_secrets.py" in report
    for text in (said, report):
        assert f"{SECRET!r}" not in text
        assert TOKEN not in text


def test_plain_tracebacks_and_reprs_hide_values(tmp_path: Path) -> None:
    code = (
        "import os; from session_inspector.devserver.settings import load_settings;"
        " from session_inspector.devserver.core.values import Secret;"
        " s = load_settings({}, dict(os.environ), keeps_state=False);"
        "print(repr(s)); print(repr(Secret.of(s.secret)), str(Secret.of(s.secret)));"
        "raise RuntimeError(s)"
    )
    found = subprocess.run(
        [sys.executable, "-c", code],
        env={"HOME": str(tmp_path), "PATH": os.environ["PATH"], **PLANTED},
        capture_output=True,
        text=True,
        cwd=os.getcwd(),
        check=False,
    )
    assert "Settings(" in found.stdout
    assert [text for text in PLANTED.values() if text in found.stdout + found.stderr] == []


def test_a_secret_can_be_handed_over_without_the_process_list(tmp_path: Path) -> None:
    """`--secret S` stands in the process list until it is overwritten; `--secret -` never does."""
    cookie = tmp_path / "cookie.txt"
    cookie.write_text("__session=eyJlbmMiOiJBMjU2R0NNIiwiYWxnIjoiZGlyIn0..a.b.c")
    found = run("decode", str(cookie), "--secret", "-", "--json", stdin=SECRET, home=tmp_path)
    assert json.loads(found.stdout)
    assert SECRET not in found.stdout + found.stderr
