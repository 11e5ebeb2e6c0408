"""The revocation list keeps names of sessions, for as long as their cookies could open."""

from __future__ import annotations

from session_inspector.devserver.session.revocation import PREFIX, RevocationList
from tests.devserver.session.session_scene import NOW, session_of
from tests.vectors.sessions import Notebook


async def test_a_name_is_held_after_it_was_added_and_no_other() -> None:
    listed = RevocationList(Notebook({}))
    await listed.add("one", session_of())
    assert await listed.holds("one")
    assert not await listed.holds("two")


async def test_a_row_has_the_session_s_age_and_nothing_else_of_it() -> None:
    store = Notebook({})
    await RevocationList(store).add("one", session_of())
    assert store.data == {PREFIX + "one": {"revoked": "one", "internal": {"createdAt": NOW}}}
