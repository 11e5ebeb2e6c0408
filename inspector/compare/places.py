"""Which stores can be measured: always stateless, memory and SQLite; what was named; what is found.

Looked for is one server of each kind: where the environment says, else on its standard port of
this machine. A host elsewhere is never asked unless a person names it. Nothing is written here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias
from urllib.parse import quote

from session_inspector.devserver.run.locality import is_local
from session_inspector.devserver.stores.urls import kind_of, mask_store_url

Source: TypeAlias = Literal["always", "named", "found", "absent"]
STANDARD_PORTS: Mapping[str, int] = {
    "redis": 6379,
    "postgresql": 5432,
    "mongodb": 27017,
    "dynamodb": 8000,
}
LOCAL = "127.0.0.1"
PRIVATE = "sqlite (a private file)"
FAMILIES = {"rediss": "redis", "postgres": "postgresql"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One way of keeping sessions, and whether it can be measured."""

    name: str
    """For people: `stateless`, `redis 127.0.0.1:6379`, or a URL with its password masked."""
    url: str
    """Of the store; empty: stateless, or a private file of SQLite."""
    source: Source
    """`found`: it answers, and nobody named it; `absent`: looked for, and not found."""
    problem: str = ""
    """Why it is absent."""


ALWAYS = (
    Place(name="stateless", url="", source="always"),
    Place(name="memory", url="memory://", source="always"),
    Place(name=PRIVATE, url="sqlite://", source="always"),
)


def parse_places(urls: Sequence[str]) -> list[Place]:
    """Return what a person named, each once."""
    return [
        Place(name=mask_store_url(url), url=url, source="named")
        for url in dict.fromkeys(urls)
        if url not in ("memory://", "sqlite://:memory:")
    ]


def candidates(
    env: Mapping[str, str], named: Sequence[Place], ports: Mapping[str, int] = STANDARD_PORTS
) -> list[Place]:
    """Return where to look for a server of each kind, without those that were named.

    The variables are those that applications and the drivers' own tools read.
    """
    known = {address_of(place.url) for place in named}
    found = [
        _redis(env, ports["redis"]),
        _postgresql(env, ports["postgresql"]),
        _mongodb(env, ports["mongodb"]),
        _dynamodb(env, ports["dynamodb"]),
    ]
    return [place for place in found if address_of(place.url) not in known]


def address_of(url: str) -> tuple[str, str, int]:
    """Return (kind, host, port) of a URL; its standard port where it names none."""
    kind = family_of(url)
    rest = url.partition("://")[2]
    netloc = rest.partition("/")[0].partition("?")[0].rpartition("@")[2]
    host, _, port = netloc.rpartition(":")
    if not port.isdecimal():
        host = netloc
        port = ""
    host = host.strip("[]")
    if host in ("localhost", "::1", ""):
        host = LOCAL
    return kind, host, int(port or STANDARD_PORTS.get(kind, 0))


def family_of(url: str) -> str:
    """Return the kind of store a URL names: `redis` of `rediss+sentinel`."""
    kind = kind_of(url)
    return FAMILIES.get(kind, kind)


def may_be_looked_at(url: str) -> bool:
    """Check that a URL names this machine, and one address only."""
    return is_local(url) and "," not in url


def _redis(env: Mapping[str, str], port: int) -> Place:
    url = env.get("REDIS_URL", "")
    if family_of(url) == "redis":
        return _from_variable(url, "REDIS_URL")
    return _standard(f"redis://{LOCAL}:{port}")


def _postgresql(env: Mapping[str, str], port: int) -> Place:
    url = env.get("DATABASE_URL", "")
    if family_of(url) == "postgresql":  # SQLAlchemy writes its driver into the scheme
        return _from_variable(f"postgresql://{url.partition('://')[2]}", "DATABASE_URL")
    # user, password and database: the driver reads PGUSER, PGPASSWORD, PGDATABASE, ~/.pgpass
    host = env.get("PGHOST", "")
    if host.startswith("/"):
        host = ""  # a socket's folder
    chosen = env.get("PGPORT", "")
    if not chosen.isdecimal():
        chosen = str(port)
    if host:
        return _from_variable(f"postgresql://{quote(host)}:{chosen}", "PGHOST")
    return _standard(f"postgresql://{LOCAL}:{chosen}")


def _mongodb(env: Mapping[str, str], port: int) -> Place:
    for variable in ("MONGODB_URI", "DATABASE_URL"):
        if family_of(env.get(variable, "")) == "mongodb":
            return _from_variable(env[variable], variable)
    return _standard(f"mongodb://{LOCAL}:{port}")


def _dynamodb(env: Mapping[str, str], port: int) -> Place:
    endpoint = env.get("AWS_ENDPOINT_URL_DYNAMODB", "").partition("://")[2].partition("/")[0]
    if endpoint:
        return _from_variable(f"dynamodb://{endpoint}/Sessions", "AWS_ENDPOINT_URL_DYNAMODB")
    return _standard(f"dynamodb://{LOCAL}:{port}/Sessions")


def _standard(url: str) -> Place:
    return Place(name=_name(url), url=url, source="found")


def _from_variable(url: str, variable: str) -> Place:
    return Place(name=f"{_name(url)} ({variable})", url=url, source="found")


def _name(url: str) -> str:
    kind, host, port = address_of(url)
    return f"{kind} {host}:{port}"
