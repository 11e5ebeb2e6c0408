"""What a project's file adds to the flags of `run`, and which wins."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from session_inspector.devserver.attach.attach_settings import OfferedStore
from session_inspector.devserver.core.commands import SetKnobs
from session_inspector.devserver.core.configuration.project import NAME
from session_inspector.devserver.core.errors import InputError
from session_inspector.inspector.cli.arguments import parse
from session_inspector.inspector.cli.run.defaults import (
    pick_stores,
    read_knob_change,
    take_project,
)
from session_inspector.inspector.cli.run.plan import make_plan

FILE = """
[run]
command = "node app.js"
stores = ["CACHE"]
users = ["zoe"]
origins = { api = "http://localhost:4000", bff = "http://localhost:4001" }
knobs = { wrong_nonce = true }
"""


def taken(tmp_path: Path, *argv: str) -> argparse.Namespace:
    (tmp_path / NAME).write_text(FILE)
    arguments = parse(["run", *argv])
    take_project(arguments, tmp_path)
    return arguments


def test_the_file_says_all_that_no_flag_says(tmp_path: Path) -> None:
    arguments = taken(tmp_path)
    assert arguments.words == ["node", "app.js"]
    assert arguments.knobs == SetKnobs(wrong_nonce=True)
    env = {
        "HOME": str(tmp_path),
        "CACHE": "redis://localhost:1",
        "DATABASE_URL": "postgres://localhost/x",
    }
    plan = make_plan(arguments, env, tmp_path)
    assert [store.name for store in plan.attach.offered] == ["CACHE"]
    assert [origin.name for origin in plan.attach.origins] == ["api", "bff"]
    assert plan.attach.provider is not None
    assert [user.sub for user in plan.attach.provider.users] == ["local|zoe"]


def test_a_flag_wins_over_the_file(tmp_path: Path) -> None:
    arguments = taken(tmp_path, "--with", "api=http://localhost:5000", "--", "npm", "start")
    assert arguments.words == ["npm", "start"]
    assert arguments.origins == ["api=http://localhost:5000", "bff=http://localhost:4001"]


def test_a_store_that_no_variable_names_is_refused() -> None:
    store = OfferedStore(name="CACHE", url="redis://localhost:1")
    assert pick_stores(["CACHE", "redis://x"], [store]) == [
        store,
        OfferedStore(name=NAME, url="redis://x"),
    ]
    with pytest.raises(InputError, match="OTHER"):
        pick_stores(["OTHER"], [store])


@pytest.mark.parametrize("table", [{"nonsense": 1}, {"latency": {"nowhere": 1}}, {"type": "Prune"}])
def test_a_wrong_knob_is_refused(table: dict[str, object]) -> None:
    with pytest.raises(InputError, match="knobs"):
        read_knob_change(table)


@pytest.mark.parametrize(
    ("text", "argv", "is_https"),
    [("https = true\n", (), True), ("", ("--https",), True), ("https = false\n", (), False)],
)
def test_https_is_said_by_the_file_or_the_flag(
    text: str, argv: tuple[str, ...], is_https: bool, tmp_path: Path
) -> None:
    (tmp_path / NAME).write_text(f'[run]\ncommand = "x"\n{text}')
    arguments = parse(["run", *argv])
    take_project(arguments, tmp_path)
    assert arguments.https is is_https
