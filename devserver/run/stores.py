"""The stores that an app's environment names: found by their values, whatever the variable's name.

A URL of a kind whose rows are read here counts, in the forms that libraries write it: SQLAlchemy's
(`postgresql+asyncpg://`), JDBC's, Prisma's `file:`; host and port in variables of their own; the
path of a SQLite file; and, without a variable, the file that Django and Laravel make by default.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias
from urllib.parse import quote

from session_inspector.devserver.attach.attach_settings import OfferedStore
from session_inspector.devserver.attach.rows.opening import SCHEMES
from session_inspector.devserver.core.listening import in_url
from session_inspector.devserver.run.locality import hosts_of
from session_inspector.devserver.stores.files import sqlite_path

Variables: TypeAlias = Mapping[str, str]
SESSION = re.compile(r"SESSION|SESS_")
"""A variable with such a name is looked at first."""
OURS = "SESSION_INSPECTOR_"
"""Variables of this tool: the lab's own store is none of the app's."""
DRIVER = re.compile(r"^(postgres(?:ql)?|sqlite)\+\w+://")
"""SQLAlchemy's driver in a scheme: which one the app uses is not ours to care for."""
SQLITE_FOLDERS = ("", "prisma", "instance")
"""Where a relative SQLite file may be: Prisma's and Flask's folders too."""


@dataclass(frozen=True, slots=True)
class HostVariables:
    """Names of the variables that hold a store's parts, each empty where there is none."""

    scheme: str
    host: str
    port: str
    database: str = ""
    user: str = ""
    password: str = ""


HOST_VARIABLES = (
    HostVariables("redis", "REDIS_HOST", "REDIS_PORT", "REDIS_DB", "", "REDIS_PASSWORD"),
    HostVariables(
        "redis",
        "SPRING_DATA_REDIS_HOST",
        "SPRING_DATA_REDIS_PORT",
        "SPRING_DATA_REDIS_DATABASE",
        "",
        "SPRING_DATA_REDIS_PASSWORD",
    ),
    HostVariables("postgresql", "PGHOST", "PGPORT", "PGDATABASE", "PGUSER", "PGPASSWORD"),
    HostVariables("postgresql", "DB_HOST", "DB_PORT", "DB_DATABASE", "DB_USERNAME", "DB_PASSWORD"),
)
DEFAULT_FILES = ("db.sqlite3", "database/database.sqlite")
"""Of Django's and of Laravel's new projects."""
SQLITE_START = b"SQLite format 3\0"
PORTS = {"redis": "6379", "postgresql": "5432"}


def find_stores(variables: Variables, folder: Path) -> list[OfferedStore]:
    """Return the stores that an environment names, each once, those named after sessions first."""
    found = [*_find_urls(variables, folder), *_find_hosts(variables), *_find_files(folder)]
    found.sort(key=lambda store: not SESSION.search(store.name))
    by_url = {store.url: store for store in reversed(found)}
    return [store for store in found if by_url[store.url] is store]


def _find_urls(variables: Variables, folder: Path) -> Iterator[OfferedStore]:
    for name, text in variables.items():
        if name.startswith(OURS):
            continue
        for read in READERS:
            url = read(text.strip(), variables, folder)
            if url:
                yield OfferedStore(name=name, url=url)
                break


def _read_url(text: str, _variables: Variables, _folder: Path) -> str:
    """Return the URL of an engine that is reached by a network."""
    text = DRIVER.sub(r"\1://", text)
    scheme, found, rest = text.partition("://")
    if not found or not rest or scheme not in SCHEMES or scheme == "sqlite":
        return ""
    if not text.isprintable():
        return ""
    return text


def _read_sqlite(text: str, _variables: Variables, folder: Path) -> str:
    """Return the URL of a SQLite file: `sqlite:///x` is relative for SQLAlchemy and Django."""
    text = DRIVER.sub(r"\1://", text)
    for start in ("sqlite:///", "sqlite://", "sqlite:", "file:"):
        if text.startswith(start):
            path = text.removeprefix(start).partition("?")[0]
            return _locate(path, start, folder)
    return ""


def _read_path(text: str, _variables: Variables, folder: Path) -> str:
    """Return the URL of a SQLite file that is there: its path is all that some settings have."""
    if not text or "\0" in text or not Path(text).suffix or not _is_sqlite(folder / text):
        return ""
    return f"sqlite://{quote(str(folder / text))}"


def _is_sqlite(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(SQLITE_START)) == SQLITE_START
    except OSError:
        return False


def _find_files(folder: Path) -> Iterator[OfferedStore]:
    for name in DEFAULT_FILES:
        if _is_sqlite(folder / name):
            yield OfferedStore(name=name, url=f"sqlite://{quote(str(folder / name))}")


def _locate(path: str, start: str, folder: Path) -> str:
    """Return a URL of the file that a path means; empty: it is none, or in memory."""
    if not path or path == ":memory:" or not path.isprintable():
        return ""
    if start == "file:" and not Path(path).suffix:
        return ""  # a folder or a page, not a database
    places = [folder / place / path for place in SQLITE_FOLDERS]
    if start == "sqlite:///":
        places.append(Path("/") / path)
    there = next((place for place in places if place.is_file()), places[0])
    return f"sqlite://{quote(str(there))}"


def _read_jdbc(text: str, variables: Variables, folder: Path) -> str:
    """Return the URL of a JDBC one; user and password stand in variables of their own."""
    if not text.startswith("jdbc:"):
        return ""
    url = _read_url(text.removeprefix("jdbc:").partition("?")[0], variables, folder)
    user = variables.get("SPRING_DATASOURCE_USERNAME", "")
    if not url or "@" in url or not user:
        return url
    password = variables.get("SPRING_DATASOURCE_PASSWORD", "")
    return url.replace("://", f"://{_join_user(user, password)}", 1)


Reader: TypeAlias = Callable[[str, Variables, Path], str]
READERS: Sequence[Reader] = (_read_url, _read_sqlite, _read_jdbc, _read_path)


def _find_hosts(variables: Variables) -> Iterator[OfferedStore]:
    for names in HOST_VARIABLES:
        host = variables.get(names.host, "")
        if not host or "://" in host or not host.isprintable():
            continue
        if names.host == "DB_HOST" and variables.get("DB_CONNECTION") != "pgsql":
            continue  # Laravel's names, of an engine that is not read here
        yield OfferedStore(name=names.host, url=_compose_url(names, host, variables))


def _compose_url(names: HostVariables, host: str, variables: Variables) -> str:
    port = variables.get(names.port) or PORTS[names.scheme]
    user = _join_user(variables.get(names.user, ""), variables.get(names.password, ""))
    database = quote(variables.get(names.database, ""), safe="")
    return f"{names.scheme}://{user}{in_url(host)}:{port}/{database}"


def _join_user(user: str, password: str) -> str:
    if not user and not password:
        return ""
    word = ""
    if password:
        word = f":{quote(password, safe='')}"
    return f"{quote(user, safe='')}{word}@"


def describe_store(url: str) -> str:
    """Return where a store is, without user and password: for a question."""
    if url.startswith("sqlite:"):
        return str(sqlite_path(url))
    return ",".join(hosts_of(url)) or "an unknown place"
