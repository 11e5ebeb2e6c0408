"""Another user in a row that keeps its id."""

from __future__ import annotations

from dataclasses import replace

import pytest

from session_inspector.devserver.core.events.session import SessionSeen
from tests.devserver.attach.raw_store import row
from tests.devserver.attach.test_foreign_watch import COOKIE, NOW, Scene


@pytest.mark.parametrize(
    ("before", "after", "former"),
    [("bob", "carl", "bob"), ("bob", "bob", ""), ("", "carl", ""), ("bob", "", "")],
    ids=["another", "the same", "a login", "a logout"],
)
async def test_another_user_in_a_row_is_told_and_has_no_login(
    before: str, after: str, former: str
) -> None:
    scene = Scene()
    scene.put("a", before)
    await scene.watch.look()
    await scene.watch.facts("a", replace(COOKIE, login="x1", created_at=NOW))
    scene.put("a", after, NOW + 60)
    await scene.watch.look()
    *_, seen = [event for event in scene.events if isinstance(event, SessionSeen)]
    login = "" if former else "x1"
    assert (seen.taken_from, seen.facts.login) == (former, login)


async def test_another_name_of_one_account_is_no_other_user() -> None:
    """The near miss: who edits a profile."""
    scene = Scene()
    for name in ("Zoe", "Bob"):
        value = f'{{"cookie":{{}},"user":{{"id":1,"name":"{name}"}}}}'
        scene.store.content["sess:a"] = row("sess:a", value, None)
        await scene.watch.look()
    found = [event.taken_from for event in scene.events if isinstance(event, SessionSeen)]
    assert found == ["", ""]
