"""A recording plays by its own clock; silence and travelled time are not waited for."""

from __future__ import annotations

from session_inspector.devserver.core.events.server import KeysRotated
from session_inspector.devserver.core.events.union import Event
from session_inspector.inspector.ui.playback import SPEEDS, Playback


def tape(*moments: float) -> list[Event]:
    return [KeysRotated(at=at, kid="k", seq=number) for number, at in enumerate(moments, 1)]


def test_events_come_when_their_time_has_come() -> None:
    events = tape(0, 1, 2, 2.5)
    playback = Playback()
    playback.start(0.0)
    assert playback.advance(events, 1, 0.9) == 1
    assert playback.advance(events, 1, 0.1) == 2
    assert playback.advance(events, 2, 1.0) == 3
    assert playback.is_playing
    assert playback.advance(events, 3, 1.0) == 4
    assert not playback.is_playing, "at the end it pauses"


def test_faster_is_more_of_the_recording_in_the_same_time() -> None:
    playback = Playback()
    playback.change_speed(2)
    playback.start(0.0)
    assert playback.advance(tape(0, 1, 2, 3, 4, 5), 1, 1.0) == 5
    assert playback.describe() == "▶ 4×"


def test_speed_has_its_ends() -> None:
    playback = Playback()
    playback.change_speed(-99)
    assert playback.speed == SPEEDS[0]
    playback.change_speed(99)
    assert playback.speed == SPEEDS[-1]


def test_ten_seconds_of_silence_are_waited_for_and_no_more() -> None:
    events = tape(0, 3600)
    playback = Playback()
    playback.start(0.0)
    assert playback.advance(events, 1, 9.0) == 1
    assert playback.advance(events, 1, 1.0) == 2
    assert playback.moment == 3600


def test_time_that_was_travelled_back_is_not_waited_for() -> None:
    events = tape(1000, 500, 501)
    playback = Playback()
    playback.start(1000.0)
    assert playback.advance(events, 1, 0.1) == 2
    assert playback.advance(events, 2, 1.0) == 3
