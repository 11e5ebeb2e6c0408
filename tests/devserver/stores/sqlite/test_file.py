"""Where a SQLite database is: what a URL names, and what SQLite opens."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.stores.sqlite.file import (
    SqliteLocation,
    make_private,
    parse_location,
)


@pytest.mark.parametrize(
    ("url", "path", "table"),
    [
        ("sqlite:///srv/app.db", "/srv/app.db", "sessions"),
        ("sqlite:////srv/app.db", "/srv/app.db", "sessions"),
        ("sqlite://app.db?table=web", "app.db", "web"),
        ("sqlite:///srv/a%20b%3F.db", "/srv/a b?.db", "sessions"),
        ("sqlite://:memory:", ":memory:", "sessions"),
    ],
)
def test_a_url_names_a_file_and_a_table(url: str, path: str, table: str) -> None:
    assert parse_location(url) == SqliteLocation(Path(path), table)


@pytest.mark.parametrize("url", ["sqlite://", "sqlite://?table=x"])
def test_no_file_is_bad_input(url: str) -> None:
    with pytest.raises(InputError, match="names no file"):
        parse_location(url)


def test_a_file_is_made_only_when_it_may_be() -> None:
    location = parse_location("sqlite:///srv/a%20b%3F.db")
    assert location.to_uri(may_create=True) == "file:///srv/a%20b%3F.db?mode=rwc"
    assert location.to_uri(may_create=False) == "file:///srv/a%20b%3F.db?mode=rw"


def test_each_memory_is_a_database_of_its_own() -> None:
    location = parse_location("sqlite://:memory:")
    first = location.to_uri(may_create=True)
    assert location.is_memory
    assert first.endswith("?mode=memory&cache=shared")
    assert first != location.to_uri(may_create=True)


def test_a_private_file_is_its_owner_s(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "er" / "x.db"
    assert make_private(path)
    modes = [stat.S_IMODE(place.stat().st_mode) for place in (path, path.parent)]
    assert modes == [0o600, 0o700]


def test_a_file_that_is_there_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    path.touch()
    path.chmod(0o664)
    assert not make_private(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o664
