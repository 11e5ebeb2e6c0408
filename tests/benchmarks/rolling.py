"""A rolling request, server by server: requests a second, p99, CPU a request.

Each server has one CPU, the load and the databases the other. Rounds are interleaved, so that all
meet the same weather. The ratio is of CPU a request: a server on one CPU can do no more requests a
second than that, and others who use the machine do not change it as they change the rest.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from statistics import median

from session_inspector.devserver.cookies.set_cookie import parse_set_cookie
from session_inspector.devserver.core.clock import SystemClock
from tests.benchmarks.contenders import Contender, Keeps, Running, contenders
from tests.benchmarks.load import Sample, hit, pin_load, tool
from tests.benchmarks.payload import session
from tests.benchmarks.peers import Missing, node
from tests.benchmarks.rounds import Ratio, compare, lower_quartile
from tests.benchmarks.table import Line
from tests.engines import PostgresServer, RedisNode

SIZES = (1024, 3072)
ROUNDS = 3
"""Of a second each, with one before that warms up: 38 servers a round, of both sizes."""
USERS = 64


@dataclass(slots=True)
class Result:
    """What was measured of one contender at one size."""

    samples: list[Sample] = field(default_factory=list)
    costs: list[float] = field(default_factory=list)
    """Microseconds of CPU a request, round by round."""
    missing: str = ""

    @property
    def rate(self) -> float:
        """Requests a second, the median."""
        return median(sample.rate for sample in self.samples)

    @property
    def cost(self) -> float:
        """Microseconds of CPU a request, the lower quartile."""
        return lower_quartile(self.costs)

    def text(self) -> str:
        """Return the figures for the table."""
        p99 = median(sample.p99 for sample in self.samples)
        return f"{self.rate:,.0f}/s p99 {p99:.1f} ms {self.cost:.0f} µs"


async def measure(folder: Path) -> list[Line]:
    """Return a line for each peer and size."""
    sys.stderr.write(f"rolling: load by {tool()}\n")
    with suppress(Missing):
        node()  # installed before the versions are read
    all_of_them = contenders()
    lines: list[Line] = []
    with ExitStack() as stack:
        stores = _stores(folder, stack)
        servers, missing = _started(all_of_them, stores, stack)
        for size in SIZES:
            found = {name: Result(missing=why) for name, why in missing.items()}
            found |= {server.contender.name: Result() for server in servers}
            _measure(servers, size, folder, found)
            lines += _lines(all_of_them, size, found)
    return lines


def _stores(folder: Path, stack: ExitStack) -> dict[Keeps, str]:
    """Start the databases, on the load's CPU."""
    urls: dict[Keeps, str] = {"sqlite": f"sqlite://{folder}/rolling.db", "cookie": "", "memory": ""}
    engines: tuple[tuple[Keeps, Callable[[Path], RedisNode | PostgresServer]], ...] = (
        ("redis", RedisNode),
        ("postgres", PostgresServer),
    )
    before = os.sched_getaffinity(0)
    pin_load()
    stack.callback(os.sched_setaffinity, 0, before)  # the benchmarks after this one are not pinned
    for keeps, engine in engines:
        place = folder / keeps
        place.mkdir()
        server = engine(place)
        stack.callback(server.kill)
        urls[keeps] = server.url
    return urls


def _started(
    all_of_them: list[Contender], stores: dict[Keeps, str], stack: ExitStack
) -> tuple[list[Running], dict[str, str]]:
    servers: list[Running] = []
    missing: dict[str, str] = {}
    for contender in all_of_them:
        try:
            server = Running(contender, stores[contender.keeps])
        except (Missing, RuntimeError) as error:
            missing[contender.name] = str(error)
            continue
        stack.callback(server.stop)
        servers.append(server)
    return servers, missing


def _measure(servers: list[Running], size: int, folder: Path, found: dict[str, Result]) -> None:
    for server in servers:
        path = folder / f"{server.port}.txt"
        path.write_text("\n".join(log_in(server.port, size, user) for user in range(USERS)))
        _check(server, path.read_text().partition("\n")[0])
        hit(server.port, path, 1)  # warm: compiled, connected, grown
    for _ in range(ROUNDS):
        for server in servers:
            result = found[server.contender.name]
            before = server.cpu()
            sample = hit(server.port, folder / f"{server.port}.txt", 1)
            result.samples.append(sample)
            result.costs.append((server.cpu() - before) / sample.requests * 1e6)


def log_in(port: int, size: int, user: int) -> str:
    """Log a user in and return the Cookie header."""
    body = json.dumps(session(size, int(SystemClock().now()), user))
    lines = _asked(port, "POST", "/login", body, {"content-type": "application/json"})[1]
    cookies = [parse_set_cookie(line) for line in lines]
    return "; ".join(f"{c.name}={c.value}" for c in cookies if not c.is_deletion)


def _check(server: Running, cookie: str) -> None:
    """See that a request knows its user and rolls the session."""
    body, lines = _asked(server.port, "GET", "/", "", {"cookie": cookie})
    if "auth0|65f0c1d2" not in body or not lines:
        raise RuntimeError(f"{server.contender.name} does not roll: {body[:200]!r}, {lines}")


def _asked(
    port: int, method: str, path: str, body: str, headers: dict[str, str]
) -> tuple[str, list[str]]:
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request(method, path, body or None, headers)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return text, answer.headers.get_all("set-cookie") or []


def _lines(all_of_them: list[Contender], size: int, found: dict[str, Result]) -> list[Line]:
    lines: list[Line] = []
    for contender in all_of_them:
        result = found[contender.name]
        what = f"{size // 1024} KB"
        rival = contender.rival or "stateless"
        if contender.name == "stateless":
            continue
        ours = found[rival] if contender.rival else result
        peer = result if contender.rival else found["stateless"]
        lines.append(_line(f"{what}: {_named(contender, rival)}", contender, ours, peer))
    return lines


def _named(contender: Contender, rival: str) -> str:
    if not contender.rival:
        return f"ours, {contender.name} to ours, stateless"
    return f"ours, {rival} to {contender.name}"


def _line(name: str, contender: Contender, ours: Result, peer: Result) -> Line:
    ratio: Ratio | None = None
    if not (ours.missing or peer.missing):
        ratio = _compared(ours, peer, is_share=contender.limit is not None)
    return Line(
        name=name,
        ours=ours.text() if not ours.missing else "–",
        peer=peer.text() if not peer.missing else f"not measured: {peer.missing}",
        ratio=None if ratio is None else ratio.value,
        spread=None if ratio is None else ratio.spread,
        limit=contender.limit,
        rule="at least" if contender.limit is None else "at most",
        bound=BOUNDS.get(contender.kind, ""),
    )


def _compared(ours: Result, peer: Result, *, is_share: bool) -> Ratio:
    """Return our share of a floor's cost, or how many times ours a peer's is."""
    if is_share:
        return compare(ours.costs, peer.costs)
    return compare(peer.costs, ours.costs)


BOUNDS = {
    "echo": "AES-GCM and Base64 both ways, JSON, and five more Set-Cookie lines through the server",
}
