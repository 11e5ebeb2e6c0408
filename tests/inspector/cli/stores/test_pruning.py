"""`stores prune` goes a portion at a time, shows how far it is, and stops between two of them."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from session_inspector.devserver.core.clock import SystemClock
from session_inspector.devserver.core.errors import StoreUnavailable
from session_inspector.devserver.stores.base import Pruned, Record, SessionId, Store
from session_inspector.devserver.stores.memory import MemoryStore
from session_inspector.devserver.stores.pruning.portions import Portions, PruneRule
from session_inspector.devserver.stores.sqlite.store import SqliteStore
from session_inspector.inspector.cli.arguments import parse
from session_inspector.inspector.cli.stores.pruning import (
    PruneRun,
    describe_progress,
    print_done,
    prune_store,
)
from tests.contracts.store import session

ENDED = 7


class Work:
    """Portions of one row each; one goes on when it is let."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()
        self.may_end = asyncio.Event()
        self.deleted = 0

    async def portions(self) -> Portions:
        for _ in range(3):
            self.begun.set()
            await self.may_end.wait()
            self.deleted += 1
            yield Pruned(expired=1, looked=10)


async def test_ctrl_c_waits_for_the_portion_under_way_and_counts_it() -> None:
    work = Work()
    noted: list[Pruned] = []
    run = PruneRun(noted.append)
    task = asyncio.ensure_future(run.go_through(work.portions()))
    await work.begun.wait()
    task.cancel()
    await asyncio.sleep(0)
    assert (work.deleted, task.done()) == (0, False)
    work.may_end.set()
    await task
    assert (run.was_stopped, run.done.expired, work.deleted) == (True, 1, 1)
    assert noted == [Pruned(expired=1)]


async def test_without_ctrl_c_all_is_done() -> None:
    work = Work()
    work.may_end.set()
    run = PruneRun(lambda done: None)
    await run.go_through(work.portions())
    assert (run.was_stopped, run.done.expired, run.done.looked) == (False, 3, 30)


async def filled(path: Path) -> str:
    url = f"sqlite://{path}"
    clock = SystemClock()
    store: Store = await SqliteStore.open(url, clock, may_create=True)
    for number in range(ENDED):
        data = session(str(number))
        await store.create(SessionId(str(number)), Record(data=data, expires=clock.now() - 1))
    await store.close()
    return url


@pytest.mark.parametrize("is_dry", [False, True])
async def test_what_is_gone_when_it_was_stopped_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], is_dry: bool
) -> None:
    url = await filled(tmp_path / "s.db")
    arguments = parse(["stores", "prune", url, *([] if is_dry else ["--yes"])])
    store = await SqliteStore.open(url, SystemClock(), may_create=False)
    assert isinstance(store, SqliteStore)
    rule = PruneRule(at=SystemClock().now(), dry_run=is_dry, most=2)
    run = await stop_in_the_second(store.prune_portions(rule))
    gone = ENDED - await store.count()
    await store.close()
    print_done(arguments, run)
    printed = capsys.readouterr().out
    if is_dry:
        assert gone == 0
        assert printed == "counted 7 expired sessions, then stopped; nothing was changed\n"
        return
    assert 2 < gone < ENDED
    assert printed == (
        f"deleted {gone} expired sessions, then stopped; the others are still there\n"
    )
    arguments.json = True
    print_done(arguments, run)
    found = json.loads(capsys.readouterr().out)
    assert (found["expired"], found["stopped"]) == (gone, True)


async def stop_in_the_second(portions: Portions) -> PruneRun:
    """Go through portions, with ctrl+c while the second is under way."""

    noted: list[Pruned] = []

    def note(done: Pruned) -> None:
        task = asyncio.current_task()
        if task is not None and not noted:
            task.cancel()
        noted.append(done)

    run = PruneRun(note)
    await run.go_through(portions)
    await portions.aclose()
    return run


def test_how_far_it_is_names_what_was_read_where_that_is_known() -> None:
    assert describe_progress(Pruned(expired=12_000), is_dry=False) == "deleted 12,000 rows"
    done = Pruned(expired=1_000, orphans=5, looked=90_000)
    assert describe_progress(done, is_dry=True) == "counted 1,005 rows of 90,000 read"


class AwayStore(MemoryStore):
    """Goes away after its first portion."""

    async def prune_portions(self, rule: PruneRule) -> Portions:
        yield Pruned(expired=3)
        raise StoreUnavailable("the disk is full")


async def test_a_store_that_goes_away_in_the_middle_says_what_had_gone() -> None:
    target = f"{__name__}:AwayStore"
    with pytest.raises(StoreUnavailable, match="full; deleted 3 expired sessions before"):
        await prune_store(parse(["stores", "prune", target, "--yes"]))
    with pytest.raises(StoreUnavailable, match=r"full$"):
        await prune_store(parse(["stores", "prune", target]))
