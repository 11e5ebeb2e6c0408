"""An argument is a cookie or a file; what can only be a path must be there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from session_inspector.devserver.core.errors import InputError
from session_inspector.inspector.cli.decode.material import decode_text, find_file
from tests.inspector.cli.commands import run

PATHS = [
    "gone.txt",
    "gone.har",
    "./gone",
    "../gone",
    "/gone/at/all",
    "~/gone",
    "tests/gone",
    "a/b.json",
]
VALUES = [
    "hello-world-123",
    "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ1In0.",
    "theme=s:dark.sig",
    "s:abc.def",
    "/wEPDwUKMTY1NDU2MTA1MmRkBase64WithASlashAtItsBeginning1234567890abcdefghijklmn",
    "abc/def+ghi==",
    "1.2.3",
    "a=b.txt",
]


@pytest.mark.parametrize("command", ["decode", "weak", "reseal"])
@pytest.mark.parametrize("path", ["gone.txt", "./gone"])
def test_a_file_that_is_not_there_is_bad_input_in_every_command(
    tmp_path: Path, command: str, path: str
) -> None:
    found = run(command, path, home=tmp_path, cwd=tmp_path)
    assert (found.returncode, found.stdout) == (2, "")
    assert f"{path} is not there" in found.stderr


def test_what_is_no_file_and_yet_there_is_read() -> None:
    """As a pipe of the shell, `decode <(pbpaste)`."""
    assert find_file(os.devnull) == Path(os.devnull)


@pytest.mark.parametrize("path", PATHS)
def test_what_can_only_be_a_path_must_be_there(path: str) -> None:
    with pytest.raises(InputError, match="is not there"):
        find_file(path)


@pytest.mark.parametrize("value", VALUES)
def test_a_value_is_no_path(value: str) -> None:
    assert find_file(value) is None


def test_a_folder_is_bad_input(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is a folder"):
        find_file(str(tmp_path))


def test_a_file_is_read_by_its_path(tmp_path: Path) -> None:
    path = tmp_path / "no-ending"
    path.write_text("a=1")
    assert find_file(str(path)) == path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_text_is_read_by_the_encoding_it_names(encoding: str) -> None:
    mark = "\ufeff" if encoding.endswith(("le", "be")) else ""
    assert decode_text(f"{mark}a=1".encode(encoding)) == "a=1"


def test_a_file_of_powershell_is_read(tmp_path: Path) -> None:
    path = tmp_path / "cookie.txt"
    path.write_bytes("SESSION=YmJhM2U5YzctMmYzYi00YmEzLTlmYjMtOWM0N2Q1ZTg0YjFk".encode("utf-16"))
    found = run("decode", str(path), "--json", home=tmp_path)
    assert '"SESSION"' in found.stdout


def test_bytes_that_are_no_text_are_no_traceback(tmp_path: Path) -> None:
    path = tmp_path / "x.bin"
    path.write_bytes(os.urandom(500))
    found = run("decode", str(path), home=tmp_path)
    assert (found.returncode > 0, "Traceback" in found.stderr) == (True, False)
