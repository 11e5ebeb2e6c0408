"""The bridge folds what is new, wakes once for many events, and stops."""

from __future__ import annotations

import asyncio

from devserver.core.commands import RotateKeys
from inspector.model.state import State
from inspector.ui.bridge import EVERY, Bridge
from tests.inspector.sample import NOW, ListFeed, login, sample_events, server


async def test_what_is_there_is_taken_at_the_start() -> None:
    states: list[State] = []
    bridge = Bridge(ListFeed(sample_events()), states.append)
    bridge.start()
    assert list(states[-1].order) == ["alice", "bob", "carol", "dave"]
    bridge.stop()


async def test_a_thousand_events_are_one_redraw() -> None:
    states: list[State] = []
    feed = ListFeed([server()])
    bridge = Bridge(feed, states.append)
    bridge.start()
    for number in range(100):
        for event in login("a", NOW, number, "lab:a"):
            feed.journal.publish(event)
    await asyncio.sleep(EVERY * 2)
    assert len(states) == 2
    assert states[-1].timeline[-1].seq == feed.journal.last
    bridge.stop()


async def test_after_the_stop_nothing_is_drawn() -> None:
    states: list[State] = []
    feed = ListFeed()
    bridge = Bridge(feed, states.append)
    bridge.start()
    feed.journal.publish(server())
    bridge.stop()
    bridge.stop()
    feed.journal.publish(server())
    await asyncio.sleep(EVERY * 2)
    assert len(states) == 1


async def test_commands_go_to_the_feed() -> None:
    feed = ListFeed()
    bridge = Bridge(feed, lambda state: None)
    assert (await bridge.send(RotateKeys())).is_ok
    assert (feed.sent, bridge.now()) == ([RotateKeys()], NOW)
