"""The journal numbers, keeps the newest, counts what it dropped, and wakes its readers."""

from __future__ import annotations

import threading

from session_inspector.devserver.core.events.server import ClockMoved, KeysRotated
from session_inspector.devserver.core.journal import Journal


def rotated(kid: str) -> KeysRotated:
    return KeysRotated(at=1.0, kid=kid)


def test_events_are_numbered_from_one_and_pulled_by_number() -> None:
    journal = Journal()
    for kid in "abc":
        journal.publish(rotated(kid))
    events, dropped = journal.since(1)
    assert [(event.seq, dropped) for event in events] == [(2, 0), (3, 0)]


def test_a_reader_that_is_up_to_date_gets_nothing() -> None:
    journal = Journal()
    journal.publish(rotated("a"))
    assert journal.since(1) == ((), 0)
    assert Journal().since(0) == ((), 0)


def test_what_fell_out_of_the_ring_is_counted() -> None:
    journal = Journal(capacity=2)
    for kid in "abcde":
        journal.publish(rotated(kid))
    events, dropped = journal.since(1)
    assert ([event.seq for event in events], dropped) == ([4, 5], 2)


def test_readers_are_woken_until_they_stop() -> None:
    journal = Journal()
    woken = [0]

    def wake() -> None:
        woken[0] += 1

    stop = journal.on_change(wake)
    journal.publish(rotated("a"))
    stop()
    stop()
    journal.publish(ClockMoved(at=2.0, by=1.0, offset=1.0))
    assert woken == [1]
    assert journal.last == 2


def test_threads_never_share_a_number() -> None:
    journal = Journal()

    def publish_many() -> None:
        for _ in range(500):
            journal.publish(rotated("k"))

    threads = [threading.Thread(target=publish_many) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    events, _ = journal.since(0)
    assert [event.seq for event in events] == list(range(1, 2001))


def test_a_reader_that_fails_is_forgotten_and_harms_nobody() -> None:
    journal = Journal()
    woken: list[int] = []

    def fails() -> None:
        raise RuntimeError("its loop has ended")

    journal.on_change(fails)
    journal.on_change(lambda: woken.append(journal.last))
    journal.publish(ClockMoved(at=1, by=1, offset=1))
    journal.publish(ClockMoved(at=1, by=1, offset=1))
    assert woken == [1, 2]
