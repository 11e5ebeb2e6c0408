"""What is given as a store and is none is named, with what a store's URL is like."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest

from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.stores.files import MAGIC, check_database, describe_kind
from session_inspector.devserver.stores.urls import check_store_url

LIKE = "Fix: a store's URL is like sqlite:///path/to/app.db or redis://localhost:6379/0"


@pytest.mark.parametrize("content", [b"root:x:0:0:root", b"SQLite", bytes(16)])
def test_a_file_of_another_kind_is_no_database(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    path.write_bytes(content)
    with pytest.raises(InputError) as refused:
        check_database(path)
    assert str(refused.value) == f"{path} is a file of another kind, no SQLite database. {LIKE}"


def test_a_folder_a_device_and_a_pipe_are_named(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    kinds = [describe_kind(path) for path in (tmp_path, Path("/dev/null"), tmp_path / "pipe")]
    assert kinds == ["a folder", "a device", "a pipe"]


def test_a_database_an_empty_file_and_none_may_be_opened(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    check_database(path)
    path.touch()
    check_database(path)
    path.write_bytes(MAGIC + b"more")
    check_database(path)
    path.unlink()
    sqlite3.connect(path).execute("CREATE TABLE a (b)").connection.close()
    check_database(path)


@pytest.mark.parametrize("name", ["/dev/null", "/"])
def test_a_path_that_is_no_database_is_named(name: str) -> None:
    with pytest.raises(InputError, match=rf"^{name} is a \w+, no SQLite database\. Fix: a store's"):
        check_store_url(name)


def test_the_path_of_a_database_gets_its_url(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "my app.db"
    path.touch()
    monkeypatch.chdir(tmp_path)
    for text in (str(path), "my app.db"):
        with pytest.raises(InputError) as refused:
            check_store_url(text)
        url = f"sqlite://{tmp_path}/my%20app.db"
        assert str(refused.value) == f"store {text!r} is a path, and no URL. Fix: {url}"
        check_store_url(url)


def test_what_is_no_path_gets_the_schemes() -> None:
    with pytest.raises(InputError, match="has no scheme we know; it must be one of dynamodb://"):
        check_store_url("nowhere/at/all")
