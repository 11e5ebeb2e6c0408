"""What stays the same for a project's folder from day to day: its ports and its secrets."""

from __future__ import annotations

import hashlib
import json
import re
import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.core.json.writing import strict_json
from session_inspector.devserver.core.listening import BLOCKED_PORTS, LOOPBACK, bind
from session_inspector.devserver.core.private_file import write_whole
from session_inspector.devserver.provider.tenant import ENV_FILE
from session_inspector.devserver.settings import keep_secret

PORTS = "ports.json"
FIRST = 4_100
SPAN = 800
"""A folder's first port is FIRST and a number below SPAN that its path makes."""
STEP = 1_000
"""The proxy is at 4xxx, the app itself at 5xxx, the provider at 6xxx, the control API at 7xxx."""
NAMES = ("base", "app", "provider", "control")
WITH = "with "
"""Before the name of another origin."""
TRIES = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectPlace:
    """A project's own ports and secrets."""

    state: Path
    """Where they are kept."""
    base: int
    """The proxy's: the app's base URL."""
    app: int
    """What the app gets as PORT."""
    provider: int
    control: int
    origins: Mapping[str, int] = field(default_factory=dict)
    """Proxies before other origins, by their names."""
    moved: tuple[str, ...] = ()
    """Which of them are taken today, and were replaced for this run."""
    secret: str = field(repr=False)
    """The session secret of an app that has none of its own."""
    client_secret: str = field(repr=False)

    @property
    def env_file(self) -> str:
        """The name of the file of its environment: a first run that goes on keeps its own."""
        if not self.moved:
            return ENV_FILE
        return f"tenant-{self.base}.env"


def find_place(folder: Path, state: Path, origins: Sequence[str] = ()) -> ProjectPlace:
    """Return the ports and secrets of a folder, made at the first time; `origins` need one too.

    Raises: InputError when they cannot be kept.
    """
    own = state / "projects" / _name(folder)
    kept = _read_ports(own / PORTS)
    chosen, moved = _choose_ports(folder, kept, origins)
    if not set(chosen) <= set(kept):
        _keep_ports(own / PORTS, {**chosen, **kept})
    return ProjectPlace(
        state=own,
        base=chosen["base"],
        app=chosen["app"],
        provider=chosen["provider"],
        control=chosen["control"],
        origins={name: chosen[WITH + name] for name in origins},
        moved=tuple(moved),
        secret=keep_secret(own),
        client_secret=keep_secret(own, "tenant-secret"),
    )


def _choose_ports(
    folder: Path, kept: Mapping[str, int], origins: Sequence[str]
) -> tuple[dict[str, int], list[str]]:
    """Return free ports by name, and the names of those that are not the kept ones.

    The others go as far from theirs as the first one went: who has it, another run of the folder,
    has the others too, though its app may not have opened its own yet.
    """
    chosen: dict[str, int] = {}
    moved: list[str] = []
    steps = 0
    first = FIRST + _offset(folder)
    wanted = {name: first + STEP * number for number, name in enumerate(NAMES)}
    wanted |= {WITH + name: first + 1 + number for number, name in enumerate(origins)}
    for name, port in wanted.items():
        preferred = kept.get(name, port)
        chosen[name] = _free_from(preferred + steps, set(chosen.values()))
        if name == "base":
            steps = chosen[name] - preferred
        if kept.get(name, chosen[name]) != chosen[name]:
            moved.append(name)
    return chosen, moved


def _name(folder: Path) -> str:
    """Return a folder's own name, readable, and of no other one."""
    path = str(folder.resolve())
    word = re.sub(r"[^A-Za-z0-9._-]+", "-", folder.resolve().name).strip("-.") or "root"
    return f"{word[:40]}-{hashlib.sha256(path.encode()).hexdigest()[:8]}"


def _offset(folder: Path) -> int:
    digest = hashlib.sha256(str(folder.resolve()).encode()).digest()
    return int.from_bytes(digest[:4], "big") % SPAN


def _read_ports(path: Path) -> dict[str, int]:
    """Return the ports that were kept; nothing when there are none, or the file is damaged."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(found, dict) or not all(_is_port(found.get(name)) for name in NAMES):
        return {}
    # an earlier version kept ports that browsers do not open
    return {
        name: port for name, port in found.items() if _is_port(port) and port not in BLOCKED_PORTS
    }


def _is_port(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1024 <= value <= 65_535


def _keep_ports(path: Path, ports: dict[str, int]) -> None:
    try:
        write_whole(path, strict_json(ports).encode())
    except OSError as error:
        raise InputError(
            f"{path} cannot be written ({error.strerror}); the project's ports are kept there."
            " Fix: set XDG_STATE_HOME to a folder of yours"
        ) from error


def _free_from(
    preferred: int, taken: set[int], is_free: Callable[[int], bool] | None = None
) -> int:
    """Return the first free port from one on. Raises: InputError."""
    check = is_free or _can_be_bound
    for port in range(preferred, preferred + TRIES):
        if port not in taken and port not in BLOCKED_PORTS and check(port):
            return port
    raise InputError(
        f"ports {preferred} to {preferred + TRIES - 1} are all taken. Fix: --port N, a free one"
    )


def _can_be_bound(port: int) -> bool:
    """Check that nobody listens on a loopback port, of either family."""
    try:
        bind(port, address=LOOPBACK).close()
    except InputError:
        return False
    with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as probe:
        return not socket.has_ipv6 or probe.connect_ex(("::1", port)) != 0
