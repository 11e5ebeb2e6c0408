"""Who is measured rolling a session, and how each is started."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from tests.benchmarks import peers
from tests.benchmarks.apps.serve import SECRET
from tests.benchmarks.load import pin_server
from tests.benchmarks.table import version_of
from tests.node.packages import FOLDER as NODE
from tests.servers import free_port, wait_for_port

Keeps: TypeAlias = Literal["cookie", "redis", "sqlite", "postgres", "memory"]
RIVALS: dict[Keeps, str] = {
    "cookie": "stateless",
    "redis": "Redis",
    "memory": "Redis",
    "postgres": "PostgreSQL",
}
GUNICORN = ["-m", "gunicorn", "--workers=1", "--threads=8", "--worker-class=gthread"]
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True, kw_only=True)
class Contender:
    """One server."""

    name: str
    keeps: Keeps
    """Where the session lies."""
    runs: Literal["here", "peers", "node", "gunicorn"]
    target: str
    """A module of tests.benchmarks.apps, or a script of tests/node."""
    kind: str = ""
    """Told to the server in BENCH_KIND."""
    rival: str = ""
    """Name of the one of ours it is compared with; empty: it is ours."""
    limit: float | None = None
    """How many times its CPU ours may take; None: the ratio is for information."""


def contenders() -> list[Contender]:
    """Return all, ours first."""
    ours = [
        Contender(name="stateless", keeps="cookie", runs="here", target="ours"),
        Contender(name="stateless, watched", keeps="cookie", runs="here", target="ours", kind="w"),
        Contender(name="Redis", keeps="redis", runs="here", target="ours"),
        Contender(name="SQLite", keeps="sqlite", runs="here", target="ours"),
        Contender(name="PostgreSQL", keeps="postgres", runs="here", target="ours"),
    ]
    return [*ours, *_cookie_peers(), *_store_peers()]


def _cookie_peers() -> list[Contender]:
    sdk = peers.node_version("@auth0/nextjs-auth0")
    own = f"{peers.pinned('starlette')} SessionMiddleware"
    stars = f"{peers.pinned('starsessions')}, cookie"
    floor = peers.pinned("starlette")
    django = f"{peers.pinned('Django')}, signed cookies"
    fastapi = peers.pinned("auth0-fastapi")
    return [
        _peer(f"{floor}, cookie echoed", "cookie", "peers", "starlette_peers", "echo", 1.4),
        _peer("the same, sealed by hand", "cookie", "here", "sealed_by_hand"),
        _peer(f"{sdk}, stateless", "cookie", "node", "rolling.mjs", "stateless"),
        _peer(own, "cookie", "peers", "starlette_peers", "starlette"),
        _peer(fastapi, "cookie", "peers", "auth0_fastapi_peer"),
        _peer(stars, "cookie", "peers", "starlette_peers", "starsessions"),
        _peer(django, "cookie", "gunicorn", "django_peer"),
    ]


def _store_peers() -> list[Contender]:
    sdk = peers.node_version("@auth0/nextjs-auth0")
    stars = peers.pinned("starsessions")
    flask = peers.pinned("Flask-Session")
    return [
        _peer(f"{version_of('redis')} by hand", "redis", "here", "by_hand", limit=1.2),
        _peer(f"{version_of('asyncpg')} by hand", "postgres", "here", "by_hand", limit=1.2),
        _peer(f"{stars}, Redis", "redis", "peers", "starlette_peers", "starsessions"),
        _peer(f"{flask}, Redis", "redis", "gunicorn", "flask_peer"),
        _peer(f"{peers.pinned('Django')}, Redis", "redis", "gunicorn", "django_peer"),
        _peer(f"{sdk}, stateful, a Map", "memory", "node", "rolling.mjs", "stateful"),
    ]


def _peer(
    name: str,
    keeps: Keeps,
    runs: Literal["here", "peers", "node", "gunicorn"],
    target: str,
    kind: str = "",
    limit: float | None = None,
) -> Contender:
    rival = RIVALS[keeps]
    return Contender(
        name=name, keeps=keeps, runs=runs, target=target, kind=kind, rival=rival, limit=limit
    )


class Running:
    """A contender's server; `store` is the URL of what it keeps its sessions in."""

    def __init__(self, contender: Contender, store: str) -> None:
        """Start it. Raises: Missing, RuntimeError."""
        self.contender = contender
        self.port = free_port()
        told = {
            "BENCH_PORT": str(self.port),
            "BENCH_STORE": store,
            "BENCH_KIND": contender.kind,
            "BENCH_WATCHED": contender.kind if contender.runs == "here" else "",
            "BENCH_SECRET": SECRET,
            "NODE_ENV": "production",
        }
        self._process = subprocess.Popen(
            self._command(),
            cwd=NODE if contender.runs == "node" else peers.ROOT,
            env={**os.environ, **told},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=pin_server,
        )
        wait_for_port(self.port, self._process)

    @property
    def pid(self) -> int:
        """Of the server, or of what starts it."""
        return self._process.pid

    def _command(self) -> Sequence[str]:
        module = f"tests.benchmarks.apps.{self.contender.target}"
        match self.contender.runs:
            case "here":
                return [sys.executable, "-m", module]
            case "peers":
                return [str(peers.python()), "-m", module]
            case "node":
                return [peers.node(), self.contender.target]
            case "gunicorn":
                bind = f"--bind=127.0.0.1:{self.port}"
                return [str(peers.python()), *GUNICORN, bind, f"{module}:app"]

    def cpu(self) -> float:
        """Return the CPU seconds it and its children have used."""
        return sum(_cpu(pid) for pid in self._pids())

    def stop(self) -> None:
        """Stop it by process id; gunicorn's master stops its worker."""
        self._process.terminate()
        self._process.wait(20)

    def _pids(self) -> list[int]:
        first = self._process.pid
        children = Path(f"/proc/{first}/task/{first}/children").read_text().split()
        return [first, *map(int, children)]


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS
