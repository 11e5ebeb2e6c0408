"""The row of a session is read after each of its requests that overlap."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

import pytest

from session_inspector.devserver.attach.traffic.overlaps import MOST_READS
from session_inspector.devserver.core.events.base import SessionFacts
from session_inspector.devserver.core.events.session import RowRead
from session_inspector.devserver.core.values import Shown
from tests.devserver.attach.traffic.app_rows import ALICE, BOB, cookie
from tests.devserver.attach.traffic.scene import NOW, TrafficScene


class Store:
    """One row, which anybody may change."""

    def __init__(self) -> None:
        self.data: dict[str, Shown] | None = {}
        self.reads: list[str] = []

    async def read(self, session_id: str) -> SessionFacts | None:
        self.reads.append(session_id)
        if self.data is None:
            return None
        return SessionFacts(kind="stateful", sub="", data=dict(self.data))


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
async def scene(store: Store) -> AsyncIterator[TrafficScene]:
    found = TrafficScene("secret", read_row=store.read)
    yield found
    found.opener.close()


def seen(scene: TrafficScene) -> Sequence[tuple[str, object, object, tuple[str, ...]]]:
    return [(one.cause, one.before.data, one.facts.data, one.beside) for one in scene.take(RowRead)]


async def test_each_change_is_told_with_the_answer_after_which_it_was_there(
    scene: TrafficScene, store: Store
) -> None:
    first = await scene.ask("POST /a", cookie(ALICE))
    second = await scene.ask("POST /b", cookie(ALICE))
    store.data = {"b": 1}
    await scene.answer(second)
    store.data = {"a": 1}
    await scene.answer(first)
    assert seen(scene) == [
        ("x2", {}, {"b": 1}, ("x1",)),
        ("x1", {"b": 1}, {"a": 1}, ("x2",)),
    ]


async def test_a_second_request_that_is_answered_before_it_is_noted_is_seen(
    scene: TrafficScene, store: Store
) -> None:
    slow = await scene.ask("POST /a", cookie(ALICE))
    store.data = {"b": 1}
    await scene.visit("POST /b", cookie(ALICE))
    store.data = {"a": 1}
    await scene.answer(slow)
    assert [one[0] for one in seen(scene)] == ["x2", "x1"]


async def test_quick_requests_that_do_not_overlap_cost_the_store_nothing(
    scene: TrafficScene, store: Store
) -> None:
    await scene.visit("POST /a", cookie(ALICE))
    await scene.visit("POST /b", cookie(ALICE))
    for path in ("/app.js", "/app.css"):
        await scene.ask(f"GET {path}", cookie(ALICE))
    assert store.reads == []


async def test_a_slow_request_costs_the_store_one_read(scene: TrafficScene, store: Store) -> None:
    beside = await scene.ask("POST /a", cookie(BOB))
    await scene.visit("POST /b", cookie(ALICE))
    await scene.answer(beside)
    given_up = await scene.ask("GET /slow", cookie(ALICE))
    await scene.reporter.report_end(given_up, NOW)
    await scene.visit("POST /b", cookie(ALICE))
    assert store.reads == [BOB, ALICE]


async def test_what_has_not_changed_is_not_told(scene: TrafficScene, store: Store) -> None:
    first = await scene.ask("GET /a", cookie(ALICE))
    await scene.visit("GET /b", cookie(ALICE))
    store.data = None
    await scene.answer(first)
    assert (seen(scene), len(store.reads)) == ([], 3)


async def test_a_load_test_does_not_load_the_store(scene: TrafficScene, store: Store) -> None:
    for _ in range(MOST_READS):
        await scene.ask("GET /a", cookie(ALICE))
        await scene.visit("GET /b", cookie(ALICE))
    assert len(store.reads) == MOST_READS
    scene.clock.advance(1)
    await scene.visit("GET /b", cookie(ALICE))
    assert len(store.reads) == MOST_READS + 1
