"""Whose rows a store has is judged by a few: one session among them is enough."""

from __future__ import annotations

import pytest

from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.stores.base import Record, SessionId
from session_inspector.devserver.stores.memory import MemoryStore
from session_inspector.devserver.stores.querying.sampling import (
    SAMPLE,
    have_other_data,
    refuse_other_data,
    sample_rows,
)

NOW = 1_760_000_000.0
GYM: JsonObject = {"course": "yoga"}
SEALED: JsonObject = {"sealed": "x", "user": {}, "internal": {}}
REVOKED: JsonObject = {"revoked": "a1b2c3", "internal": {"createdAt": 1}}


def rows(*data: JsonObject) -> list[tuple[SessionId, Record]]:
    return [
        (SessionId(f"{number:03}"), Record(data=one, expires=NOW - 1))
        for number, one in enumerate(data)
    ]


@pytest.mark.parametrize(
    ("found", "is_other"),
    [
        ([], False),
        (rows({}), False),
        (rows(GYM), True),
        (rows(GYM, {}, GYM), True),
        (rows(GYM, {"tokenSet": {}}), False),
        (rows(SEALED), False),
        (rows(REVOKED), False),
    ],
)
def test_data_is_another_app_s_when_no_row_has_a_member_of_ours(
    found: list[tuple[SessionId, Record]], is_other: bool
) -> None:
    assert have_other_data(found) == is_other


async def test_a_session_behind_the_first_page_is_found() -> None:
    store = MemoryStore(ManualClock(NOW))
    for key, row in rows(*[GYM] * SAMPLE, SEALED):
        await store.create(key, row)
    assert len(await sample_rows(store)) == SAMPLE + 1
    await refuse_other_data(store, "x")
    await store.delete(SessionId(f"{SAMPLE:03}"))
    with pytest.raises(InputError, match=r"the rows in x are no sessions .* of 50 that were read"):
        await refuse_other_data(store, "x")
