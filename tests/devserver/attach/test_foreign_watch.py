"""Watching foreign rows: what appeared, changed and vanished, and when the store is away."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace

import pytest

from session_inspector.devserver.attach.foreign_watch import (
    JITTER,
    ForeignWatch,
    has_changed,
)
from session_inspector.devserver.attach.layouts import find_layout
from session_inspector.devserver.attach.row_content import ForeignRow, RowContent
from session_inspector.devserver.core.clock import ManualClock
from session_inspector.devserver.core.errors import StoreUnavailable
from session_inspector.devserver.core.events.base import SessionFacts
from session_inspector.devserver.core.events.server import StoreStateChanged
from session_inspector.devserver.core.events.session import SessionSeen, SessionVanished
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.values import Seconds, fingerprint
from session_inspector.devserver.decoders.base import Material
from tests.devserver.attach.raw_store import RawStore, row

NOW = 1_760_000_000.0
COOKIE = SessionFacts(kind="stateful", sub="")


class Scene:
    """A store, and what its watching published."""

    def __init__(self, clock: ManualClock | None = None) -> None:
        self.store = RawStore(known_prefixes=["sess:"])
        self.events: list[Event] = []
        material = Material(cookies={}, now=NOW)
        layout = find_layout("connect-redis")
        self.watch = ForeignWatch(
            self.store.open,
            "redis",
            layout,
            material,
            clock or ManualClock(NOW),
            self.events.append,
        )

    def put(self, key: str, user: str = "u", expires: Seconds | None = None) -> None:
        value = f'{{"cookie":{{}},"user":{{"sub":"{user}"}}}}'
        self.store.content[f"sess:{key}"] = row(f"sess:{key}", value, expires)

    def seen(self) -> list[str]:
        return [event.facts.sub for event in self.events if isinstance(event, SessionSeen)]


async def test_a_row_is_reported_when_it_appears_and_when_it_changes() -> None:
    scene = Scene()
    scene.put("a", "one")
    await scene.watch.look()
    await scene.watch.look()
    assert scene.seen() == ["one"]
    scene.put("a", "two")
    await scene.watch.look()
    assert scene.seen() == ["one", "two"]


async def test_a_changed_row_says_when_it_was_not_so_yet() -> None:
    clock = ManualClock(NOW)
    scene = Scene(clock)
    scene.put("a", "one")
    await scene.watch.look()
    for user in ("two", "three"):
        clock.advance(1)
        await scene.watch.look()
        clock.advance(1)
        scene.put("a", user)
        await scene.watch.look()
    scene.put("b")
    await scene.watch.read_now("b")
    found = [event for event in scene.events if isinstance(event, SessionSeen)]
    assert [(one.at - NOW, one.since and one.since - NOW) for one in found] == [
        (0, 0),
        (2, 1),
        (4, 3),
        (4, 0),
    ]


async def test_of_rows_without_a_beginning_the_one_that_ends_last_is_the_newest() -> None:
    scene = Scene()
    for user, ends in (("late", 900), ("soon", 60), ("mid", 300)):
        scene.put(user, user, NOW + ends)
    scene.put("endless", "endless")
    await scene.watch.look()
    assert scene.seen() == ["endless", "soon", "mid", "late"]


@pytest.mark.parametrize(
    ("expires", "reason"),
    [(NOW + 1, "has expired"), (NOW + 3600, "was deleted"), (None, "was deleted")],
)
async def test_a_row_that_is_gone_has_expired_or_was_deleted(
    expires: Seconds | None, reason: str
) -> None:
    scene = Scene()
    scene.put("a", expires=expires)
    await scene.watch.look()
    scene.store.content.clear()
    await scene.watch.look()
    (event,) = [event for event in scene.events if isinstance(event, SessionVanished)]
    assert (event.session, reason in event.reason) == (fingerprint("a"), True)


@pytest.mark.parametrize("found_by", ["look", "request"])
async def test_a_row_that_is_not_there_after_an_outage_may_have_been_lost_with_the_store(
    found_by: str,
) -> None:
    scene = Scene()
    scene.put("a")
    scene.put("b", expires=NOW + 1)
    scene.put("c")
    await scene.watch.look()
    scene.store.is_away = True
    if found_by == "look":
        with pytest.raises(StoreUnavailable):
            await scene.watch.look()
    else:
        await scene.watch.read_now("z")
    scene.store.is_away = False
    del scene.store.content["sess:a"], scene.store.content["sess:b"]
    await scene.watch.look()
    lost, expired = [event for event in scene.events if isinstance(event, SessionVanished)]
    assert "lost with the store, or deleted meanwhile" in lost.reason
    assert (lost.is_deleted, "has expired" in expired.reason) == (False, True)
    del scene.store.content["sess:c"]
    await scene.watch.look()
    later = [event for event in scene.events if isinstance(event, SessionVanished)][-1]
    assert later.is_deleted, "the store has answered all the time"


async def test_a_store_that_tells_of_no_write_is_not_read_again() -> None:
    scene = Scene()
    scene.put("a", "one")
    scene.store.told_version = "1"
    for _ in range(3):
        await scene.watch.look()
    assert (scene.seen(), scene.store.looks) == (["one"], 1)
    scene.put("a", "two")
    scene.store.told_version = "2"
    for _ in range(3):
        await scene.watch.look()
    assert (scene.seen(), scene.store.looks) == (["one", "two"], 2)


async def test_a_store_that_was_opened_anew_is_read_again() -> None:
    scene = Scene()
    scene.store.told_version = "1"
    await scene.watch.look()
    scene.store.is_away = True
    with pytest.raises(StoreUnavailable):
        await scene.watch.look()
    scene.store.is_away = False
    await scene.watch.look()
    assert scene.store.looks == 2


async def test_the_row_of_a_request_s_id_is_read_at_once() -> None:
    scene = Scene()
    scene.put("a", "one")
    facts = await scene.watch.facts("a", COOKIE)
    assert facts is not None
    assert (facts.sub, scene.seen()) == ("one", ["one"])
    assert await scene.watch.facts("b", COOKIE) is None


async def test_an_id_that_cannot_be_one_is_not_asked_for() -> None:
    scene = Scene()
    assert await scene.watch.facts("a\x00b", COOKIE) is None
    assert scene.store.asked == []


async def test_a_store_that_is_away_has_no_facts_and_raises_nothing() -> None:
    scene = Scene()
    scene.store.is_away = True
    assert await scene.watch.facts("a", COOKIE) is None


async def test_a_row_that_we_removed_is_not_reported_as_vanished() -> None:
    scene = Scene()
    scene.put("a")
    await scene.watch.look()
    scene.store.content.clear()
    scene.watch.forget("a")
    await scene.watch.look()
    assert not [event for event in scene.events if isinstance(event, SessionVanished)]


def foreign(sub: str, expires: Seconds | None) -> ForeignRow:
    content = RowContent(data={"sub": sub})
    return ForeignRow(key="k", content=content, size=1, store_expires=expires)


@pytest.mark.parametrize(
    ("before", "now", "is_changed"),
    [
        (None, foreign("a", None), True),
        (foreign("a", None), foreign("a", None), False),
        (foreign("a", None), foreign("b", None), True),
        (foreign("a", 10), foreign("a", 10 + JITTER), False),
        (foreign("a", 10), foreign("a", 11 + JITTER), True),
        (foreign("a", 10), foreign("a", None), True),
    ],
)
def test_a_ttl_that_is_read_twice_is_the_same_end(
    before: ForeignRow | None, now: ForeignRow, is_changed: bool
) -> None:
    assert has_changed(before, now) is is_changed


async def test_what_lies_among_the_rows_is_named() -> None:
    scene = Scene()
    scene.store.other_types = {"hash": 2}
    with suppress(asyncio.TimeoutError):  # it follows until it is cancelled
        await asyncio.wait_for(scene.watch.follow(), 0.05)
    (event,) = [event for event in scene.events if isinstance(event, StoreStateChanged)]
    assert event.watched_by.endswith("; 2 keys of other types there, no sessions: 2 hash")


async def test_a_request_shows_that_a_row_has_another_name() -> None:
    scene = Scene()
    scene.put("app:a", "one")
    await scene.watch.look()
    assert await scene.watch.facts("a", COOKIE) is not None
    await scene.watch.look()
    (gone,) = [event for event in scene.events if isinstance(event, SessionVanished)]
    reason = f"a request has shown that its row is the one of session {fingerprint('a')}"
    assert (gone.session, gone.reason) == (fingerprint("app:a"), reason)
    assert gone.row_of == fingerprint("a")
    await scene.watch.look()
    assert scene.watch.key_of(fingerprint("a")) == "a"
    assert len(scene.seen()) == 2


async def test_ids_with_the_same_end_are_two_sessions() -> None:
    scene = Scene()
    scene.put("ann.same", "ann")
    scene.put("bob.same", "bob")
    await scene.watch.look()
    await scene.watch.look()
    assert scene.seen() == ["ann", "bob"]


@pytest.mark.parametrize(("offset", "is_over"), [(-90.0, False), (0.0, True)])
async def test_a_row_of_an_app_that_is_behind_lives_by_the_app_s_clock(
    offset: float, is_over: bool
) -> None:
    """express-openid-connect checks `header.exp` by its own clock."""
    scene = Scene()
    value = f'{{"header":{{"exp":{int(NOW) - 30}}},"data":{{"sub":"u"}}}}'
    scene.store.content["sess:a"] = row("sess:a", value, NOW + 500)
    facts = await scene.watch.facts("a", replace(COOKIE, clock_offset=offset))
    assert facts is not None
    (inside,) = [one for one in facts.timers if one.name == "inside"]
    assert (inside.ends, inside.clock_offset) == (NOW - 30 - offset, offset)
    assert scene.watch.reader.is_over(scene.store.content["sess:a"], NOW) is is_over


async def test_a_row_whose_id_a_request_shows_goes_once_where_it_is_gone_at_the_next_look() -> None:
    """An app's own prefix: the logout deletes the row right after its request has brought it."""
    scene = Scene()
    scene.put("own:a", "u")
    scene.put("other", "v")
    await scene.watch.look()
    await scene.watch.facts("a", COOKIE)
    scene.store.content.clear()
    await scene.watch.look()
    vanished = [event for event in scene.events if isinstance(event, SessionVanished)]
    assert [(one.session, one.row_of) for one in vanished] == [
        (fingerprint("own:a"), fingerprint("a")),
        (fingerprint("other"), ""),
        (fingerprint("a"), ""),
    ]
