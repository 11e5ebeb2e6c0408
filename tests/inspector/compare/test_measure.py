"""The comparison in real engines: in a place of its own, which is gone afterwards."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
import redis

from session_inspector.devserver.core.clock import SystemClock
from session_inspector.devserver.settings import Settings, load_settings
from session_inspector.devserver.stores.base import Record, SessionId
from session_inspector.devserver.stores.urls import open_store
from session_inspector.inspector.compare import measure
from session_inspector.inspector.compare.comparison import Comparison, read_configured_store
from session_inspector.inspector.compare.measure import Measured, compare
from session_inspector.inspector.compare.places import ALWAYS, Place, parse_places
from tests.servers import RedisServer, free_port

KEY = SessionId("b" * 32)


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr(measure, "REQUESTS", 3)  # what is measured is not looked at
    return load_settings({}, {"HOME": str(tmp_path)})


@pytest.mark.parametrize("engine", ["postgres_server", "mongodb_server", "dynamodb_server"])
def test_a_found_store_is_measured_beside_its_rows(
    request: pytest.FixtureRequest, settings: Settings, engine: str
) -> None:
    url = str(request.getfixturevalue(engine).url)
    record = Record(data={"user": {"sub": "local|alice"}}, expires=9e9)

    async def left(*, writes: bool) -> list[tuple[SessionId, Record]]:
        store = await open_store(url, SystemClock(), may_create=True)
        if writes:
            await store.create(KEY, record)
        rows = [row for row in (await store.page()).rows if row[0] == KEY]
        await store.delete(KEY) if not writes else None
        await store.close()
        return rows

    assert asyncio.run(left(writes=True)) == [(KEY, record)]
    (row,) = compare(settings, [Place(name="a store", url=url, source="found")])
    assert (row.carrier, row.source, row.problem) == ("a store", "found", "")
    assert row.is_revocable
    assert row.left == "no row, a stolen copy is dead"
    assert asyncio.run(left(writes=False)) == [(KEY, record)]


def test_redis_has_the_same_keys_after_it(settings: Settings, redis_server: RedisServer) -> None:
    client = redis.Redis(port=redis_server.port)
    client.set("session:theirs", "{}")
    before = sorted(client.keys())
    (row,) = compare(settings, parse_places([redis_server.url]))
    assert (row.problem, row.limit) == ("", "512 MB a value")
    assert sorted(client.keys()) == before
    client.delete("session:theirs")
    client.close()


def test_a_file_is_measured_beside_it(settings: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "theirs"
    folder.mkdir()
    (row,) = compare(settings, parse_places([f"sqlite://{folder / 'app.db'}"]))
    assert row.problem == ""
    assert list(folder.iterdir()) == []


def test_what_is_always_measured_leaves_no_file(settings: Settings) -> None:
    before = sorted(settings.state_dir.iterdir())
    rows = compare(settings, ALWAYS)
    assert [(row.carrier, row.problem, row.is_revocable) for row in rows] == [
        ("stateless", "", False),
        ("memory", "", True),
        ("sqlite (a private file)", "", True),
    ]
    assert sorted(settings.state_dir.iterdir()) == before


def test_who_is_not_there_is_told_and_not_tried(settings: Settings) -> None:
    gone = f"redis://127.0.0.1:{free_port()}"
    absent = Place(name="redis x", url=gone, source="absent", problem="nothing listens")
    told: list[Measured] = []
    rows = compare(settings, [absent, *parse_places([gone])], told.append)
    assert rows == told
    assert (rows[0].source, rows[0].problem) == ("absent", "nothing listens")
    assert rows[1].source == "named"
    assert "does not answer" in rows[1].problem
    assert "\n" not in rows[1].problem


def test_it_is_dropped_when_the_reader_goes_away(
    settings: Settings, redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> Measured:
        raise KeyboardInterrupt

    monkeypatch.setattr(measure, "_send_requests", interrupted)  # a row is there by now
    with pytest.raises(KeyboardInterrupt):
        compare(settings, parse_places([redis_server.url]))
    client = redis.Redis(port=redis_server.port)
    assert client.keys("session_inspector*") == []
    client.close()


def test_the_configured_store_is_named_and_the_labs_own_is_not(
    settings: Settings, tmp_path: Path
) -> None:
    assert read_configured_store(settings) == []
    url = f"redis://127.0.0.1:{free_port()}"
    other = load_settings({"store": url}, {"HOME": str(tmp_path)})
    env = {"REDIS_URL": url}
    found = Comparison(other, (), env).find()
    assert [place.url for place in found if place.source == "named"] == [url]
    assert not any(place.name.endswith("(REDIS_URL)") for place in found)
