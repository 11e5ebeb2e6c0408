"""A stack: which store it opens, how it is labelled, and what it can revoke."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.core.events.base import Kind
from session_inspector.devserver.core.events.server import NO_STORE
from session_inspector.devserver.lab.stack import open_stack
from tests.devserver.lab.lab_scene import SQLITE, LabScene
from tests.inspector.cli.stores.test_others import GYM, make_gym
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


@pytest.mark.parametrize(("kind", "revocation"), [("stateful", ""), ("stateless", "store")])
async def test_a_table_of_another_app_is_neither_written_nor_pruned(
    tmp_path: Path, kind: Kind, revocation: str
) -> None:
    gym = tmp_path / "gym.db"
    make_gym(gym, "TEXT", GYM)
    before = gym.read_bytes()
    site = LabScene(kind=kind, revocation=revocation).site
    with pytest.raises(InputError, match="are no sessions of nextjs-auth0: of 1 that were read"):
        await open_stack(site, kind, f"sqlite://{gym}")
    assert gym.read_bytes() == before
    app = tmp_path / "app.db"
    make_gym(app, "TEXT")
    stack = await open_stack(site, kind, f"sqlite://{app}")
    with sqlite3.connect(app) as db:
        db.execute("INSERT INTO sessions VALUES ('1', ?, 1000000000)", [GYM])
    db.close()
    with pytest.raises(InputError, match="the rows in this store are no sessions"):
        await stack.admin.prune(is_dry=False, cause="c1")
    await stack.close()


async def test_sessions_are_sealed_in_the_store_when_that_is_asked_for() -> None:
    scene = LabScene()
    site = replace(scene.site, settings=replace(scene.site.settings, encrypt=True))
    stack = await open_stack(site, "stateful", SQLITE)
    assert stack.store is not None
    assert stack.store.layout.endswith("sealed with the session secret")
    await stack.close()
