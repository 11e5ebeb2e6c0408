"""Rows by the ids that cookies have."""

from __future__ import annotations

import pytest

from session_inspector.devserver.attach.layouts import find_layout
from session_inspector.devserver.attach.row_reader import TOGETHER, EndedKeys, RowReader
from session_inspector.devserver.core.errors import StoreUnavailable
from session_inspector.devserver.decoders.base import Material
from session_inspector.devserver.decoders.formats.go.scs import hash_token
from tests.devserver.attach.raw_store import RawStore, row

NOW = 1_760_000_000.0


def reader_of(store: RawStore, layout: str = "connect-redis") -> RowReader:
    return RowReader(store.open, find_layout(layout), Material(cookies={}, now=NOW))


async def test_rows_are_found_by_the_ids_of_cookies_under_every_known_prefix() -> None:
    store = RawStore(row("sess:a"), row("sess:app:b"), known_prefixes=["sess:"])
    reader = reader_of(store)
    assert set(await reader.of(["a", "b"])) == {"a"}
    await reader.many()  # a look shows another prefix
    assert set(await reader.of(["a", "b"])) == {"a", "b"}


async def test_what_is_no_session_is_not_listed() -> None:
    index = row("user:session:by-user-id:1", "[]")
    session = row("user:session:t", '{"userId":"1"}')
    store = RawStore(index, session, known_prefixes=["user:session:"])
    found, has_more = await reader_of(store, "authjs").many()
    assert (set(found), has_more) == ({"t"}, False)


async def test_many_ids_are_asked_for_in_portions() -> None:
    store = RawStore(known_prefixes=["sess:"])
    await reader_of(store).of(str(number) for number in range(TOGETHER + 1))
    assert [len(keys) for keys in store.asked] == [TOGETHER, 1]


async def test_a_row_has_ended_at_the_exact_second() -> None:
    store = RawStore(row("sess:a", expires=NOW), row("sess:b", expires=NOW + 1), row("sess:c"))
    found = [portion async for portion in reader_of(store).find_ended(NOW)]
    assert found == [EndedKeys(keys=["sess:a"], looked=3)]


async def test_those_that_have_ended_are_found_a_portion_at_a_time() -> None:
    store = RawStore(*(row(f"sess:{n}", expires=NOW - n % 2) for n in range(2 * TOGETHER + 1)))
    found = [portion.keys async for portion in reader_of(store).find_ended(NOW - 1)]
    assert [len(keys) for keys in found] == [TOGETHER // 2, TOGETHER // 2, 0]


async def test_an_outage_between_two_portions_closes_the_store() -> None:
    store = RawStore(*(row(f"sess:{n}", expires=NOW) for n in range(TOGETHER + 1)))
    portions = reader_of(store).find_ended(NOW)
    await anext(portions)
    store.is_away = True
    with pytest.raises(StoreUnavailable):
        await anext(portions)
    assert store.closed == 1


async def test_after_an_outage_the_store_is_opened_anew() -> None:
    store = RawStore(row("sess:a"), known_prefixes=["sess:"])
    reader = reader_of(store)
    store.is_away = True
    with pytest.raises(StoreUnavailable):
        await reader.many()
    store.is_away = False
    found, _ = await reader.many()
    assert (set(found), store.opened, store.closed) == ({"a"}, 2, 1)


async def test_ids_with_the_same_end_are_two_rows() -> None:
    store = RawStore(row("sess:ann.same"), row("sess:bob.same"), known_prefixes=["sess:"])
    reader = reader_of(store)
    found, _ = await reader.many()
    assert {name: one.key for name, one in found.items()} == {
        "ann.same": "sess:ann.same",
        "bob.same": "sess:bob.same",
    }
    assert [one.key for one in (await reader.of(["bob.same"])).values()] == ["sess:bob.same"]


async def test_a_row_under_the_digest_of_its_id_has_the_id_s_name_once_that_was_seen() -> None:
    key = f"scs:session:{hash_token('token')}"
    value = '{"Deadline":"2030-01-01T00:00:00Z","Values":{}}'
    reader = reader_of(RawStore(row(key, value), known_prefixes=["scs:session:"]), "scs")
    assert set((await reader.many())[0]) == {hash_token("token")}
    assert set(await reader.of(["token"])) == {"token"}
    assert set((await reader.many())[0]) == {"token"}
