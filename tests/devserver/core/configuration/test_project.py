"""The file of a project: how `run` starts it, read once, and wrong values said in one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from session_inspector.devserver.core.configuration.project import NAME, read_project_file
from session_inspector.devserver.core.configuration.run_table import RunTable
from session_inspector.devserver.core.errors import InputError

WHOLE = """
[run]
command = "npm run 'dev now'"
stores = ["REDIS_URL", "redis://localhost:1"]
users = ["alice", "auth0|zoe", { sub = "local|bob", roles = ["admin"] }]

[run.origins]
api = "http://localhost:4000"

[run.knobs]
wrong_nonce = true
latency = { token = 2 }
"""


def read(tmp_path: Path, text: str) -> RunTable:
    (tmp_path / NAME).write_text(text)
    return read_project_file(tmp_path)


def test_all_of_it_is_read(tmp_path: Path) -> None:
    assert read(tmp_path, WHOLE) == RunTable(
        command=("npm", "run", "dev now"),
        stores=("REDIS_URL", "redis://localhost:1"),
        users=(
            {"sub": "local|alice", "name": "alice"},
            {"sub": "auth0|zoe"},
            {"sub": "local|bob", "roles": ["admin"]},
        ),
        origins=(("api", "http://localhost:4000"),),
        knobs={"wrong_nonce": True, "latency": {"token": 2}},
    )


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    assert read_project_file(tmp_path) == RunTable()


def test_a_command_may_be_a_list(tmp_path: Path) -> None:
    assert read(tmp_path, '[run]\ncommand = ["a", "b c"]').command == ("a", "b c")


@pytest.mark.parametrize(
    "text",
    [
        *("[lab]\nport = 1", "[run]\ncomand = 'x'", "[run]\ncommand = 3", "[run]\ncommand = ''"),
        *("[run]\ncommand = 'a \"b'", "[run]\nstores = 'x'", "[run]\nstores = [1]"),
        *("[run]\norigins = ['x']", "[run]\norigins = { api = 'ftp://x' }", "[run]\nusers = [1]"),
        *("[run]\nknobs = 1", "run = 1", "[run"),
    ],
)
def test_a_wrong_value_is_named_with_the_rule(text: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=NAME):
        read(tmp_path, text)
