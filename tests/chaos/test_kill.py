"""kill -9 while 64 clients write: nothing that was acknowledged is lost, no row is torn."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
from pathlib import Path

from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.stores.base import SessionId
from session_inspector.devserver.stores.sqlite.store import SqliteStore
from tests.chaos.clients import Clients, start_server
from tests.chaos.server import version_of
from tests.waiting import PATIENCE

KILLS = int(os.environ.get("CHAOS_KILLS", "5"))
"""`make chaos` kills 100 times."""
CLIENTS = 64


async def checked(path: Path, acknowledged: dict[str, int]) -> int:
    """Return how many whole rows there are, after each acknowledged one was found in them."""
    with sqlite3.connect(path) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    db.close()
    store = await SqliteStore.open(f"sqlite://{path}", ManualClock(), may_create=False)
    try:
        for key, version in acknowledged.items():
            record = await store.read(SessionId(key))
            assert record is not None, f"{key} was acknowledged and is lost"
            assert version_of(key, record) >= version, f"{key}: an acknowledged write is lost"
        cursor = None
        count = 0
        while True:
            page = await store.page(cursor, 500)
            for key, record in page.rows:
                version_of(key, record)
            count += len(page.rows)
            cursor = page.cursor
            if cursor is None:
                return count
    finally:
        await store.close()


async def test_what_was_acknowledged_survives_kill_9(tmp_path: Path) -> None:
    path = tmp_path / "sessions.db"
    acknowledged: dict[str, int] = {}
    for number in range(KILLS):
        process, port = await asyncio.to_thread(start_server, path)
        clients = Clients(
            f"http://127.0.0.1:{port}", f"kill{number}", begun=20 + 10 * (number % 10)
        )
        writing = asyncio.create_task(clients.write(CLIENTS, until=10**9))
        try:
            # killed in full flight: sooner or later after the first confirmations
            await asyncio.wait_for(clients.started.wait(), PATIENCE)
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait(PATIENCE)
        await writing
        assert clients.refused == []
        assert len(clients.acknowledged) >= 20
        acknowledged |= clients.acknowledged
        # all of them each time would grow with the square
        await checked(path, clients.acknowledged)
    assert await checked(path, acknowledged) >= len(acknowledged)


async def test_two_processes_share_one_file(tmp_path: Path) -> None:
    path = tmp_path / "sessions.db"
    servers = [await asyncio.to_thread(start_server, path) for _ in range(2)]
    try:
        both = [Clients(f"http://127.0.0.1:{port}", f"p{port}") for _, port in servers]
        await asyncio.gather(*(clients.write(32, until=150) for clients in both))
    finally:
        for process, _ in servers:
            process.kill()
            process.wait(PATIENCE)
    assert [clients.refused for clients in both] == [[], []], "none may see `locked`"
    everything = both[0].acknowledged | both[1].acknowledged
    assert await checked(path, everything) >= 300
