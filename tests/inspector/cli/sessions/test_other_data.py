"""`sessions` on a table with our columns and another app's data, where no other layout is read."""

from __future__ import annotations

import asyncio

import pytest

from session_inspector.devserver.core.clock import SystemClock
from session_inspector.devserver.stores.base import Record, SessionId
from session_inspector.devserver.stores.dynamodb.store import DynamoStore
from session_inspector.inspector.cli.arguments import parse
from session_inspector.inspector.cli.main import run
from tests.engines import DynamoServer


async def fill(url: str) -> None:
    store = await DynamoStore.open(url, SystemClock(), may_create=True)
    for key in ("1", "2"):
        await store.create(SessionId(key), Record(data={"course": "yoga"}, expires=1.0))
    await store.close()


async def count(url: str) -> int:
    store = await DynamoStore.open(url, SystemClock(), may_create=False)
    try:
        return await store.count()
    finally:
        await store.close()


@pytest.mark.parametrize("words", [["list"], ["show", "1"], ["revoke", "1"], ["find", "zoe"]])
def test_another_app_s_items_are_refused(
    capsys: pytest.CaptureFixture[str], dynamodb_server: DynamoServer, words: list[str]
) -> None:
    url = dynamodb_server.url.replace("Sessions", "Gym")
    asyncio.run(fill(url))
    assert run(parse(["sessions", *words, "--store", url])) == 2
    assert "of 2 that were read none has user, tokenSet or internal" in capsys.readouterr().err
    assert asyncio.run(count(url)) == 2
