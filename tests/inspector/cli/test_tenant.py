"""`serve --as-tenant` prints what an app needs; `provider` turns the knobs of a running lab."""

from __future__ import annotations

import fcntl
import json
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Timer
from typing import Any

import httpx
import pytest

from devserver.core.access import VARIABLE
from devserver.core.commands import Command, ResetKnobs, RevokeAtProvider, SetKnobs
from devserver.core.errors import InputError
from devserver.core.events import ClockMoved, KnobsTurned
from devserver.host import start_lab
from devserver.oidc.registry import ClientRegistration
from devserver.oidc.tenant import FRAMEWORKS, env_block
from devserver.settings import Settings
from inspector.cli import tenant_arguments
from inspector.cli.arguments import parse
from inspector.cli.main import run
from inspector.cli.provider import commands_of
from inspector.cli.tenant import env_text, environments, keep_env, settings_of
from tests.end_to_end.lab import Lab

KEPT = ".local/state/session-inspector/tenant.env"
SERVE = ["serve", "--as-tenant", "--store", "memory://"]


def settings(folder: Path, *more: str, **env: str) -> Settings:
    return settings_of(parse([*SERVE, *more]), {"HOME": str(folder), **env})


def registered(found: Settings) -> ClientRegistration:
    assert found.tenant is not None
    return found.tenant.registration()


@pytest.fixture
def token(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The headers that the control API wants; the command line finds the token itself."""
    monkeypatch.setenv(VARIABLE, lab.running.token)
    return {"authorization": f"Bearer {lab.running.token}"}


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    running = start_lab(settings(tmp_path_factory.mktemp("tenant")))
    yield Lab(running)
    running.stop()


def test_each_framework_has_its_own_names(tmp_path: Path) -> None:
    chosen = settings(tmp_path, "--app-url", "http://127.0.0.1:5000/")
    running = start_lab(chosen)
    running.stop()
    found = environments(chosen, running)
    assert tuple(found) == FRAMEWORKS == tenant_arguments.FRAMEWORKS
    issuer, host = running.issuer, running.issuer.removeprefix("https://").rstrip("/")
    assert issuer.startswith("https://localhost:")
    assert found["nextjs"]["AUTH0_DOMAIN"] == issuer.rstrip("/")
    assert found["express"]["ISSUER_BASE_URL"] == issuer.rstrip("/")
    assert found["authjs"]["AUTH_AUTH0_ISSUER"] == issuer
    assert found["fastapi"]["AUTH0_DOMAIN"] == host
    assert found["env"]["OIDC_DISCOVERY_URL"] == f"{issuer}.well-known/openid-configuration"
    bases = {found[n]["APP_BASE_URL"] for n in ("nextjs", "fastapi", "env")}
    assert bases | {found["express"]["BASE_URL"]} == {"http://127.0.0.1:5000"}
    for variables in found.values():
        trusted = variables.get("NODE_EXTRA_CA_CERTS") or variables["SSL_CERT_FILE"]
        assert Path(trusted).exists()
        assert chosen.secret in variables.values()


def test_one_framework_is_one_block_and_is_kept_private(tmp_path: Path) -> None:
    chosen = settings(tmp_path, "--framework", "express")
    running = start_lab(chosen)
    running.stop()
    text = env_text(environments(chosen, running))
    assert text.startswith("# Express with express-openid-connect\nISSUER_BASE_URL=https://")
    path = keep_env(chosen, text)
    assert (path.read_text(), stat.S_IMODE(path.stat().st_mode)) == (text + "\n", 0o600)


def test_a_shell_reads_what_was_printed(tmp_path: Path) -> None:
    """As docs/frameworks.md says: into a file, and from there into the environment."""
    process = subprocess.Popen(
        [sys.executable, "-m", "inspector", *SERVE, "--framework", "express"],
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
    text = (Path(__file__).parents[3] / "docs" / "tenant.md").read_text()
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
            answers = [httpx.post(token, verify=False) for _ in "ab"]
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
        [sys.executable, "-m", "inspector", "serve", "--store", "memory://", "--json"],
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
            httpx.post(f"{url}/_inspect/commands", json=login, headers=headers, timeout=30)
        process.terminate()
        code = process.wait()
    watchdog.cancel()
    assert code == 0


def test_values_with_spaces_are_quoted() -> None:
    assert env_block({"A": "b c", "D": "e"}, "t") == '# t\nA="b c"\nD=e'


def test_redirects_and_back_channel_are_registered(tmp_path: Path) -> None:
    more = ["--redirect-uri", "/mine", "--redirect-uri", "http://localhost:9/x"]
    more += ["--backchannel-logout-uri", "/out"]
    client = registered(settings(tmp_path, *more))
    assert client.backchannel_logout_uri == "http://localhost:3000/out"
    for uri in ("http://localhost:4000/callback", "http://localhost/mine", "http://localhost:1/x"):
        assert client.check_redirect_uri(uri), uri
    for uri in ("http://localhost:3000/other", "http://evil.example/callback"):
        assert not client.check_redirect_uri(uri), uri


def test_what_we_printed_does_not_make_us_our_own_client(tmp_path: Path) -> None:
    found = settings(tmp_path, AUTH0_DOMAIN="localhost:1", AUTH0_SECRET="s" * 40)
    assert (found.issuer, found.secret) == ("", "s" * 40)
    again = settings(tmp_path)
    assert registered(again).client_secret == registered(found).client_secret


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([*SERVE, "--issuer", "https://x.example"], "a tenant is the local one"),
        ([*SERVE, "--app-url", "localhost:3000"], "it must be scheme, host and port"),
        ([*SERVE, "--app-url", "http://localhost:3000/base"], "it must be scheme, host and port"),
        ([*SERVE, "--redirect-uri", "callback"], "--redirect-uri is 'callback'"),
        ([*SERVE, "--backchannel-logout-uri", "ftp://x/y"], "it must be an http(s) URL"),
        (["serve", "--app-url", "http://localhost:3000"], "Fix: add --as-tenant"),
    ],
)
def test_a_wrong_flag_is_one_line(arguments: list[str], said: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        settings_of(parse(arguments), {"HOME": str(tmp_path)})
    assert said in error.value.message


@pytest.mark.parametrize(
    ("flags", "commands"),
    [
        (["--latency", "token=500ms", "--latency", "jwks=1"],
         [SetKnobs(latency={"token": 0.5, "jwks": 1.0})]),
        (["--latency", "2s", "--fail", "token=3"],
         [SetKnobs(latency={"all": 2.0}, errors={"token": 3})]),
        (["--fail=-1"], [SetKnobs(errors={"all": -1})]),
        (["--rotate", "off", "--grace", "1m", "--skew=-2m"],
         [SetKnobs(rotate=False, grace=60.0, skew=-120.0)]),
        (["--wrong-issuer", "--wrong-nonce", "--expired-token"],
         [SetKnobs(wrong_issuer="id_token", wrong_nonce=True, expired_token="id")]),
        (["--wrong-issuer", "off", "--wrong-nonce", "off", "--expired-token", "off"],
         [SetKnobs(wrong_issuer="", wrong_nonce=False, expired_token="")]),
        (["--claims", 'a={"x": [1]}'], [SetKnobs(claims={"a": {"x": [1]}})]),
        (["--reset", "--wrong-nonce", "on"], [ResetKnobs(), SetKnobs(wrong_nonce=True)]),
        (["--revoke-user", "u"], [RevokeAtProvider(user="u")]),
        (["--revoke-session", "s", "--revoke-token", "t"],
         [RevokeAtProvider(sid="s"), RevokeAtProvider(token="t")]),
        ([], []),
    ],
    ids=lambda value: " ".join(value) if value and isinstance(value[0], str) else "",
)  # fmt: skip
def test_flags_become_commands(flags: list[str], commands: list[Command]) -> None:
    assert commands_of(parse(["provider", "http://x", *flags])) == commands


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["--latency", "soon"], "'soon' is no duration"),
        (["--fail", "token=many"], "it must be a whole number"),
        (["--claims", "alice"], "it must be SUB=JSON"),
        (["--claims", "a=[1]"], "it must be SUB=JSON"),
    ],
)
def test_a_wrong_knob_flag_is_one_line(flags: list[str], said: str) -> None:
    with pytest.raises(InputError) as error:
        commands_of(parse(["provider", "http://x", *flags]))
    assert said in error.value.message


@pytest.mark.usefixtures("token")
def test_knobs_are_turned_shown_and_reset(lab: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    url = lab.base_url
    assert run(parse(["provider", url, "--skew=-90", "--wrong-nonce", "--json"])) == 0
    state = json.loads(capsys.readouterr().out)
    assert (state["knobs"]["skew"], state["knobs"]["wrong_nonce"]) == (-90, True)
    assert state["replies"] == [{"ok": True, "message": "clock -90 s; wrong nonce"}]
    assert run(parse(["provider", url, "--reset"])) == 0
    assert capsys.readouterr().out == "✔ the provider is in good order\n"
    told = [event.told for event in lab.events() if isinstance(event, KnobsTurned)]
    assert told[-2:] == [("clock -90 s", "wrong nonce"), ()]
    assert not [event for event in lab.events() if isinstance(event, ClockMoved)]


def test_a_session_is_listed_and_revoked(
    lab: Lab, token: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    login = {"type": "Login", "user": "local|alice"}
    commands = f"{lab.base_url}/_inspect/commands"
    assert httpx.post(commands, json=login, headers=token).json()["is_ok"]
    (row,) = [row for row in lab.rows() if row.who == "Alice Archer"]
    (session,) = httpx.get(f"{lab.base_url}/_inspect/provider", headers=token).json()["sessions"]
    assert (session["sub"], session["clients"]) == ("local|alice", ["session-inspector-lab"])
    assert run(parse(["provider", lab.base_url, "--revoke-session", session["sid"]])) == 0
    assert "ended at the provider" in capsys.readouterr().out
    lives = [r.life for r in lab.rows() if r.session == row.session]
    assert lives == ["logged-out"]
    assert run(parse(["provider", lab.base_url, "--revoke-user", "local|alice"])) == 1
    assert "has no session" in capsys.readouterr().out


def test_a_foreign_page_is_told_nothing(lab: Lab) -> None:
    headers = {"origin": "https://evil.example"}
    assert httpx.get(f"{lab.base_url}/_inspect/provider", headers=headers).status_code == 403


def test_without_the_token_nothing_is_told(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(VARIABLE, "another")
    assert httpx.get(f"{lab.base_url}/_inspect/provider").status_code == 401
    assert run(parse(["provider", lab.base_url])) == 2
    assert "refused (401)" in capsys.readouterr().err


def test_nobody_there_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(parse(["provider", "http://127.0.0.1:9"])) == 2
    assert "does not answer" in capsys.readouterr().err
