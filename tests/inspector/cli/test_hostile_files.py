"""Files that are damaged, huge or of another encoding: one line, exit code 2."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.inspector.cli.test_commands import run

STATE = ".local/state/session-inspector"
CONFIGS = {
    "no UTF-8": b'[lab]\nstore = "caf\xe9"\n',
    "UTF-16": '[lab]\nstore = "x"\n'.encode("utf-16"),
    "a NUL": b"[lab]\nport = \x00\n",
    "an integer of 5,000 digits": b"[ui]\nkeep = " + b"9" * 5_000,
    "a list nested 5,000 deep": b"users = " + b"[" * 5_000,
    "a huge count": b"[lab]\njournal = " + b"9" * 40,
    "a huge journal": b"[lab]\njournal = 9223372036854775807",
    "a huge life": b"[session]\ninactivity = 9999999999999999",
    "an infinite life": b"[session]\nabsolute = inf",
    "a life of NaN": b"[session]\nabsolute = nan",
    "a claim of NaN": b'[[users]]\nsub = "u"\nage = nan',
    "a huge port": b"[lab]\nport = 99999999999999999999",
    "a folder": None,
}


@pytest.mark.parametrize("name", list(CONFIGS))
@pytest.mark.parametrize("command", [["serve", "--store", "memory://"], ["--web"]])
def test_a_hostile_configuration_is_one_line_and_code_2(
    tmp_path: Path, name: str, command: list[str]
) -> None:
    path = tmp_path / "config.toml"
    content = CONFIGS[name]
    if content is None:
        path.mkdir()
    else:
        path.write_bytes(content)
    found = run("--config", str(path), *command, home=tmp_path)
    assert found.returncode == 2, found.stderr
    assert found.stderr.count("\n") == 1
    assert len(found.stderr) < 500
    assert found.stdout == ""


@pytest.mark.parametrize("content", [b"", b"\n", b"\xff\xfe\xfd" * 20])
def test_a_secret_that_a_full_disk_left_empty_is_named_with_its_fix(
    tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / STATE / "secret"
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    found = run("serve", "--store", "memory://", home=tmp_path)
    assert found.returncode == 2
    assert found.stderr.count("\n") == 1
    assert f"Fix: rm {path}" in found.stderr
    assert path.read_bytes() == content, "it is theirs to delete"


def test_a_variable_of_5000_digits_is_one_line(tmp_path: Path) -> None:
    digits = "9" * 5_000
    found = run("serve", "--store", "memory://", home=tmp_path, SESSION_INSPECTOR_PORT=digits)
    assert (found.returncode, found.stderr.count("\n")) == (2, 1)
    assert len(found.stderr) < 6_000
