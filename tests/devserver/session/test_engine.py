"""The engine: which session counts, what a write does to it, and what the journal holds of both."""

from __future__ import annotations

import pytest

from session_inspector.devserver.cookies.jar import Jars
from session_inspector.devserver.core.events.session import (
    SessionDestroyed,
    SessionLoaded,
    SessionRefused,
    SessionResurrected,
    SessionWriteRefused,
    SessionWritten,
)
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.session.facts import session_fingerprint
from session_inspector.devserver.session.policy import Policy
from tests.devserver.session.session_scene import NOW, TOLERANCE, Scene, session_of

KINDS = pytest.mark.parametrize("kind", ["stateless", "stateful"])
SHORT = Policy(inactivity=100, absolute=300)


@KINDS
async def test_what_was_saved_is_loaded(kind: str) -> None:
    scene = Scene(kind)
    await scene.log_in()
    found = await scene.load()
    assert found is not None
    expected: JsonObject = session_of()
    if kind == "stateless":
        expected["exp"] = NOW + 86_400  # the seal's own claim, as in the SDK
    assert found == expected
    assert scene.names() == ["SessionWritten", "SessionLoaded"]


@KINDS
async def test_without_a_cookie_there_is_no_session_and_no_event(kind: str) -> None:
    scene = Scene(kind)
    assert await scene.load() is None
    assert scene.events == []


@KINDS
async def test_a_request_that_reads_twice_reports_once(kind: str) -> None:
    scene = Scene(kind)
    await scene.log_in()
    await scene.load("x1")
    await scene.load("x1")
    await scene.load("x2")
    loaded = [event.cause for event in scene.events if isinstance(event, SessionLoaded)]
    assert loaded == ["x1", "x2"]


@KINDS
async def test_an_idle_session_is_refused_at_the_exact_second(kind: str) -> None:
    scene = Scene(kind, policy=SHORT)
    await scene.log_in()
    scene.clock.advance(100 + TOLERANCE - 1)
    assert await scene.load("early") is not None
    scene.clock.advance(1)
    assert await scene.load("late") is None
    refused = next(event for event in scene.events if isinstance(event, SessionRefused))
    assert (refused.cause, refused.code) == ("late", "inactivity")
    assert refused.reason == "the inactivity clock ran out: 100 s without a request"


@KINDS
async def test_rolling_moves_the_end_but_never_beyond_the_absolute_duration(kind: str) -> None:
    scene = Scene(kind, policy=SHORT)
    await scene.log_in()
    for _ in range(3):
        scene.clock.advance(90)
        assert await scene.touch() is not None
    scene.clock.advance(30 + TOLERANCE - 1)  # 299 s and the tolerance after login
    assert await scene.load("early") is not None
    scene.clock.advance(1)
    assert await scene.load("late") is None
    refused = next(event for event in scene.events if isinstance(event, SessionRefused))
    assert refused.code == "absolute"
    assert refused.reason == "the absolute clock ran out: 300 s after login"


@KINDS
async def test_a_session_whose_absolute_duration_is_over_serves_the_request_that_finds_out(
    kind: str,
) -> None:
    scene = Scene(kind, policy=SHORT)
    await scene.log_in(session_of(created_at=NOW - 299))
    scene.clock.advance(1)
    assert await scene.touch() is not None


@KINDS
async def test_without_rolling_a_touch_writes_nothing(kind: str) -> None:
    scene = Scene(kind, policy=Policy(rolling=False))
    await scene.log_in()
    jars = scene.browser.request()
    found = await scene.engine.touch(jars)
    assert found is not None
    assert jars.response.lines() == []
    assert scene.names() == ["SessionWritten", "SessionLoaded"]


async def test_a_login_replaces_the_session_it_came_with_and_takes_a_new_id() -> None:
    scene = Scene("stateful")
    await scene.log_in()
    (old,) = scene.store.data
    await scene.log_in(session_of("v"), cause="again")
    (new,) = scene.store.data
    assert old != new
    destroyed = next(event for event in scene.events if isinstance(event, SessionDestroyed))
    assert destroyed.session == session_fingerprint("stateful", {}, old)
    assert (destroyed.reason, destroyed.cause) == ("replaced", "again")
    written = [event for event in scene.events if isinstance(event, SessionWritten)][-1]
    assert written.previous == destroyed.session
    assert written.session == session_fingerprint("stateful", {}, new)


async def test_a_stateless_login_replaces_the_session_it_came_with() -> None:
    scene = Scene("stateless")
    await scene.log_in(session_of(sid="one"))
    await scene.log_in(session_of(sid="two"))
    assert scene.names() == ["SessionWritten", "SessionDestroyed", "SessionWritten"]
    assert isinstance(scene.events[0], SessionWritten)
    assert isinstance(scene.events[2], SessionWritten)
    assert scene.events[2].previous == scene.events[0].session


async def test_a_stateless_login_of_the_same_provider_session_replaces_nothing() -> None:
    scene = Scene("stateless")
    await scene.log_in()
    await scene.log_in()
    assert scene.names() == ["SessionWritten", "SessionWritten"]


@pytest.mark.parametrize("updates", [False, True])
async def test_a_late_write_after_a_destroy_is_refused(updates: bool) -> None:
    scene = Scene("stateful", updates=updates)
    await scene.log_in()
    late = scene.browser.request()
    session = await scene.engine.load(late)
    assert session is not None
    await scene.engine.destroy(scene.browser.request(), reason="logout", cause="x1")
    is_saved = await scene.engine.save(late, session, reason="refresh", cause="x2")
    assert (is_saved, late.response.lines(), scene.store.data) == (False, [], {})
    refused = next(event for event in scene.events if isinstance(event, SessionWriteRefused))
    assert refused.cause == "x2"
    assert refused.reason == "it had been destroyed meanwhile; it stays destroyed"


async def test_a_session_that_ends_between_read_and_roll_serves_its_request_unwritten() -> None:
    scene = Scene("stateful", updates=True)
    await scene.log_in()
    read = scene.store.get

    async def read_and_lose(key: str) -> JsonObject | None:
        found = await read(key)
        scene.store.data.clear()
        return found

    scene.store.get = read_and_lose  # type: ignore[method-assign]  # another process logs out
    jars = scene.browser.request()
    assert await scene.engine.touch(jars, cause="x2") == session_of()
    assert jars.response.lines() == []
    assert scene.names() == ["SessionWritten", "SessionLoaded", "SessionWriteRefused"]


async def test_a_stateless_session_that_is_written_after_its_end_is_a_resurrection() -> None:
    scene = Scene("stateless")
    await scene.log_in()
    late = scene.browser.request()
    session = await scene.engine.load(late)
    assert session is not None
    await scene.engine.destroy(scene.browser.request(), reason="logout", cause="x1")
    assert await scene.engine.save(late, session, reason="refresh", cause="x2")
    risen = next(event for event in scene.events if isinstance(event, SessionResurrected))
    assert (risen.cause, risen.destroyed_by, risen.destroyed_at) == ("x2", "x1", NOW)


@pytest.mark.parametrize("is_revocable", [False, True])
async def test_a_roll_that_is_sent_after_the_end_is_a_resurrection(is_revocable: bool) -> None:
    scene = Scene("stateless", is_revocable=is_revocable)
    await scene.log_in()
    late = scene.browser.request()
    await scene.engine.touch(late, cause="x9")
    await scene.engine.destroy(scene.browser.request(), reason="logout", cause="x10")
    scene.engine.note_sent(late, "x9")
    causes = [one.cause for one in scene.events if isinstance(one, SessionResurrected)]
    assert causes == ["x9"] * (not is_revocable)


async def test_the_revocation_list_refuses_loads_and_late_writes() -> None:
    scene = Scene("stateless", is_revocable=True)
    await scene.log_in()
    late = scene.browser.request()
    session = await scene.engine.load(late)
    assert session is not None
    await scene.engine.destroy(scene.browser.request(), reason="logout")
    assert not await scene.engine.save(late, session, reason="refresh")
    assert await scene.load() is None
    refused = [event for event in scene.events if isinstance(event, SessionRefused)][-1]
    assert (refused.code, refused.reason) == ("revoked", "it is on the revocation list")


async def test_a_login_is_not_stopped_by_the_revocation_list() -> None:
    scene = Scene("stateless", is_revocable=True)
    await scene.log_in()
    await scene.engine.destroy(scene.browser.request(), reason="logout")
    await scene.log_in(session_of(created_at=NOW + 1, sid="another"))
    assert await scene.load() is not None


async def test_a_stateless_session_is_revoked_by_name() -> None:
    scene = Scene("stateless", is_revocable=True)
    await scene.log_in()
    name = session_fingerprint("stateless", session_of(), "")
    assert await scene.engine.revoke_stateless(name, "c1")
    assert await scene.load() is None
    assert not await scene.engine.revoke_stateless("nobody", "c2")


async def test_without_a_list_a_stateless_session_cannot_be_revoked() -> None:
    scene = Scene("stateless")
    await scene.log_in()
    name = session_fingerprint("stateless", session_of(), "")
    assert not await scene.engine.revoke_stateless(name, "c1")


@KINDS
async def test_destroy_deletes_the_cookies_and_reports_the_end_once(kind: str) -> None:
    scene = Scene(kind)
    await scene.log_in()
    jars = scene.browser.request()
    await scene.engine.destroy(jars, reason="logout", cause="x1", detail="why")
    scene.browser.receive(jars)
    assert scene.browser.cookies == {}
    destroyed = [event for event in scene.events if isinstance(event, SessionDestroyed)]
    assert [(e.at, e.cause, e.reason, e.detail) for e in destroyed] == [
        (NOW, "x1", "logout", "why")
    ]


@KINDS
async def test_destroying_no_session_reports_nothing(kind: str) -> None:
    scene = Scene(kind)
    await scene.engine.destroy(Jars(), reason="logout")
    assert scene.events == []


async def test_only_the_row_is_deleted_when_cookies_must_stay() -> None:
    scene = Scene("stateful")
    await scene.log_in()
    jars = scene.browser.request()
    await scene.engine.destroy_stored(jars, reason="ceiling", cause="x1")
    assert (scene.store.data, jars.response.lines()) == ({}, [])
    assert [event.reason for event in scene.events if isinstance(event, SessionDestroyed)] == [
        "ceiling"
    ]


async def test_each_session_that_a_logout_token_ends_is_reported() -> None:
    class Ending:
        async def delete_by_logout_token(
            self, *, sub: str | None, sid: str | None, iss: str | None
        ) -> list[str]:
            return ["k1", "k2"]

    scene = Scene("stateful")
    await scene.engine.delete_by_logout_token(Ending(), sub="u", sid=None, iss="i", cause="x1")
    names = [event.session for event in scene.events if isinstance(event, SessionDestroyed)]
    assert names == [session_fingerprint("stateful", {}, key) for key in ("k1", "k2")]


async def test_a_session_put_back_on_purpose_is_no_resurrection() -> None:
    scene = Scene("stateful")
    await scene.log_in()
    (key,) = scene.store.data
    name = session_fingerprint("stateful", {}, key)
    scene.engine.forget(name, "revoked", "c1")
    scene.engine.revive(name, session_of(), key, "c2")
    await scene.touch()
    assert "SessionResurrected" not in scene.names()
    written = [event for event in scene.events if isinstance(event, SessionWritten)]
    assert [(event.reason, event.cause) for event in written][1] == ("update", "c2")


async def test_a_session_put_back_has_the_end_of_its_row_and_no_longer_one() -> None:
    scene = Scene("stateful")
    await scene.log_in()
    (key,) = scene.store.data
    name = session_fingerprint("stateful", {}, key)
    ends = NOW + 500
    scene.clock.advance(100)
    scene.engine.revive(name, session_of(), key, "c2", ends)
    written = [event for event in scene.events if isinstance(event, SessionWritten)][-1]
    found = {timer.name: timer.ends for timer in written.facts.timers}
    assert (found["store"], found["inactivity"]) == (ends, ends)
