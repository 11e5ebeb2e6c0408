"""A browser's own cookie database, when its path is given."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from session_inspector.devserver.core.errors import InputError
from session_inspector.inspector.decode.inputs.browser_database import read_browser_file
from session_inspector.inspector.decode.paste import PastedCookie


def write_firefox(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.execute(
            "CREATE TABLE moz_cookies (id INTEGER PRIMARY KEY, originAttributes TEXT NOT NULL"
            " DEFAULT '', name TEXT, value TEXT, host TEXT, path TEXT, expiry INTEGER,"
            " lastAccessed INTEGER, creationTime INTEGER, isSecure INTEGER, isHttpOnly INTEGER,"
            " inBrowserElement INTEGER DEFAULT 0, sameSite INTEGER DEFAULT 0,"
            " schemeMap INTEGER DEFAULT 0)"
        )
        database.execute(
            "INSERT INTO moz_cookies (name, value, host, path, expiry, isSecure, isHttpOnly,"
            " sameSite) VALUES ('connect.sid', 's%3Aabc.def', '.x.example', '/', 2145916800,"
            " 1, 1, 1)"
        )
        database.commit()


def write_chrome(path: Path, value: str) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.execute(
            "CREATE TABLE cookies (creation_utc INTEGER, host_key TEXT, name TEXT, value TEXT,"
            " encrypted_value BLOB, path TEXT, expires_utc INTEGER, is_secure INTEGER,"
            " is_httponly INTEGER, samesite INTEGER)"
        )
        database.execute(
            "INSERT INTO cookies VALUES (1, 'x.example', 'a', ?, x'763130', '/',"
            " 13790390400000000, 0, 0, -1)",
            [value],
        )
        database.commit()


def read_file(path: Path) -> list[PastedCookie]:
    (site,) = read_browser_file(path, path.read_bytes()[:64])
    return list(site.cookies)


def test_the_cookie_database_of_firefox_is_read(tmp_path: Path) -> None:
    path = tmp_path / "cookies.sqlite"
    write_firefox(path)
    (cookie,) = read_file(path)
    assert (cookie.name, cookie.value, cookie.expires) == ("connect.sid", "s:abc.def", 2145916800)
    assert (cookie.line.secure, cookie.line.same_site) == (True, "lax")


def test_the_cookie_database_of_chrome_is_not_broken(tmp_path: Path) -> None:
    path = tmp_path / "Cookies"
    write_chrome(path, "")
    with pytest.raises(InputError, match="encrypted with a key of this user's keyring"):
        read_file(path)
    write_chrome(other := tmp_path / "plain", "1")
    (cookie,) = read_file(other)
    assert (cookie.value, cookie.expires) == ("1", 2145916800)


def test_another_database_is_listed_as_a_store(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE session (sid)")
    with pytest.raises(InputError, match="sessions list --store sqlite:///"):
        read_file(path)


def test_the_cookie_file_of_safari_is_named(tmp_path: Path) -> None:
    path = tmp_path / "Cookies.binarycookies"
    path.write_bytes(b"cook\0\0\0\1")
    with pytest.raises(InputError, match="Safari"):
        read_file(path)
