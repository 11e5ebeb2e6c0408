"""Places of our own in real engines: what is beside them is never touched."""

from __future__ import annotations

from pathlib import Path

import pytest

from session_inspector.devserver.core.clock import SystemClock
from session_inspector.devserver.core.errors import MissingTable
from session_inspector.devserver.stores.base import Record, SessionId
from session_inspector.devserver.stores.scratch import drop_scratch, is_scratch, scratch_url
from session_inspector.devserver.stores.urls import open_store

ENGINES = [
    "redis_server",
    "redis_cluster",
    "postgres_server",
    "mongodb_server",
    "dynamodb_server",
    "file",
]
KEY = SessionId("a" * 32)


@pytest.fixture(params=ENGINES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A store in which somebody's rows can be."""
    if request.param == "file":
        return f"sqlite://{tmp_path / 'app.db'}"
    return str(request.getfixturevalue(request.param).url)


@pytest.mark.parametrize(
    ("url", "scratch"),
    [
        ("redis://h:1/2", "redis://h:1/2?prefix=session_inspector_measure_x%3A"),
        ("redis://h?prefix=app:", "redis://h?prefix=session_inspector_measure_x%3A"),
        (
            "postgresql://u:p@h/db?table=web.sessions&sslmode=require",
            "postgresql://u:p@h/db?sslmode=require&table=web.session_inspector_measure_x",
        ),
        ("mongodb://h/auth", "mongodb://h/auth?collection=session_inspector_measure_x"),
        ("dynamodb://h:1/Sessions", "dynamodb://h:1/session_inspector_measure_x"),
        (
            "dynamodb:///Sessions?region=eu-west-1",
            "dynamodb:///session_inspector_measure_x?region=eu-west-1",
        ),
        ("sqlite:///srv/app.db?table=t", "sqlite:///srv/session_inspector_measure_x.db"),
    ],
)
def test_a_place_of_our_own_has_our_name(url: str, scratch: str) -> None:
    assert scratch_url(url, "x") == scratch
    assert is_scratch(scratch)
    assert not is_scratch(url)


@pytest.mark.parametrize("url", ["memory://", "sqlite://:memory:", "my.module:Store"])
def test_a_store_without_places_is_taken_as_it_is(url: str) -> None:
    assert scratch_url(url, "x") == url
    assert not is_scratch(url)


async def test_dropping_takes_the_place_and_leaves_what_is_beside_it(url: str) -> None:
    record = Record(data={"user": {"sub": "them"}}, expires=9e9)
    theirs = await open_store(url, SystemClock(), may_create=True)
    await theirs.create(KEY, record)
    scratch = scratch_url(url, "0a1b")
    ours = await open_store(scratch, SystemClock(), may_create=True)
    assert await ours.read(KEY) is None
    for number in range(3):
        await ours.create(SessionId(f"{number}" * 32), record)
    await ours.close()
    await drop_scratch(scratch, SystemClock())
    assert await _count(scratch) in (None, 0)
    await drop_scratch(scratch, SystemClock())  # it is gone: no error
    await drop_scratch(url, SystemClock())  # not ours: left alone
    found = await theirs.read(KEY)
    await theirs.delete(KEY)
    await theirs.close()
    assert found is not None
    assert found.data == record.data
    # a cluster counts in whole seconds; it was asked at one moment and the clock at another
    assert found.expires == pytest.approx(9e9, abs=60)


async def _count(url: str) -> int | None:
    """How many rows there are; None: there is no such place."""
    if url.startswith("sqlite://"):
        assert list(Path(url.removeprefix("sqlite://")).parent.glob("session_inspector*")) == []
        return None
    try:
        store = await open_store(url, SystemClock(), may_create=False)
    except MissingTable:
        return None
    rows = await store.count()
    await store.close()
    return rows
