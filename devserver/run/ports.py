"""Which port an app opened: seen among its processes, or published by a compose file."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path

import psutil
import yaml

COMPOSE_FILES = ("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml")
NOT_APPS = frozenset({9229, 9230, 5678, 5005, 35729, 24678})
"""Debuggers of Node, Python and Java, live reload, Vite's own socket."""
USUAL = (3000, 5173, 8000, 8080, 5000, 4200, 4321, 3001, 8081, 9292)
"""Where development servers listen by default; of two ports the earlier one is the app's."""
DEFAULT = re.compile(r"\$\{\w+:?-([^{}]*)\}")
"""`${PORT:-3000}` of a compose file counts by its default."""
LARGEST = 1_000_000
CONNECT = 0.3


@dataclass(frozen=True, slots=True, order=True)
class OpenPort:
    """Where something listens."""

    port: int
    host: str = "127.0.0.1"
    """The loopback address at which it is reached."""
    pid: int = field(default=0, compare=False)
    """A process that listens there; 0: it is not known."""


def is_still_open(known: OpenPort) -> bool:
    """Check whether the process that listened at a port does so still.

    Where it does, none of the app's other processes needs to be looked at: each look reads the
    system's table of connections, 0.3 to 8 ms a process.
    """
    if not known.pid:
        return False
    try:
        return known in find_open_ports([psutil.Process(known.pid)])
    except psutil.Error:
        return False


def find_open_ports(processes: Iterable[psutil.Process]) -> list[OpenPort]:
    """Return where processes listen, each port once."""
    found: dict[int, OpenPort] = {}
    for process in processes:
        with suppress(psutil.Error):
            for connection in process.net_connections(kind="tcp"):
                if connection.status == psutil.CONN_LISTEN and connection.laddr:
                    address = connection.laddr
                    open_port = OpenPort(address.port, _reach(address.ip), process.pid)
                    known = found.get(open_port.port)
                    if known is None or known.host != "127.0.0.1":
                        found[open_port.port] = open_port
    return sorted(found.values())


def choose_port(ports: Sequence[OpenPort], wanted: int) -> OpenPort | None:
    """Return the app's own port: the one it was told, a usual one, the lowest; None: none."""
    own = [one for one in ports if one.port not in NOT_APPS]
    for number in (wanted, *USUAL):
        for one in own:
            if one.port == number:
                return one
    return next(iter(own), None)


def listens(port: int) -> OpenPort | None:
    """Return where on loopback a port takes connections; None: nowhere."""
    for host in ("127.0.0.1", "::1", *_find_other_loopbacks(port)):
        with suppress(OSError), socket.create_connection((host, port), CONNECT):
            return OpenPort(port, host)
    return None


def _find_other_loopbacks(port: int) -> Iterator[str]:
    """Yield further loopback addresses at which somebody listens: `127.0.0.2:3000:80` of compose.

    Not every system shows other people's sockets.
    """
    with suppress(psutil.Error, OSError):
        for connection in psutil.net_connections(kind="tcp"):
            if connection.status != psutil.CONN_LISTEN or not connection.laddr:
                continue
            address = connection.laddr
            if address.port == port and ip_address(address.ip.partition("%")[0]).is_loopback:
                yield address.ip


def read_published_ports(folder: Path) -> list[int]:
    """Return the ports that the compose file of a folder publishes, in its order; none: no file."""
    for name in COMPOSE_FILES:
        path = folder / name
        if path.is_file():
            return _published_in(path)
    return []


def _published_in(path: Path) -> list[int]:
    try:
        with path.open(encoding="utf-8") as file:
            tree = yaml.safe_load(file.read(LARGEST))
    except (OSError, UnicodeDecodeError, yaml.YAMLError, RecursionError):
        return []
    services = _member(tree, "services")
    found: list[int] = []
    if isinstance(services, dict):
        for service in services.values():
            ports = _member(service, "ports")
            if isinstance(ports, list):
                found += [number for entry in ports for number in _host_ports(entry)]
    return found


def _host_ports(entry: object) -> list[int]:
    """Return the host's side of `3000:80`, `127.0.0.1:3000:80/tcp` or a table with `published`."""
    if isinstance(entry, dict):
        return _numbers(DEFAULT.sub(r"\1", str(entry.get("published", ""))))
    parts = DEFAULT.sub(r"\1", str(entry)).partition("/")[0].rsplit(":", 2)
    if len(parts) == 1:
        return []  # the container's alone: the host's is drawn by lot
    return _numbers(parts[-2])


def _numbers(text: str) -> list[int]:
    """Return `3000`, or all of `3000-3002`."""
    first, _, last = text.partition("-")
    if not first.isdecimal() or (last and not last.isdecimal()):
        return []
    return list(range(int(first), int(last or first) + 1))[:20]


def _member(tree: object, name: str) -> object:
    if isinstance(tree, dict):
        return tree.get(name)
    return None


def _reach(address: str) -> str:
    """Return the address at which somebody on this machine reaches a listener."""
    found = ip_address(address.partition("%")[0])
    mapped = getattr(found, "ipv4_mapped", None)
    if mapped is not None:
        found = mapped
    if not found.is_unspecified:
        return str(found)
    if found.version == 4:
        return "127.0.0.1"
    return "::1"
