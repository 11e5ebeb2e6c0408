"""The stack in use: switched, sealed with other secrets, and its store taken away."""

from __future__ import annotations

import pytest

from session_inspector.devserver.core.commands import Switch
from session_inspector.devserver.core.errors import InputError, InspectorError, StoreUnavailable
from session_inspector.devserver.core.events.server import NO_STORE, CarrierSwitched
from session_inspector.devserver.lab.stacks import Stacks
from tests.devserver.lab.lab_scene import NOW, SQLITE, LabScene


async def test_before_it_is_opened_there_is_no_stack() -> None:
    stacks = Stacks(LabScene().site)
    with pytest.raises(InspectorError, match="has not been opened"):
        stacks.administration()
    await stacks.close()


async def test_a_switch_is_reported_and_the_old_store_stays_open() -> None:
    scene = LabScene()
    stacks = Stacks(scene.site)
    old = await stacks.open()
    message = await stacks.switch(Switch(kind="stateless"), "c1")
    assert message == f"new sessions are stateless, in {NO_STORE}"
    events, _ = scene.journal.since(0)
    switched = [event for event in events if isinstance(event, CarrierSwitched)]
    assert [(e.at, e.cause, e.kind, e.store) for e in switched] == [
        (NOW, "c1", "stateless", NO_STORE)
    ]
    assert stacks.current.store is None
    assert old.store is not None
    assert await old.store.count() == 0
    await stacks.close()


async def test_a_switch_to_a_store_that_cannot_be_had_changes_nothing() -> None:
    stacks = Stacks(LabScene().site)
    before = await stacks.open()
    with pytest.raises(InputError):
        await stacks.switch(Switch(kind="stateful", store="nonsense://x"), "c1")
    assert stacks.current is before
    await stacks.close()


async def test_a_store_that_was_taken_away_answers_nobody_until_it_is_back() -> None:
    stacks = Stacks(LabScene().site)
    await stacks.open()
    assert await stacks.count_rows() == 0
    stacks.take_store_away()
    with pytest.raises(StoreUnavailable):
        await stacks.count_rows()
    stacks.give_store_back()
    assert await stacks.count_rows() == 0
    await stacks.close()


async def test_without_a_store_none_can_be_taken_away() -> None:
    stacks = Stacks(LabScene(kind="stateless").site)
    await stacks.open()
    assert await stacks.count_rows() == 0
    with pytest.raises(InspectorError, match="switch to stateful first"):
        stacks.take_store_away()
    await stacks.close()


async def test_a_list_of_revoked_sessions_is_no_store_of_sessions() -> None:
    stacks = Stacks(LabScene(kind="stateless", revocation="store").site)
    stack = await stacks.open()
    assert stack.label == f"{NO_STORE}, revocation list in {SQLITE}"
    assert stack.store is not None
    assert stack.watcher is None
    await stacks.close()


async def test_other_secrets_are_used_over_the_same_store_and_given_back() -> None:
    stacks = Stacks(LabScene().site)
    own = await stacks.open()
    await stacks.use_secrets(["n" * 32, "s" * 32])
    both = stacks.current
    await stacks.use_secrets(["n" * 32])
    assert own is not both is not stacks.current
    assert own.store is both.store is stacks.current.store
    await stacks.use_secrets([])
    assert stacks.current is own
    await stacks.use_secrets([])
    assert stacks.current is own
    await stacks.close()


async def test_another_carrier_is_lent_for_a_while_and_then_all_is_as_before() -> None:
    scene = LabScene()
    stacks = Stacks(scene.site)
    before = await stacks.open()
    async with stacks.lend("stateless", "c1"):
        assert stacks.current.kind == "stateless"
    assert stacks.current is before
    events, _ = scene.journal.since(0)
    switched = [event for event in events if isinstance(event, CarrierSwitched)]
    assert [(e.cause, e.kind) for e in switched] == [("c1", "stateless"), ("c1", before.kind)]
    async with stacks.lend(before.kind, "c2"):
        assert stacks.current is before
    assert scene.journal.last == events[-1].seq, "nothing was switched"
    await stacks.close()
