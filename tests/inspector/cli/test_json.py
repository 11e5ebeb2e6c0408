"""What each command prints with --json is what docs/cli.schema.json says."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from session_inspector.devserver.core.commands import Login
from session_inspector.devserver.core.configuration.file import Flags
from session_inspector.devserver.core.wire import event_to_json
from session_inspector.devserver.host import start_lab
from session_inspector.devserver.settings import load_settings
from session_inspector.inspector.cli.arguments import parse
from session_inspector.inspector.cli.main import run
from tests.inspector.cli.sessions.test_foreign import TABLES
from tests.servers import free_port

SCHEMA = json.loads((Path(__file__).parents[3] / "docs" / "cli.schema.json").read_text())
SIGNED = "session=eyJ1IjoxfQ.aWx0Zg.Fl4NH8145NDJY8YiXMEDj_poMyE"


def check(name: str, found: object) -> None:
    Draft202012Validator({**SCHEMA, "$ref": f"#/$defs/{name}"}).validate(found)


def call(capsys: pytest.CaptureFixture[str], *words: str) -> object:
    run(parse([*words]))
    return json.loads(capsys.readouterr().out)


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    create, row = TABLES["django"]
    with sqlite3.connect("django.db") as db:
        db.execute(create)
        db.execute("INSERT INTO django_session VALUES (?,?,?)", row)
    db.close()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("decode", ["decode", "hello-world-123", "--json"]),
        ("decode", ["decode", SIGNED, "--secret", "secret", "--json"]),
        ("decode", ["decode", '{"cookie": {"path": "/"}, "a": 1}', "--json"]),
        ("weak", ["weak", SIGNED, "--json"]),
        ("stores", ["stores", "--json"]),
        ("stores create", ["stores", "create", "sqlite://new.db", "--json"]),
        ("stores check", ["stores", "check", f"redis://127.0.0.1:{free_port()}", "--json"]),
        ("stores check", ["stores", "check", "sqlite://django.db", "--json"]),
        ("scenario", ["scenario", "--json"]),
        ("scenario", ["scenario", "tampered-cookie", "--json"]),
        ("compare", ["compare", "--only-named", "--json"]),
        ("config schema", ["config", "schema"]),
        ("doctor", ["doctor", "--json"]),
    ],
)
def test_a_command_prints_what_its_schema_says(
    capsys: pytest.CaptureFixture[str], name: str, words: Sequence[str]
) -> None:
    check(name, call(capsys, *words))


def test_lines_print_what_their_schema_says(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "lines.txt"
    path.write_text(f"{SIGNED}\nnothing\n")
    run(parse(["decode", "--lines", str(path), "--secret", "secret"]))
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    for line in lines:
        check("decode --lines", json.loads(line))


def test_reseal_prints_what_its_schema_says(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["reseal", SIGNED, "--secret", "secret", "--max-age", "none", "--set", "u=2"]
    check("reseal", call(capsys, *words, "--out", "json"))


def test_the_lab_and_its_provider_print_what_their_schemas_say(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SESSION_INSPECTOR_TOKEN", "t" * 32)
    url = f"sqlite://{tmp_path}/lab.db"
    flags: Flags = {"store": url, "port": "0", "create_store": True}
    lab = start_lab(load_settings(flags, os.environ))
    try:
        check("provider", call(capsys, "provider", lab.base_url, "--latency", "0", "--json"))
        assert lab.submit(lab.control.execute(Login(user="local|alice"))).result(60).is_ok
        for event in lab.journal.since(0)[0]:
            check("event", json.loads(event_to_json(event)))
    finally:
        lab.stop()
    for name, words in (
        ("sessions list", ["list"]),
        ("sessions list --limit", ["list", "--limit", "1", "--filter", "user:alice"]),
        ("sessions find", ["find", "nobody"]),
        ("sessions show", ["show", "nobody"]),
        ("sessions find", ["find", "local|alice"]),
        ("sessions revoke", ["revoke", "nobody"]),
        ("sessions expire", ["expire", "nobody"]),
    ):
        check(name, call(capsys, "sessions", *words, "--store", url, "--json"))
    check("stores check", call(capsys, "stores", "check", url, "--json"))
    check("stores prune", call(capsys, "stores", "prune", url, "--json"))


def test_every_command_that_prints_json_is_in_the_schema() -> None:
    documented = {name for name in SCHEMA["$defs"] if name not in ("event", "action")}
    page = (Path(__file__).parents[3] / "docs" / "json.md").read_text()
    for name in documented:
        assert f"`{name.split()[0]}" in page
