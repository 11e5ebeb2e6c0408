"""Readers and writers are found by a URL's scheme; a missing driver is one line."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from session_inspector.devserver.attach.rows.opening import (
    ENGINES,
    SCHEMES,
    open_reader,
    open_writer,
)
from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.errors import InputError, StoreUnavailable
from session_inspector.devserver.core.registry import load_target

CLOCK = ManualClock()


@pytest.mark.parametrize("scheme", sorted(ENGINES))
def test_each_engine_is_there(scheme: str) -> None:
    engine = ENGINES[scheme]
    for target in (engine.reader, engine.writer):
        found: type = load_target(target)
        assert callable(getattr(found, "open", None))


def test_clusters_and_dynamodb_hold_no_rows_of_others() -> None:
    assert {"redis", "rediss", "sqlite", "postgres", "postgresql", "mongodb+srv"} <= SCHEMES
    assert not {"dynamodb", "redis+cluster", "memory"} & SCHEMES


@pytest.mark.parametrize("url", ["dynamodb://h/Sessions", "mysql://h/db", "my.module:Store", ""])
async def test_another_store_is_one_line_with_what_to_do(url: str) -> None:
    with pytest.raises(InputError, match=r"read from redis, sqlite.*\. Fix: leave --layout out"):
        await open_reader(url, CLOCK)
    with pytest.raises(InputError, match="written in redis, sqlite"):
        await open_writer(url, CLOCK)


async def test_a_missing_driver_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(sys.modules):
        if name.startswith("session_inspector.devserver.stores.postgres"):
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "asyncpg", None)  # as if it was not installed
    for opens in (open_reader, open_writer):
        with pytest.raises(InputError, match=r"session-inspector\[postgres\]"):
            await opens("postgresql://h/db", CLOCK)


async def test_a_file_that_is_not_there_is_never_made(tmp_path: Path) -> None:
    url = f"sqlite://{tmp_path}/no.db"
    with pytest.raises(InputError, match="nothing is created unasked"):
        await open_reader(url, CLOCK)
    with pytest.raises(StoreUnavailable, match="SQLite: unable to open"):
        await open_writer(url, CLOCK)
    assert os.listdir(tmp_path) == []
