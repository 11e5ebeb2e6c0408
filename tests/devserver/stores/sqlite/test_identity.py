"""Which file a path names."""

from __future__ import annotations

from pathlib import Path

from session_inspector.devserver.stores.sqlite.identity import identify


def test_a_file_is_itself_until_another_takes_its_place(tmp_path: Path) -> None:
    path = tmp_path / "app.db"
    assert identify(path) is None
    path.touch()
    found = identify(path)
    assert found is not None
    assert identify(path) == found
    (tmp_path / "new.db").touch()
    (tmp_path / "new.db").replace(path)
    assert identify(path) != found


def test_below_a_file_there_is_none(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert identify(tmp_path / "file" / "app.db") is None
