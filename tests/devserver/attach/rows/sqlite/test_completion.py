"""Work is finished before a caller who was cancelled leaves."""

from __future__ import annotations

import asyncio

import pytest

from session_inspector.devserver.attach.rows.sqlite.completion import finish


async def test_the_result_is_returned() -> None:
    async def work() -> int:
        await asyncio.sleep(0)
        return 7

    assert await finish(work()) == 7


async def test_what_is_raised_is_raised() -> None:
    async def work() -> int:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await finish(work())


async def test_a_cancelled_caller_leaves_when_the_work_is_done() -> None:
    begun = asyncio.Event()
    may_end = asyncio.Event()
    done: list[str] = []

    async def work() -> None:
        begun.set()
        await may_end.wait()
        done.append("work")

    async def call() -> None:
        try:
            await finish(work())
        finally:
            done.append("caller")

    caller = asyncio.create_task(call())
    await begun.wait()
    caller.cancel()
    await asyncio.sleep(0)
    may_end.set()
    with pytest.raises(asyncio.CancelledError):
        await caller
    assert done == ["work", "caller"]
