"""A stack: which store it opens, how it is labelled, and what it can revoke."""

from __future__ import annotations

from dataclasses import replace

import pytest

from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.core.events.server import NO_STORE
from session_inspector.devserver.lab.stack import open_stack
from tests.devserver.lab.lab_scene import SQLITE, LabScene
from tests.servers import free_port


async def test_stateful_sessions_have_a_store_that_is_watched() -> None:
    stack = await open_stack(LabScene().site, "stateful", SQLITE)
    assert (stack.kind, stack.label) == ("stateful", SQLITE)
    assert stack.store is not None
    assert stack.watcher is not None
    await stack.close()


async def test_stateless_sessions_have_none() -> None:
    stack = await open_stack(LabScene(kind="stateless").site, "stateless", SQLITE)
    assert (stack.label, stack.store, stack.watcher) == (NO_STORE, None, None)
    await stack.close()


async def test_a_revocation_list_is_a_store_without_sessions_to_watch() -> None:
    scene = LabScene(kind="stateless", revocation="store")
    stack = await open_stack(scene.site, "stateless", SQLITE)
    assert stack.label == f"{NO_STORE}, revocation list in {SQLITE}"
    assert stack.store is not None
    assert stack.watcher is None
    await stack.close()


async def test_a_store_that_is_given_is_not_opened_again() -> None:
    scene = LabScene()
    first = await open_stack(scene.site, "stateful", SQLITE)
    second = await open_stack(scene.site, "stateful", SQLITE, store=first.store)
    assert second.store is first.store
    await first.close()


async def test_a_store_that_does_not_answer_is_one_line_with_a_fix_and_no_password() -> None:
    url = f"redis://:hunter2@127.0.0.1:{free_port()}"
    with pytest.raises(InputError, match=r"does not answer: .*Fix: start it, or use") as error:
        await open_stack(LabScene().site, "stateful", url)
    assert "hunter2" not in error.value.message


async def test_sessions_are_sealed_in_the_store_when_that_is_asked_for() -> None:
    scene = LabScene()
    site = replace(scene.site, settings=replace(scene.site.settings, encrypt=True))
    stack = await open_stack(site, "stateful", SQLITE)
    assert stack.store is not None
    assert stack.store.layout.endswith("sealed with the session secret")
    await stack.close()
