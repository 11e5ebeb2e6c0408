"""What is missing is added the way the program was installed."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from session_inspector.devserver.core.installation import PACKAGES, install_command

ROOT = Path(__file__).parents[3]


def test_pip_takes_the_extra(tmp_path: Path) -> None:
    assert install_command("postgres", tmp_path) == "pip install 'session-inspector[postgres]'"


def test_pipx_injects_the_packages(tmp_path: Path) -> None:
    prefix = tmp_path / "session-inspector"
    prefix.mkdir()
    (prefix / "pipx_metadata.json").write_text("{}")
    assert install_command("formats", prefix) == "pipx inject session-inspector msgpack lz4"


@pytest.mark.parametrize(
    ("requirements", "words"),
    [
        ('{ name = "session-inspector" }', "--with asyncpg session-inspector"),
        (
            '{ name = "session-inspector" }, { name = "lz4" }',
            "--with lz4 --with asyncpg session-inspector",
        ),
        (
            '{ name = "session-inspector" }, { name = "asyncpg" }',
            "--with asyncpg session-inspector",
        ),
        (
            '{ name = "session-inspector", extras = ["mongodb", "web"] }',
            "--with asyncpg 'session-inspector[mongodb,web]'",
        ),
        (
            '{ name = "session-inspector", path = "/a b/x.whl" }',
            "--with asyncpg '/a b/x.whl'",
        ),
        (
            '{ name = "session-inspector", git = "https://h/r" }',
            "--with asyncpg git+https://h/r",
        ),
    ],
)
def test_uv_is_asked_for_what_it_has_and_the_packages(
    tmp_path: Path, requirements: str, words: str
) -> None:
    (tmp_path / "uv-receipt.toml").write_text(f"[tool]\nrequirements = [{requirements}]\n")
    assert install_command("postgres", tmp_path) == f"uv tool install {words}"


@pytest.mark.parametrize("text", ["", "tool = 3", "[tool]\nrequirements = 3", "[tool", "\x00"])
def test_a_strange_receipt_is_no_error(tmp_path: Path, text: str) -> None:
    (tmp_path / "uv-receipt.toml").write_text(text)
    found = install_command("web", tmp_path)
    assert found == "uv tool install --with textual-serve session-inspector"


def test_the_packages_are_those_of_the_extras() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    for extra, packages in PACKAGES.items():
        assert tuple(text.partition(">")[0] for text in extras[extra]) == packages
