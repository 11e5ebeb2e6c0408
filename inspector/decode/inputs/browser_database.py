"""A browser's own cookie database: Firefox's is plain, Chrome's is encrypted, and left so."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.core.values import JsonObject
from session_inspector.inspector.decode.inputs.jars import group_by_site
from session_inspector.inspector.decode.paste import Pasted

SQLITE = b"SQLite format 3\0"
SAFARI = b"cook"
"""First bytes of Cookies.binarycookies."""
SAME_SITES = ("none", "lax", "strict")
CHROME_EPOCH = 11_644_473_600
"""Seconds from 1601, where Chrome counts from, to 1970."""
MOST = 20_000
_FIREFOX = "SELECT name, value, host, path, expiry, isSecure, isHttpOnly, sameSite FROM moz_cookies"
_CHROME = (
    "SELECT name, value, host_key, path, expires_utc, is_secure, is_httponly, samesite FROM cookies"
)
COPY_INSTEAD = (
    "Fix: copy the request in DevTools, Network, as cURL, or the rows of Application, Cookies"
)


def is_browser_file(head: bytes) -> bool:
    """Check whether a file begins as a browser's cookie file does."""
    return head.startswith((SQLITE, SAFARI))


def read_browser_file(path: Path, head: bytes) -> list[Pasted]:
    """Return the cookies of a browser's own file, by site.

    It is copied first: a browser that runs holds a lock, and its newest rows are in a second file.
    Raises: InputError for a file of another browser, and for encrypted values.
    """
    if head.startswith(SAFARI):
        raise InputError(f"{path} is Safari's own format, which is not read here. {COPY_INSTEAD}")
    with TemporaryDirectory(prefix="session-inspector-") as folder:
        copy = Path(folder) / "cookies.sqlite"
        try:
            for end in ("", "-wal"):
                source = Path(f"{path}{end}")
                if not end or source.exists():
                    shutil.copyfile(source, f"{copy}{end}")
            with closing(sqlite3.connect(copy)) as database:
                return _read_tables(path, database)
        except (OSError, sqlite3.Error) as error:
            raise InputError(f"{path} cannot be read: {error}. {COPY_INSTEAD}") from error


def _read_tables(path: Path, database: sqlite3.Connection) -> list[Pasted]:
    tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master")}
    if "moz_cookies" in tables:
        return _of_kind(database, _FIREFOX, "Firefox's cookie database", 0)
    if "cookies" not in tables:
        raise InputError(
            f"{path} is a SQLite database without a browser's cookies."
            f" Fix: session-inspector sessions list --store sqlite://{path.absolute()}"
        )
    found = _of_kind(
        database, f"{_CHROME} WHERE value <> ''", "Chrome's cookie database", CHROME_EPOCH
    )
    if not found:
        raise InputError(
            f"{path} is Chrome's, whose values are encrypted with a key of this user's keyring;"
            f" that is not broken here. {COPY_INSTEAD}"
        )
    return found


def _of_kind(database: sqlite3.Connection, query: str, kind: str, epoch: int) -> list[Pasted]:
    rows: list[JsonObject] = []
    for name, value, host, path, expires, secure, http_only, same_site in database.execute(
        f"{query} LIMIT {MOST}"
    ):
        end = int(expires or 0)
        if epoch and end:
            end = end // 1_000_000 - epoch
        rows.append(
            {
                "name": name,
                "value": value,
                "domain": host,
                "path": path,
                "expires": end,
                "secure": bool(secure),
                "httpOnly": bool(http_only),
                "sameSite": _same_site(same_site),
            }
        )
    sites = group_by_site(rows)
    return [Pasted(kind=kind, origin=site.origin, cookies=site.cookies) for site in sites]


def _same_site(number: object) -> str:
    if isinstance(number, int) and 0 <= number < len(SAME_SITES):
        return SAME_SITES[number]
    return ""
