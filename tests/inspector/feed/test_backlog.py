"""What was taken from a feed is not lost, whoever took it."""

from __future__ import annotations

import pytest

from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.journal import Journal
from session_inspector.inspector.feed.backlog import OFTEN, Backlog
from tests.inspector.sample import NOW, ListFeed, server


def waiting(count: int, *, kept: int) -> tuple[Backlog, ListFeed]:
    """Return a backlog that has heard of events, of which the feed keeps so many."""
    feed = ListFeed()
    feed.journal = Journal(kept)
    backlog = Backlog(feed)
    feed.on_change(backlog.note_news)
    for number in range(count):
        feed.journal.publish(server(NOW + number))
    return backlog, feed


def numbers(backlog: Backlog) -> list[int]:
    found: list[Event] = []
    while backlog:
        found.append(backlog.pop())
    return [event.seq for event in found]


def test_who_publishes_takes_events_before_the_feed_drops_them() -> None:
    backlog, _ = waiting(3 * OFTEN + 5, kept=OFTEN)
    backlog.take_new()
    assert backlog.pop_dropped() == 0
    assert numbers(backlog) == list(range(1, 3 * OFTEN + 6))


def test_what_the_feed_has_dropped_is_counted_once() -> None:
    backlog, _ = waiting(10, kept=4)
    backlog.take_new()
    assert [backlog.pop_dropped(), backlog.pop_dropped()] == [6, 0]
    assert numbers(backlog) == [7, 8, 9, 10]


def test_after_a_restart_the_first_event_comes_again() -> None:
    backlog, _ = waiting(3, kept=10)
    backlog.take_new()
    backlog.restart()
    assert len(backlog) == 0
    backlog.take_new()
    assert numbers(backlog) == [1, 2, 3]


def test_what_was_taken_in_another_thread_is_news_all_the_same() -> None:
    backlog, _ = waiting(OFTEN, kept=OFTEN)
    assert (backlog.has_news, len(backlog)) == (True, OFTEN)


def test_what_was_taken_is_no_news() -> None:
    backlog, _ = waiting(1, kept=OFTEN)
    backlog.take_new()
    assert (backlog.has_news, backlog.seq) == (False, 1)


def test_an_empty_one_has_no_next_event() -> None:
    backlog, _ = waiting(0, kept=10)
    with pytest.raises(IndexError):
        backlog.pop()
