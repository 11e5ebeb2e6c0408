"""Servers shared by the whole run, and what a skip means where nothing may be missing."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Protocol, TypeVar

import coverage
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engines import (
    DynamoServer,
    MongoServer,
    PostgresServer,
    RedisCluster,
    RedisSentinel,
)
from tests.idle import wait_for_idle
from tests.servers import RedisServer
from tests.skips import unavailable_names, without_skips

# a busy machine is no failure of the code; no test fails by luck: `make fuzz` draws new examples
settings.register_profile("calm", deadline=None, derandomize="FUZZ_EXAMPLES" not in os.environ)
settings.load_profile("calm")
TESTS = Path(__file__).parent
LONGEST = ("inspector/ui/test_snapshots", "peers/", "apps/", "chaos/", "security/", "inspector/ui/")

# started by nohup or as a background job, these would reach no program that a test starts
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
    signal.signal(signal.SIGHUP, signal.SIG_DFL)

QUICK = "not thorough"
"""What `make check` asks for."""
THOROUGH = (
    "inspector/ui/test_",
    "inspector/cli/",
    "devserver/stores/mongodb",
    "devserver/stores/dynamodb",
    "devserver/stores/postgres",
    "devserver/stores/redis",
    "devserver/attach/rows",
    "devserver/attach/browser",
    "devserver/cookies/browsers",
    "devserver/client/urls/test_sdk_routes",
    "devserver/decoders/test_fuzz",
    "fuzz/",
    "whole_way/",
    "apps/",
    "node/",
    "peers/",
    "seed/",
    "chaos/",
    "end_to_end/",
    "install/",
    "security/",
    "devserver/run/test_process",
    "devserver/client/api/test_application",
    "devserver/client/api/test_session_store",
    "inspector/compare/test_measure",
    "inspector/decode/test_fuzz",
    "inspector/test_start",
    "vectors/js/test_minting",
    "vectors/test_confusion",
    "vectors/test_edges",
    "vectors/test_resealed",
)
"""What `make check` leaves to `make test`.

Whole screens, processes, engines, browsers, apps, and the two matrices of all golden cookies.
"""


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    return without_skips((yield), os.environ, unavailable_names())


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Import no file of which `make check` runs no test: each worker imports all it is given."""
    if config.option.markexpr != QUICK or collection_path.suffix != ".py":
        return None
    return _is_thorough(collection_path) or None


def _is_thorough(path: Path) -> bool:
    return path.relative_to(TESTS).as_posix().startswith(THOROUGH)


def pytest_collection_finish() -> None:
    """Leave what was imported out of each later search for garbage: it becomes cheap."""
    _begin_hypothesis()
    gc.collect()
    gc.freeze()


@settings(max_examples=1, database=None)
@given(st.none())
def _begin_hypothesis(_: None) -> None:
    """Let Hypothesis make what it looks for among the objects that are not frozen."""


@pytest.fixture(autouse=True)
def _idle_is_what_the_loop_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for what a key does by the loop itself: tests of screens waited most of their time."""
    for name in ("textual.app", "textual.pilot"):
        if module := sys.modules.get(name):
            monkeypatch.setattr(module, "wait_for_idle", wait_for_idle)


@pytest.fixture(autouse=True, scope="module")
def _drop_garbage() -> Iterator[None]:
    """Report what a file leaves open in that file, not in one that runs later.

    What is left is looked through once more, at the end: after 500 files it would be much, and an
    app of a test that ends thaws all that was imported.
    """
    yield
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True, scope="module")
def _empty_shared_redis() -> Iterator[None]:
    """Leave no row to the next file: files in another order must see the same."""
    yield
    for server in RedisServer.shared:
        server.empty()


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish() -> None:
    """Save what was reached before a worker ends: xdist kills one that takes longer than 10 s."""
    gc.unfreeze()
    measuring = coverage.Coverage.current()
    if measuring is not None:
        measuring.save()


def pytest_xdist_auto_num_workers() -> int:
    """Return three for two cores: half of the time each waits for screens, servers, browsers."""
    return max(2, (os.cpu_count() or 1) * 3 // 2)


@pytest.hookimpl(tryfirst=True)  # before pytest looks which marks are asked for
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the folders whose files take longest, that none is left to one worker alone."""
    items.sort(key=lambda item: _place(item.path.relative_to(TESTS).as_posix()))
    for item in items:
        if _is_thorough(item.path):
            item.add_marker(pytest.mark.thorough)


def _place(path: str) -> int:
    return next((n for n, start in enumerate(LONGEST) if path.startswith(start)), len(LONGEST))


class OtherNames:
    """Refuses `import devserver`: it would make a second copy of each class."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        if name.partition(".")[0] in ("devserver", "inspector"):
            raise ImportError(f"import session_inspector.{name}: there is one package")


sys.meta_path.insert(0, OtherNames())


class Killable(Protocol):
    def kill(self) -> None: ...


S = TypeVar("S", bound=Killable)


def shared(start: Callable[[Path], S]) -> Callable[..., Iterator[S]]:
    """Return a fixture: a server in a folder of its own, from the first test that asks on."""

    @pytest.fixture(scope="session")
    def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S]:
        server = start(tmp_path_factory.mktemp("server"))
        yield server
        server.kill()

    return running


redis_server = shared(RedisServer.start_shared)
postgres_server = shared(PostgresServer)
mongodb_server = shared(MongoServer)
dynamodb_server = shared(DynamoServer)
redis_cluster = shared(RedisCluster)
redis_sentinel = shared(RedisSentinel)
