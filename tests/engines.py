"""Database engines for tests: PostgreSQL, Redis Cluster, Sentinel and TLS, DynamoDB, MongoDB.

Each runs in a folder of its own, on free loopback ports, and is stopped by its process id.
"""

from __future__ import annotations

import atexit
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from glob import glob
from pathlib import Path

import pytest

from tests.servers import (
    binary,
    children_of,
    free_port,
    is_alive,
    listens,
    start_on_free_port,
    wait_for_port,
)
from tests.waiting import PATIENCE, eventually

CACHE = Path(
    os.environ.get("SESSION_INSPECTOR_ENGINES")
    or Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    / "session-inspector"
    / "engines"
)
"""Where `tests/engines.sh` installs what Debian has no package of."""


class Engine:
    """One server process."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = 0
        self.process: subprocess.Popen[bytes] | None = None
        start_on_free_port(self)

    @property
    def url(self) -> str:
        raise NotImplementedError

    def command(self) -> list[str]:
        raise NotImplementedError

    def start(self) -> None:
        self.process = subprocess.Popen(
            self.command(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            user=self.as_whom(),
            group=self.as_whom(),
        )
        wait_for_port(self.port, self.process)

    def as_whom(self) -> int | None:
        """Return the id of the user (and group) it runs as; None: whoever runs the tests."""
        return None

    def kill(self) -> None:
        """Stop it the hard way, as a crash would."""
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait(PATIENCE)
            self.process = None


class PostgresServer(Engine):
    """PostgreSQL refuses to run as root: then it runs as nobody's user `postgres`."""

    def __init__(self, folder: Path) -> None:
        binaries = sorted(glob("/usr/lib/postgresql/*/bin"))
        self._postgres = binary("postgres", *binaries)
        initdb = binary("initdb", *binaries)
        self._is_ready = binary("pg_isready", *binaries)
        self._user = pwd.getpwnam("postgres") if os.geteuid() == 0 else None
        if self._user:  # pytest keeps its own folders closed to other users
            folder = Path(tempfile.mkdtemp(prefix="session-inspector-"))
            atexit.register(shutil.rmtree, folder, ignore_errors=True)
            os.chown(folder, self._user.pw_uid, self._user.pw_gid)
        self.data = folder / "data"
        subprocess.run(
            [initdb, "-D", str(self.data), "-U", "postgres", "-A", "trust", "-N", "-E", "UTF8"],
            check=True,
            stdout=subprocess.DEVNULL,
            user=self.as_whom(),
            group=self.as_whom(),
        )
        super().__init__(folder)

    @property
    def url(self) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/postgres"

    def as_whom(self) -> int | None:
        return self._user.pw_uid if self._user else None

    def command(self) -> list[str]:
        return [
            self._postgres,
            "-D",
            str(self.data),
            "-p",
            str(self.port),
            "-h",
            "127.0.0.1",
            "-k",
            "",
            "-F",
            "-c",
            "max_connections=50",
        ]

    def start(self) -> None:
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        super().start()
        eventually(self._answers)  # it listens before it answers

    def _answers(self) -> bool:
        command = [self._is_ready, "--quiet", "--host", "127.0.0.1", "--port", str(self.port)]
        return subprocess.run(command, check=False).returncode == 0

    def kill(self) -> None:
        """Stop it, and wait until its children have noticed: a connection may live on in one."""
        children = children_of(self.process.pid) if self.process else []
        super().kill()
        eventually(lambda: not listens(self.port) and not any(map(is_alive, children)))


class RedisNode(Engine):
    """One redis-server with options of one's own."""

    def __init__(self, folder: Path, *options: str, scheme: str = "redis") -> None:
        self._options = options
        self._scheme = scheme
        self._binary = binary("redis-server")
        super().__init__(folder)

    @property
    def url(self) -> str:
        return f"{self._scheme}://127.0.0.1:{self.port}/0"

    def command(self) -> list[str]:
        plain = [str(self.port)]
        if self._scheme == "rediss":
            plain = ["0", "--tls-port", str(self.port)]
        return [
            self._binary,
            "--port",
            *plain,
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--appendonly",
            "no",
            "--dir",
            str(self.folder),
            *self._options,
        ]


class ClusterNode(RedisNode):
    """A node whose bus has a port of ours: the usual one, 10,000 above, may be anybody's."""

    def command(self) -> list[str]:
        cluster = ["--cluster-enabled", "yes", "--cluster-node-timeout", "2000"]
        return [*super().command(), *cluster, "--cluster-port", str(free_port())]


class RedisCluster:
    """Three masters."""

    def __init__(self, folder: Path) -> None:
        cli = binary("redis-cli")
        self.nodes: list[RedisNode] = []
        for number in range(3):
            place = folder / f"node{number}"
            place.mkdir()
            self.nodes.append(ClusterNode(place))
        addresses = [f"127.0.0.1:{node.port}" for node in self.nodes]
        subprocess.run(
            [cli, "--cluster", "create", *addresses, "--cluster-yes"],
            check=True,
            stdout=subprocess.DEVNULL,
            timeout=PATIENCE,
        )
        eventually(lambda: self._is_ok(cli))

    @property
    def url(self) -> str:
        nodes = ",".join(f"127.0.0.1:{node.port}" for node in self.nodes)
        return f"redis+cluster://{nodes}"

    def kill(self) -> None:
        for node in self.nodes:
            node.kill()

    def _is_ok(self, cli: str) -> bool:
        states = [
            subprocess.run(
                [cli, "-p", str(node.port), "cluster", "info"], capture_output=True, text=True
            ).stdout
            for node in self.nodes
        ]
        return all("cluster_state:ok" in state for state in states)


class RedisSentinel:
    """A master, and one sentinel that knows it."""

    name = "mymaster"

    def __init__(self, folder: Path) -> None:
        for place in ("master", "sentinel"):
            (folder / place).mkdir()
        self.master = RedisNode(folder / "master")
        config = folder / "sentinel" / "sentinel.conf"
        self.port = free_port()
        config.write_text(
            f"port {self.port}\nbind 127.0.0.1\ndir {folder / 'sentinel'}\n"
            f"sentinel monitor {self.name} 127.0.0.1 {self.master.port} 1\n"
        )
        self._process = subprocess.Popen(
            [binary("redis-server"), str(config), "--sentinel"], stdout=subprocess.DEVNULL
        )
        wait_for_port(self.port, self._process)

    @property
    def url(self) -> str:
        return f"redis+sentinel://127.0.0.1:{self.port}/{self.name}/0"

    def kill(self) -> None:
        self._process.kill()
        self._process.wait(PATIENCE)
        self.master.kill()


class DynamoServer(Engine):
    """AWS's own DynamoDB Local, in memory."""

    @property
    def url(self) -> str:
        return f"dynamodb://127.0.0.1:{self.port}/Sessions"

    def command(self) -> list[str]:
        lib = CACHE / "dynamodb"
        java = binary("java")
        if not list(lib.glob("DynamoDBLocal-*.jar")):
            _missing("DynamoDB Local")
        main = "com.amazonaws.services.dynamodbv2.local.main.ServerRunner"
        # the second compiler and parallel collection cost more than a minute of tests gains
        thrifty = ["-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"]
        path = [f"-Dsqlite4java.library.path={lib}", "-cp", f"{lib}/*"]
        options = ["-inMemory", "-sharedDb", "-port", str(self.port), "-disableTelemetry"]
        return [java, *thrifty, *path, main, *options]


SOON = "serverSelectionTimeoutMS=2000"
"""For clients of a server that dies: four times the half second after which pymongo looks again,
or the first call after the restart could fail before it has looked."""


class MongoServer(Engine):
    """FerretDB 1.24: MongoDB's protocol, by others, over its SQLite backend."""

    @property
    def url(self) -> str:
        return f"mongodb://127.0.0.1:{self.port}/auth"

    def command(self) -> list[str]:
        found = shutil.which("ferretdb", path=str(CACHE / "bin"))
        if found is None:
            _missing("FerretDB")
        state = self.folder / "state"
        state.mkdir(exist_ok=True)
        return [str(found), "-listen", f"127.0.0.1:{self.port}", "-folder", str(state)]


def _missing(what: str) -> None:
    pytest.skip(f"{what} is not in {CACHE}; tests/engines.sh installs it")
