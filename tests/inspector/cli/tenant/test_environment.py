"""`serve --as-tenant` prints what an app needs; `provider` turns the knobs of a running lab."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from session_inspector.devserver.core.access import VARIABLE
from session_inspector.devserver.core.commands import (
    Command,
    ResetKnobs,
    RevokeAtProvider,
    SetKnobs,
)
from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.core.events.login import KnobsTurned
from session_inspector.devserver.core.events.server import ClockMoved
from session_inspector.devserver.host import start_lab
from session_inspector.devserver.provider.registrations import ClientRegistration
from session_inspector.devserver.provider.tenant import FRAMEWORKS, env_block
from session_inspector.devserver.settings import Settings
from session_inspector.inspector.cli.arguments import parse
from session_inspector.inspector.cli.main import run
from session_inspector.inspector.cli.provider.command import commands_of
from session_inspector.inspector.cli.tenant import arguments as tenant_arguments
from session_inspector.inspector.cli.tenant.environment import (
    env_text,
    environments,
    keep_env,
    settings_of,
)
from tests.end_to_end.lab import Lab
from tests.waiting import PATIENCE

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
    issuer = running.issuer
    host = running.issuer.removeprefix("https://").rstrip("/")
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


def test_values_with_spaces_are_quoted() -> None:
    assert env_block({"A": "b c", "D": "e"}, "t") == '# t\nA="b c"\nD=e'


def test_redirects_and_back_channel_are_registered(tmp_path: Path) -> None:
    more = ["--redirect-uri", "/mine", "--redirect-uri", "http://localhost:9/x"]
    more += ["--backchannel-logout-uri", "/out", "--frontchannel-logout-uri", "/frame"]
    client = registered(settings(tmp_path, *more))
    assert client.backchannel_logout_uri == "http://localhost:3000/out"
    assert client.frontchannel_logout_uri == "http://localhost:3000/frame"
    for uri in ("http://localhost:4000/callback", "http://localhost/mine", "http://localhost:1/x"):
        assert client.check_redirect_uri(uri), uri
    for uri in ("http://localhost:3000/other", "http://evil.example/callback"):
        assert not client.check_redirect_uri(uri), uri


def test_addresses_after_logout_are_registered_by_flag_and_configuration(tmp_path: Path) -> None:
    bye = "http://localhost:3000/bye"
    by_flag = registered(settings(tmp_path, "--post-logout-uri", "/bye"))
    file = tmp_path / "config.toml"
    file.write_text('[lab]\npost_logout_uris = ["/bye", "https://a.example/out"]\n')
    by_file = registered(settings(tmp_path, "--config", str(file)))
    assert by_flag.check_post_logout_uri(bye)
    assert by_file.check_post_logout_uri(bye)
    assert by_file.check_post_logout_uri("https://a.example/out")
    assert by_flag.check_post_logout_uri("http://localhost:3000/")
    assert not by_flag.check_post_logout_uri("https://a.example/out")


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
        ([*SERVE, "--post-logout-uri", "bye"], "lab.post_logout_uris is ['bye']"),
        ([*SERVE, "--backchannel-logout-uri", "ftp://x/y"], "it must be an http(s) URL"),
        (["serve", "--app-url", "http://localhost:3000"], "Fix: add --as-tenant"),
        (["serve", "--frontchannel-logout-uri", "/x"], "Fix: add --as-tenant"),
        (["serve", "--client", "a", "--issuer", "https://x.example"], "about the local provider"),
        (["serve", "--client", "session-inspector-lab"], "is taken"),
    ],
)
def test_a_wrong_flag_is_one_line(arguments: list[str], said: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        settings_of(parse(arguments), {"HOME": str(tmp_path)})
    assert said in error.value.message


@pytest.mark.parametrize(
    ("flags", "commands"),
    [
        (
            ["--latency", "token=500ms", "--latency", "jwks=1"],
            [SetKnobs(latency={"token": 0.5, "jwks": 1.0})],
        ),
        (
            ["--latency", "2s", "--fail", "token=3"],
            [SetKnobs(latency={"all": 2.0}, errors={"token": 3})],
        ),
        (["--fail=-1"], [SetKnobs(errors={"all": -1})]),
        (
            ["--rotate", "off", "--grace", "1m", "--skew=-2m"],
            [SetKnobs(rotate=False, grace=60.0, skew=-120.0)],
        ),
        (
            ["--wrong-issuer", "--wrong-nonce", "--expired-token"],
            [SetKnobs(wrong_issuer="id_token", wrong_nonce=True, expired_token="id")],
        ),
        (
            ["--wrong-issuer", "off", "--wrong-nonce", "off", "--expired-token", "off"],
            [SetKnobs(wrong_issuer="", wrong_nonce=False, expired_token="")],
        ),
        (
            ["--wrong-audience", "--wrong-type", "access", "--not-before", "--wrong-logout"],
            [
                SetKnobs(
                    wrong_audience="id", wrong_type="access", not_before="id", wrong_logout="events"
                )
            ],
        ),
        (
            ["--wrong-audience", "off", "--not-before", "off", "--wrong-logout", "off"],
            [SetKnobs(wrong_audience="", not_before="", wrong_logout="")],
        ),
        (["--second-factor"], [SetKnobs(second_factor="login")]),
        (["--second-factor", "off"], [SetKnobs(second_factor="")]),
        (["--wrong-logout", "nonce"], [SetKnobs(wrong_logout="nonce")]),
        (
            ["--access-ttl", "20", "--id-ttl", "5m", "--refresh-ttl", "0"],
            [SetKnobs(access_ttl=20, id_ttl=300, refresh_ttl=0)],
        ),
        (["--claims", 'a={"x": [1]}'], [SetKnobs(claims={"a": {"x": [1]}})]),
        (["--reset", "--wrong-nonce", "on"], [ResetKnobs(), SetKnobs(wrong_nonce=True)]),
        (["--revoke-user", "u"], [RevokeAtProvider(user="u")]),
        (
            ["--revoke-session", "s", "--revoke-token", "t"],
            [RevokeAtProvider(sid="s"), RevokeAtProvider(token="t")],
        ),
        ([], []),
    ],
    ids=lambda value: " ".join(value) if value and isinstance(value[0], str) else "",
)
def test_flags_become_commands(flags: list[str], commands: list[Command]) -> None:
    assert commands_of(parse(["provider", "http://x", *flags])) == commands


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["--latency", "soon"], "'soon' is no duration"),
        (["--fail", "token=many"], "it must be a whole number"),
        (["--access-ttl", "500ms"], "it must be whole seconds"),
        (["--access-ttl", "soon"], "'soon' is no duration"),
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
    assert capsys.readouterr().out == "✔ the provider is healthy\n"
    told = [event.told for event in lab.events() if isinstance(event, KnobsTurned)]
    assert told[-2:] == [("clock -90 s", "wrong nonce"), ()]
    assert not [event for event in lab.events() if isinstance(event, ClockMoved)]


def test_a_session_is_listed_and_revoked(
    lab: Lab, token: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    login = {"type": "Login", "user": "local|alice"}
    commands = f"{lab.base_url}/_inspect/commands"
    assert httpx.post(commands, json=login, headers=token, timeout=PATIENCE).json()["is_ok"]
    (row,) = [row for row in lab.rows() if row.who == "Alice Archer"]
    (session,) = httpx.get(
        f"{lab.base_url}/_inspect/provider", headers=token, timeout=PATIENCE
    ).json()["sessions"]
    assert (session["sub"], session["clients"]) == ("local|alice", ["session-inspector-lab"])
    assert run(parse(["provider", lab.base_url, "--revoke-session", session["sid"]])) == 0
    assert "ended at the provider" in capsys.readouterr().out
    lives = [r.life for r in lab.rows() if r.session == row.session]
    assert lives == ["logged-out"]
    assert run(parse(["provider", lab.base_url, "--revoke-user", "local|alice"])) == 1
    assert "has no session" in capsys.readouterr().out


def test_a_foreign_page_is_told_nothing(lab: Lab) -> None:
    headers = {"origin": "https://evil.example"}
    assert (
        httpx.get(
            f"{lab.base_url}/_inspect/provider", headers=headers, timeout=PATIENCE
        ).status_code
        == 403
    )


def test_without_the_token_nothing_is_told(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(VARIABLE, "another")
    assert httpx.get(f"{lab.base_url}/_inspect/provider", timeout=PATIENCE).status_code == 401
    assert run(parse(["provider", lab.base_url])) == 2
    assert "refused (401)" in capsys.readouterr().err


def test_nobody_there_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(parse(["provider", "http://127.0.0.1:9"])) == 2
    assert "does not answer" in capsys.readouterr().err
