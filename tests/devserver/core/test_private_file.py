"""Files of ours are there whole, or not at all."""

from __future__ import annotations

import os
import resource
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from session_inspector.devserver.core.private_file import make_whole, write_whole


def test_a_file_is_written_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "new" / "file"
    write_whole(path, b"one")
    path.chmod(0o644)
    write_whole(path, b"two")
    assert path.read_bytes() == b"two"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in path.parent.iterdir()] == ["file"]


def test_of_two_who_make_a_file_the_first_one_s_stays(tmp_path: Path) -> None:
    path = tmp_path / "file"
    make_whole(path, b"one")
    make_whole(path, b"two")
    assert path.read_bytes() == b"one"
    assert [each.name for each in tmp_path.iterdir()] == ["file"]


def full_disk() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


@pytest.mark.parametrize("write", ["write_whole", "make_whole"])
def test_a_full_disk_leaves_nothing_half_written(tmp_path: Path, write: str) -> None:
    code = (
        f"from session_inspector.devserver.core.private_file import {write} as write;"
        " from pathlib import Path; write(Path('file'), b'x' * 100)"
    )
    env = {**os.environ, "PYTHONPATH": os.getcwd(), "PYTHONDONTWRITEBYTECODE": "1"}
    found = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=env,
        preexec_fn=full_disk,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "OSError" in found.stderr
    assert list(tmp_path.iterdir()) == []
