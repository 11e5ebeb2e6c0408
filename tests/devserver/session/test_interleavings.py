"""A seeded scheduler interleaves touch, refresh, logout and revoke of one session at every await.

No order may let a destroyed session live again. With the guard taken out (a store whose update is
an upsert) an order that does is found within a few seeds: the test can fail.
"""

from __future__ import annotations

import random
from collections.abc import Coroutine, Generator
from types import coroutine

import pytest

from session_inspector.devserver.cookies.jar import Jars, RequestJar
from session_inspector.devserver.cookies.sealed import KeyRing
from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.session.carrier import CarrierSetup
from session_inspector.devserver.session.engine import SessionEngine
from session_inspector.devserver.session.policy import Policy
from session_inspector.devserver.session.revocation import RevocationList
from session_inspector.devserver.session.stateful import StatefulCarrier
from session_inspector.devserver.session.stateless import StatelessCarrier
from session_inspector.devserver.stores.base import Record, SessionId
from session_inspector.devserver.stores.memory import MemoryStore
from tests.vectors.sessions import Notebook

SEEDS = 300
RING = KeyRing(["a-session-secret-of-32-bytes-or-more"])
SESSION: JsonObject = {
    "user": {"sub": "u"},
    "tokenSet": {"accessToken": "old"},
    "internal": {"sid": "s", "createdAt": 1_760_000_000},
}


@coroutine
def switch() -> Generator[None, None, None]:
    """A point at which the scheduler may run somebody else."""
    yield


class SwitchingStore:
    """A dict with a switch before and after each operation; `update` itself is atomic."""

    def __init__(self, *, is_guarded: bool) -> None:
        self.rows: dict[str, JsonObject] = {}
        self._is_guarded = is_guarded

    async def get(self, key: str) -> JsonObject | None:
        await switch()
        found = self.rows.get(key)
        await switch()
        return found

    async def set(self, key: str, session: JsonObject) -> None:
        await switch()
        self.rows[key] = session
        await switch()

    async def update(self, key: str, session: JsonObject) -> bool:
        await switch()
        is_there = key in self.rows or not self._is_guarded
        if is_there:
            self.rows[key] = session
        await switch()
        return is_there

    async def delete(self, key: str) -> None:
        await switch()
        self.rows.pop(key, None)
        await switch()


def interleave(tasks: list[Coroutine[None, None, object]], seed: int) -> None:
    """Run coroutines to their end, each step by a seeded choice."""
    chance = random.Random(seed)
    while tasks:
        task = chance.choice(tasks)
        try:
            task.send(None)
        except StopIteration:
            tasks.remove(task)


def finish(task: Coroutine[None, None, object]) -> object:
    try:
        while True:
            task.send(None)
    except StopIteration as done:
        return done.value


def jars_of(lines: list[str]) -> Jars:
    pairs = [line.partition(";")[0] for line in lines if "Max-Age=0" not in line]
    return Jars(request=RequestJar.parse("; ".join(pairs)))


async def refresh(engine: SessionEngine, jars: Jars) -> None:
    session = await engine.load(jars)
    await switch()  # the provider answers
    if session is not None:
        fresh: JsonObject = {**session, "tokenSet": {"accessToken": "new"}}
        await engine.save(jars, fresh, reason="refresh")


def lives_again(seed: int, *, is_guarded: bool, end: str) -> bool:
    """Run one order; return whether the session is there after it was destroyed."""
    store = SwitchingStore(is_guarded=is_guarded)
    policy = Policy()
    events = list[Event]()
    carrier = StatefulCarrier(CarrierSetup(ring=RING, policy=policy), store)
    engine = SessionEngine(carrier, policy, ManualClock(), events.append)
    first = Jars()
    finish(engine.save(first, SESSION, reason="login", is_new=True))
    lines = first.response.lines()
    (key,) = store.rows
    ending = (
        engine.destroy(jars_of(lines), reason="logout") if end == "logout" else store.delete(key)
    )
    interleave(
        [
            engine.touch(jars_of(lines)),
            refresh(engine, jars_of(lines)),
            engine.touch(jars_of(lines)),
            ending,
        ],
        seed,
    )
    return bool(store.rows)


@pytest.mark.parametrize("end", ["logout", "revoke"])
def test_no_order_lets_a_destroyed_session_live_again(end: str) -> None:
    assert not any(lives_again(seed, is_guarded=True, end=end) for seed in range(SEEDS))


@pytest.mark.parametrize("end", ["logout", "revoke"])
def test_without_the_guard_such_an_order_is_found(end: str) -> None:
    assert any(lives_again(seed, is_guarded=False, end=end) for seed in range(SEEDS))


async def stateless(revocation: bool) -> tuple[SessionEngine, list[str], list[Event]]:
    clock = ManualClock()
    events = list[Event]()
    policy = Policy()
    engine = SessionEngine(
        StatelessCarrier(CarrierSetup(ring=RING)),
        policy,
        clock,
        events.append,
        revocation=RevocationList(Notebook({})) if revocation else None,
    )
    jars = Jars()
    await engine.save(jars, SESSION, reason="login", is_new=True)
    return engine, jars.response.lines(), events


async def test_a_stateless_session_rises_again_and_the_journal_says_so() -> None:
    engine, lines, events = await stateless(revocation=False)
    late = jars_of(lines)
    session = await engine.load(late)
    assert session is not None
    await engine.destroy(jars_of(lines), reason="logout", cause="x9")
    assert await engine.save(late, session, reason="roll", cause="x8")
    risen = [event for event in events if type(event).__name__ == "SessionResurrected"]
    assert [(getattr(e, "cause", ""), getattr(e, "destroyed_by", "")) for e in risen] == [
        ("x8", "x9")
    ]


async def test_with_a_revocation_list_it_stays_dead() -> None:
    engine, lines, events = await stateless(revocation=True)
    late = jars_of(lines)
    session = await engine.load(late)
    assert session is not None
    await engine.destroy(jars_of(lines), reason="logout")
    assert not await engine.save(late, session, reason="roll")
    assert await engine.load(jars_of(lines)) is None
    names = [type(event).__name__ for event in events]
    assert "SessionResurrected" not in names
    assert names[-1] == "SessionRefused"


async def test_the_memory_store_s_update_is_the_guard() -> None:
    store = MemoryStore(ManualClock())
    assert not await store.update(SessionId("a"), Record(data=SESSION))
