"""Callers of a group get their own outcome each."""

from __future__ import annotations

import asyncio

import pytest

from session_inspector.devserver.stores.batching import PendingAnswer, settle


def pending(count: int) -> list[PendingAnswer]:
    loop = asyncio.get_running_loop()
    return [loop.create_future() for _ in range(count)]


async def test_each_caller_gets_its_answer_or_its_error() -> None:
    first, second = pending(2)
    settle([first, second], ["answer", ValueError("refused")])
    assert await first == "answer"
    with pytest.raises(ValueError, match="refused"):
        await second


async def test_a_caller_that_was_cancelled_is_passed_over() -> None:
    first, second = pending(2)
    first.cancel()
    settle([first, second], ["nobody waits", "answer"])
    assert first.cancelled()
    assert await second == "answer"


async def test_a_group_with_an_outcome_missing_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="shorter"):
        settle(pending(2), ["answer"])
