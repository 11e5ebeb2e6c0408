"""`config` and `completion`: a schema that fits the reader, scripts that shells accept."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from session_inspector.devserver.attach.attach_settings import read_pace
from session_inspector.devserver.core.configuration.project import NAME
from session_inspector.devserver.core.configuration.table import TABLES, names_in, rows_in
from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.settings import load_settings
from session_inspector.inspector.cli.arguments import parse
from session_inspector.inspector.cli.completion.arguments import SHELLS
from session_inspector.inspector.cli.main import run
from session_inspector.inspector.cli.output import ExitCode
from session_inspector.inspector.keys import ALL
from session_inspector.inspector.preferences import load_preferences

GOOD = """
[lab]
port = 3000
provider_port = 0
kind = "stateless"
store = "sqlite://:memory:"
create_store = true
journal = 5000
encrypt = false
revocation = "store"
secret = "0123456789abcdef0123456789abcdef"

[session]
rolling = true
absolute = 259200
inactivity = 86400

[session.cookie]
name = "__session"
secure = false

[tokens]
access = 3600
rotate = true

[[users]]
sub = "local|zoe"
name = "Zoë"
roles = ["admin"]

[[clients]]
client_id = "spa"
redirect_uris = ["http://localhost:5173/callback"]
dpop_bound_access_tokens = true

[[organizations]]
id = "org_acme"
members = ["local|zoe"]

[attach]
gentle = true

[ui]
theme = "day"
compact = true
keep = 1000
stores = ["redis://127.0.0.1:6379"]

[keys]
login = "f5"
budget_grow = "plus"
"""
BAD = [
    "[ui]\ntheme = 'pink'",
    "[ui]\nshape = 'round'",
    "[ui]\nstores = ['redis']",
    "[keys]\nfly = 'f'",
    "[lab]\nport = 70000",
    "[lab]\nkind = 'both'",
    "[lab]\nsecret = 'short'",
    "[session]\nabsolute = -1",
    "[session]\nabsolute = 'long'",
    "[session.cookie]\nflavour = 'oat'",
    "[tokens]\nrotate = 5",
    "[[users]]\nname = 'nobody'",
    "[ui]\nkeep = 5",
    "[attach]\ngentle = 'very'",
    "[attach]\npace = 1",
    "[[clients]]\nclient_id = 'a b'",
    "[[clients]]\nclient_id = 'a'\nsecret = 'x'",
    "[[organizations]]\nid = 'acme'",
    "[[organizations]]\nname = 'acme'",
    "[lab]\njournal = 'many'",
    "[weather]\nsun = true",
]


def ran(*argv: str) -> int:
    return run(parse(list(argv)))


@pytest.fixture
def schema(capsys: pytest.CaptureFixture[str]) -> Draft202012Validator:
    assert ran("config", "schema") == ExitCode.OK
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    Draft202012Validator.check_schema(found)
    return Draft202012Validator(found)


def read(path: Path) -> None:
    """Read a file as the app does."""
    env = {"HOME": str(path.parent)}
    load_settings({"config": str(path)}, env, keeps_state=False)
    read_pace({"config": str(path)}, env)
    load_preferences({"config": str(path)}, env)


def test_what_the_reader_takes_fits_the_schema(
    schema: Draft202012Validator, tmp_path: Path
) -> None:
    path = tmp_path / "config.toml"
    path.write_text(GOOD)
    read(path)
    assert list(schema.iter_errors(tomllib.loads(GOOD))) == []


@pytest.mark.parametrize("text", BAD)
def test_what_the_reader_refuses_the_schema_refuses(
    schema: Draft202012Validator, tmp_path: Path, text: str
) -> None:
    path = tmp_path / "config.toml"
    path.write_text(text)
    with pytest.raises(InputError):
        read(path)
    assert list(schema.iter_errors(tomllib.loads(text))) != []


def test_the_schema_has_every_setting(schema: Draft202012Validator) -> None:
    tables = schema.schema["properties"]
    assert set(tables) == TABLES
    assert set(tables["lab"]["properties"]) == names_in("lab")
    assert set(tables["session"]["properties"]) == names_in("session")
    assert set(tables["session"]["properties"]["cookie"]["properties"]) == names_in(
        "session.cookie"
    )
    assert set(tables["attach"]["properties"]) == names_in("attach")
    assert set(tables["ui"]["properties"]) == names_in("ui")
    assert set(tables["keys"]["properties"]) == {key.name for key in ALL}


def test_the_path_follows_xdg(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.delenv("SESSION_INSPECTOR_CONFIG", raising=False)
    assert ran("config", "path") == ExitCode.OK
    assert capsys.readouterr().out == f"{tmp_path}/session-inspector/config.toml\n"
    monkeypatch.setenv("SESSION_INSPECTOR_CONFIG", "/etc/elsewhere.toml")
    ran("config", "path")
    assert capsys.readouterr().out == "/etc/elsewhere.toml\n"
    ran("config", "path", "--config", "/third.toml")
    assert capsys.readouterr().out == "/third.toml\n"


def test_check_says_what_is_wrong_or_that_nothing_is(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    path = tmp_path / "config.toml"
    path.write_text(GOOD)
    assert ran("config", "check", "--config", str(path)) == ExitCode.OK
    assert capsys.readouterr().out == f"{path}: nothing is wrong\n"
    assert ran("config", "check") == ExitCode.OK
    assert "not there; the defaults hold" in capsys.readouterr().out
    path.write_text("[keys]\nlogin = 'r'")
    assert ran("config", "check", "--config", str(path)) == ExitCode.BAD_INPUT
    said = capsys.readouterr().err
    assert (said.count("\n"), "keys.request" in said or "keys.login" in said) == (1, True)


@pytest.mark.parametrize("shell", SHELLS)
def test_a_completion_script_is_accepted_by_its_shell(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, shell: str
) -> None:
    assert ran("completion", shell) == ExitCode.OK
    text = capsys.readouterr().out
    assert all(word in text for word in ("session-inspector", "scenario", "replay", "read-only"))
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"{shell} is not installed")
    path = tmp_path / "completion"
    path.write_text(text)
    done = subprocess.run([program, "-n", str(path)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_bash_completes_the_commands(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("bash is not installed")
    ran("completion", "bash")
    script = tmp_path / "completion"
    script.write_text(capsys.readouterr().out)
    asked = (
        f'source "{script}"; name=$(complete -p session-inspector | grep -o "_shtab[a-z_]*");'
        " COMP_WORDS=(session-inspector scen); COMP_CWORD=1; $name; echo ${COMPREPLY[@]}"
    )
    done = subprocess.run([bash, "-c", asked], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "scenario"


def fish_offers(capsys: pytest.CaptureFixture[str], tmp_path: Path, line: str) -> list[str]:
    """Return what fish offers for a line with the cursor at its end."""
    fish = shutil.which("fish")
    if fish is None:
        pytest.skip("fish is not installed")
    ran("completion", "fish")
    script = tmp_path / "completion"
    script.write_text(capsys.readouterr().out)
    asked = f"source {script}; complete -C '{line}'"
    env = {"HOME": str(tmp_path), "PATH": os.environ["PATH"]}
    done = subprocess.run([fish, "-c", asked], capture_output=True, text=True, check=True, env=env)
    return [offer.partition("\t")[0] for offer in done.stdout.splitlines()]


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("session-inspector scen", ["scenario"]),
        ("session-inspector stores c", ["check", "create"]),
        ("session-inspector scenario --js", ["--json"]),
        ("session-inspector completion z", ["zsh"]),
        ("session-inspector sessions expire x --clock a", ["absolute", "access_token"]),
        ("session-inspector --read", ["--read-only"]),
        ("session-inspector scenario --read", []),
    ],
)
def test_fish_completes_commands_and_flags(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, line: str, offered: list[str]
) -> None:
    assert fish_offers(capsys, tmp_path, line) == offered


PROJECT_FILES = [
    ('[run]\ncommand = "npm run dev"\nstores = ["REDIS_URL"]', True),
    ('[run]\ncommand = ["npm", "start"]\nusers = ["a", { sub = "b", x = 1 }]', True),
    ('[run.origins]\napi = "http://localhost:4000"', True),
    ("[run.knobs]\nwrong_nonce = true", True),
    ("[run]\ncomand = 'x'", False),
    ("[run]\ncommand = 3", False),
    ("[run.origins]\napi = 'ftp://x'", False),
    ("[run.knobs]\nnonsense = true", False),
    ("[lab]\nport = 1", False),
]


def test_the_project_s_file_has_a_schema_that_takes_what_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(parse(["config", "schema", "--project"])) == ExitCode.OK
    schema = json.loads(capsys.readouterr().out)
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    for text, is_right in PROJECT_FILES:
        found = tomllib.loads(text)
        assert validator.is_valid(found) is is_right, text
        (tmp_path / NAME).write_text(text)
        assert (run(parse(["config", "check", "--project"])) == ExitCode.OK) is is_right, text
    assert set(schema["properties"]["run"]["properties"]) == {row.name for row in rows_in("run")}
