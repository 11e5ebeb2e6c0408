"""`run --headless` as scripts use it: lines, exit codes, signals, test suites."""

from __future__ import annotations

import signal
import ssl
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from session_inspector.devserver.core.commands import Resend, RestartApp
from session_inspector.devserver.core.events.exchange import ExchangeStarted
from session_inspector.devserver.core.events.process import (
    AppEnded,
    AppListening,
    AppOutput,
    AppStarted,
)
from session_inspector.devserver.core.events.server import ServerStarted, StoreStateChanged
from tests.apps.runs import RUN, started
from tests.inspector.cli.commands import environment
from tests.servers import free_port, is_alive
from tests.waiting import PATIENCE, eventually

ENV = "import os; print('|'.join(os.environ.get(n, '') for n in {names}))"
NAMES = ("OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET", "BASE_URL", "PORT")


def run(*words: str, cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*RUN, *words],
        cwd=cwd,
        env=environment(cwd, **env),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def test_the_first_line_is_a_url_that_answers(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "http.server", "--bind", "127.0.0.1", str(free_port())]
    with started(command, tmp_path, tmp_path) as found:
        assert httpx.get(found.base_url, timeout=PATIENCE, trust_env=False).status_code == 200
        assert found.wait_for(AppListening).how == "seen"


def test_it_is_started_again_by_a_command(tmp_path: Path) -> None:
    command = ["sh", "-c", f"exec {sys.executable} -m http.server -b 127.0.0.1 $PORT"]
    with started(command, tmp_path, tmp_path) as found:
        assert found.send(RestartApp())["is_ok"]
        found.wait_for(AppStarted, is_restart=True)
        eventually(lambda: len(found.heard(AppListening)) == 2)
        assert httpx.get(found.base_url, timeout=PATIENCE, trust_env=False).status_code == 200
        assert not any(event.is_crash for event in found.heard(AppEnded))


def test_an_app_of_no_known_framework_gets_plain_variables(tmp_path: Path) -> None:
    command = [sys.executable, "-c", ENV.format(names=NAMES)]
    with started(command, tmp_path, tmp_path) as found:
        assert found.process.wait(PATIENCE) == 0
        line = found.wait_for(AppOutput).text.split("|")
        assert line[0].startswith("https://localhost:")
        assert line[1] == "session-inspector-tenant"
        assert line[2]
        assert line[3] == found.base_url
        assert line[4].isdecimal()


@pytest.mark.parametrize("code", [0, 3, 77])
def test_the_exit_code_is_the_commands(code: int, tmp_path: Path) -> None:
    done = run("--headless", "--", "sh", "-c", f"exit {code}", cwd=tmp_path)
    assert done.returncode == code
    assert done.stdout.startswith("http://localhost:")


def test_a_command_that_is_not_there_is_127(tmp_path: Path) -> None:
    done = run("--headless", "--", "no-such-command", cwd=tmp_path)
    assert done.returncode == 127
    assert "no-such-command: No such file or directory. Fix: the command after --" in done.stderr


def test_without_a_command_it_is_bad_input(tmp_path: Path) -> None:
    done = run("--headless", cwd=tmp_path)
    assert done.returncode == 2
    assert "Fix: session-inspector run -- CMD" in done.stderr


def test_without_a_terminal_the_screen_is_refused(tmp_path: Path) -> None:
    done = run("--", "sleep", "60", cwd=tmp_path)
    assert done.returncode == 2
    assert "--headless" in done.stderr


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_a_signal_ends_all_of_it(number: signal.Signals, code: int, tmp_path: Path) -> None:
    command = ["sh", "-c", f"sleep 60 & {sys.executable} -m http.server -b 127.0.0.1 $PORT"]
    with started(command, tmp_path, tmp_path) as found:
        family = found.family()
        assert len(family) >= 3
        assert found.end(number) == code
    assert not [pid for pid in family if is_alive(pid)]
    assert not found.wait_for(AppEnded).is_crash


def test_a_suite_gets_the_environment_and_a_report_without_a_flag(tmp_path: Path) -> None:
    (tmp_path / "test_x.py").write_text(
        "import os\n\ndef test_x():\n    assert os.environ['OIDC_ISSUER']\n"
    )
    done = run("--", sys.executable, "-m", "pytest", "-q", "test_x.py", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0].startswith("http://localhost:")
    assert "1 passed" in lines[-1]
    assert done.stderr.splitlines()[-1] == "session-inspector: no alarm"


ALARMING = """
import os, threading
from http.server import BaseHTTPRequestHandler, HTTPServer
import urllib.request
class Page(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Set-Cookie", "session=" + "x" * 5000)
        self.end_headers()
server = HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Page)
threading.Thread(target=server.serve_forever, daemon=True).start()
while True:
    try:
        urllib.request.urlopen(os.environ["BASE_URL"]).read()
        break
    except OSError:
        pass
"""


@pytest.mark.parametrize(("flags", "code"), [((), 0), (("--fail-on-alarm",), 1)])
def test_an_alarm_is_a_failure_where_that_was_asked(
    flags: tuple[str, ...], code: int, tmp_path: Path
) -> None:
    done = run("--headless", *flags, "--", sys.executable, "-c", ALARMING, cwd=tmp_path)
    assert "1 alarm:" in done.stderr, done.stderr
    assert done.returncode == code


def test_a_session_secret_of_the_project_is_kept(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("SECRET_KEY=the-apps-own-secret\n")
    command = [sys.executable, "-c", "import os; print(os.environ.get('SECRET_KEY', 'unset'))"]
    with started(command, tmp_path, tmp_path) as found:
        assert found.wait_for(AppOutput).text == "unset"


API = (
    "import os, ssl, urllib.error, urllib.request as r\n"
    "o = r.build_opener(r.ProxyHandler({}), r.HTTPSHandler(context=ssl.create_default_context()))\n"
    "try: o.open(os.environ['API_URL'])\n"
    "except urllib.error.HTTPError as error: print('answered', error.code)\n"
)


@pytest.mark.parametrize("flags", [(), ("--no-tenant",)], ids=["our provider", "its own"])
def test_by_https_the_app_is_opened_and_trusts_its_other_origins(
    flags: tuple[str, ...], tmp_path: Path
) -> None:
    command = [
        "sh",
        "-c",
        f'{sys.executable} -c "$CALL"; exec {sys.executable} -m http.server $PORT',
    ]
    away = f"api=http://127.0.0.1:{free_port()}"
    with started(
        command, tmp_path, tmp_path, "--https", "--with", away, *flags, env={"CALL": API}
    ) as found:
        assert found.base_url.startswith("https://localhost:")
        trust = ssl.create_default_context(cafile=found.ca)
        found.wait_for(AppListening)
        with httpx.Client(verify=trust, timeout=PATIENCE, trust_env=False) as client:
            assert client.get(found.base_url).status_code == 200
            plain = client.get(found.base_url.replace("https:", "http:"))
        assert plain.headers["location"] == f"{found.base_url}/"
        found.wait_for(AppOutput, text="answered 502")
        asked = found.wait_for(ExchangeStarted, origin=found.base_url)
        reply = found.send(Resend(exchange=asked.exchange))
        assert reply["is_ok"], reply
    lines = (tmp_path / "stderr.txt").read_text().splitlines()
    (line,) = [line for line in lines if "by the local authority" in line]
    assert found.ca in line


def test_a_store_that_is_away_is_not_said_to_be_read(tmp_path: Path) -> None:
    url = f"redis://127.0.0.1:{free_port()}/0"
    env = {"REDIS_URL": url}
    command = [sys.executable, "-m", "http.server", "--bind", "127.0.0.1", str(free_port())]
    with started(command, tmp_path, tmp_path, env=env) as found:
        state = found.wait_for(StoreStateChanged, is_up=False)
        assert url not in state.reason  # it is named once
        assert not found.wait_for(ServerStarted).may_write
        log = tmp_path / "stderr.txt"
        eventually(lambda: f"store {url}: not read: Redis: " in log.read_text())
        assert "its rows are read" not in log.read_text()


OWN_DEFAULT = """
import os
SECRET_KEY = os.environ.get("SECRET_KEY", "the default of the app's own source")
print("sealed with", SECRET_KEY[:11], os.environ.get("OIDC_ISSUER", "")[:5])
"""


def test_an_app_with_a_default_of_its_own_keeps_it(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(OWN_DEFAULT)
    with started([sys.executable, "app.py"], tmp_path, tmp_path) as found:
        assert found.wait_for(AppOutput).text == "sealed with the default https"


def test_a_secret_that_an_app_cannot_start_without_is_set_and_named(tmp_path: Path) -> None:
    text = "import os\nprint(len(os.environ['SECRET_KEY']))\n"
    (tmp_path / "app.py").write_text(text)
    done = run("--headless", "--", sys.executable, "app.py", cwd=tmp_path)
    again = run("--headless", "--", sys.executable, "app.py", cwd=tmp_path)
    assert (done.returncode, again.returncode) == (0, 0)
    assert "SECRET_KEY set for this run, for the app has none" in done.stderr
    own = run("--headless", "--no-tenant", "--", sys.executable, "app.py", cwd=tmp_path)
    assert own.returncode == 1
    assert "set for this run, for the app" not in own.stderr
