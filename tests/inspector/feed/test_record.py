"""A recording has every event, masked, for its owner only; played back it shows the same."""

from __future__ import annotations

import errno
import os
import stat
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from session_inspector.devserver.core.commands import RotateKeys
from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.core.events.server import WatchFailed
from session_inspector.devserver.core.events.union import Event
from session_inspector.devserver.core.journal import Journal
from session_inspector.devserver.core.wire import event_to_json
from session_inspector.inspector.feed.base import Stepped
from session_inspector.inspector.feed.record import Recorder
from session_inspector.inspector.feed.replay import AT_ONCE, ReplayFeed
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.fold.update import fold
from session_inspector.inspector.model.views.timeline import timeline_rows
from tests.inspector.busy import busy_events
from tests.inspector.sample import JWT, NOW, SEALED, login, server
from tests.waiting import eventually


def recorded(path: Path, events: list[Event], capacity: int = 10_000) -> Recorder:
    journal = Journal(capacity)
    recorder = Recorder(journal, str(path))
    for event in events:
        journal.publish(event)
    recorder.close()
    return recorder


def test_nothing_is_lost_and_nothing_is_in_clear(tmp_path: Path) -> None:
    path = tmp_path / "tape.jsonl"
    events = busy_events()
    recorder = recorded(path, events)
    text = path.read_text()
    assert (len(text.splitlines()), recorder.count, recorder.dropped) == (
        len(events),
        len(events),
        0,
    )
    assert SEALED not in text
    assert JWT not in text
    assert "v1.sid-" not in text
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "LOST" not in recorder.summary()
    assert recorder.summary().endswith(f"Watch: session-inspector replay {path}")


def test_a_replay_shows_the_same(tmp_path: Path) -> None:
    path = tmp_path / "tape.jsonl"
    journal = Journal()
    for event in busy_events():
        journal.publish(event)
    recorder = Recorder(journal, str(path))
    recorder.close()
    feed = ReplayFeed(str(path))
    live, played = (fold(State(), found.since(0)[0]) for found in (journal, feed))
    assert timeline_rows(played) == timeline_rows(live) or [
        (row.clock, row.title, row.detail, row.cause) for row in timeline_rows(played)
    ] == [(row.clock, row.title, row.detail, row.cause) for row in timeline_rows(live)]
    assert list(played.order) == list(live.order)
    assert [alarm.text for alarm in played.alarms.raised] == [a.text for a in live.alarms.raised]
    assert feed.now() == NOW


def test_what_the_ring_drops_is_counted_in_the_file(tmp_path: Path) -> None:
    """The journal was full before the recorder could look."""
    path = tmp_path / "tape.jsonl"
    journal = Journal(capacity=5)
    for event in login("a", NOW, 1, "lab:a"):
        journal.publish(event)
    lost = journal.last - 5
    recorder = Recorder(journal, str(path))
    recorder.close()
    assert path.read_text().splitlines()[0] == f'{{"lost": {lost}}}'
    assert f"{lost} LOST" in recorder.summary()
    events, dropped = ReplayFeed(str(path)).since(0)
    assert (len(events), dropped) == (5, lost)


def test_a_recording_is_gone_through_forward_and_back(tmp_path: Path) -> None:
    path = tmp_path / "tape.jsonl"
    events = [server(NOW - 10), *login("a", NOW, 1, "lab:a")]
    recorded(path, events)
    feed = ReplayFeed(str(path))
    assert isinstance(feed, Stepped)
    assert feed.place == (len(events), len(events))
    feed.step(-1)
    assert len(feed.since(0)[0]) == len(events) - 1
    feed.step(-1000)
    assert (feed.place, feed.now()) == ((1, len(events)), NOW - 10)
    feed.step(1000)
    assert feed.place[0] == len(events)
    assert feed.since(events[-1].seq or len(events))[0] == []


async def test_nothing_can_be_changed_in_a_recording(tmp_path: Path) -> None:
    path = tmp_path / "tape.jsonl"
    recorded(path, [server()])
    feed = ReplayFeed(str(path))
    reply = await feed.send(RotateKeys())
    assert (reply.is_ok, "recording" in reply.message) == (False, True)
    feed.on_change(lambda: None)()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "has no events"),
        ("{}\n", "line 1"),
        ('{"lost": 4}\n', "has no events"),
        ("\xff\xfe", "line 1"),
        ("[]", "line 1"),
    ],
)
def test_a_file_that_is_no_recording_is_one_line(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "tape.jsonl"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(InputError, match=said):
        ReplayFeed(str(path))


def test_files_that_cannot_be_opened_are_one_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        ReplayFeed(str(tmp_path / "none"))
    with pytest.raises(InputError, match="cannot be written"):
        Recorder(Journal(), str(tmp_path / "no" / "folder"))


def lines(count: int) -> list[str]:
    """Return a recording of so many events."""
    event = event_to_json(replace(server(NOW), seq=1))
    return [event.replace('"seq":1', f'"seq":{number}') for number in range(1, count + 1)]


def test_the_beginning_of_a_long_recording_is_there_at_once_and_the_rest_follows(
    tmp_path: Path,
) -> None:
    path = tmp_path / "tape.jsonl"
    total = AT_ONCE * 2 + 7
    path.write_text("\n".join([*lines(total), '{"lost": 3}']))
    feed = ReplayFeed(str(path))
    assert feed.place == (AT_ONCE, AT_ONCE)
    is_all = threading.Event()
    stop = feed.on_change(lambda: is_all.set() if feed.place[1] == total else None)
    assert is_all.wait(30)
    assert feed._thread is not None
    feed._thread.join(30)
    first, lost = feed.since(0)
    assert ([event.seq for event in first], lost) == (list(range(1, total + 1)), 3)
    assert feed.since(total - 2) == (first[-2:], 0)
    stop()
    feed.close()


def test_where_a_person_has_gone_back_to_stays_while_the_rest_is_read(tmp_path: Path) -> None:
    path = tmp_path / "tape.jsonl"
    path.write_text("\n".join(lines(AT_ONCE + 10)))
    feed = ReplayFeed(str(path))
    feed.step(-5)
    feed.on_change(lambda: None)
    assert feed._thread is not None
    feed._thread.join(30)
    assert feed.place == (AT_ONCE - 5, AT_ONCE + 10)
    feed.step(15)
    assert feed.place == (AT_ONCE + 10, AT_ONCE + 10)


def test_a_late_line_that_is_no_event_ends_the_replay_with_its_number(tmp_path: Path) -> None:
    path = tmp_path / "tape.jsonl"
    path.write_text("\n".join([*lines(AT_ONCE + 10), "{}", *lines(1)]))
    feed = ReplayFeed(str(path))
    has_failed = threading.Event()
    feed.when_failed = has_failed.set
    feed.on_change(lambda: None)
    assert has_failed.wait(30)
    with pytest.raises(InputError, match=f"line {AT_ONCE + 11} of .*tape.jsonl is no event"):
        feed.close()


def test_two_recordings_in_one_file_are_numbered_on(tmp_path: Path) -> None:
    path = tmp_path / "tape.jsonl"
    path.write_text("\n".join([*lines(3), *lines(3)]))
    events, _ = ReplayFeed(str(path)).since(0)
    assert [event.seq for event in events] == [1, 2, 3, 4, 5, 6]


def test_a_recording_that_ends_within_an_event_is_shown_up_to_there(tmp_path: Path) -> None:
    path = tmp_path / "tape.jsonl"
    whole = "\n".join(lines(4))
    path.write_text(whole[:-10])
    feed = ReplayFeed(str(path))
    assert (feed.place, feed.note) == (
        (3, 3),
        f"{path} ends within event 4: it is shown up to there",
    )
    feed.close()


def test_a_recording_that_ends_within_a_letter_is_shown_up_to_there(tmp_path: Path) -> None:
    path = tmp_path / "tape.jsonl"
    path.write_bytes("\n".join(lines(3)).encode() + b'\n{"type":"\xc3')
    feed = ReplayFeed(str(path))
    assert (feed.place, bool(feed.note)) == ((3, 3), True)


def test_a_line_that_is_no_event_and_has_its_end_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "tape.jsonl"
    path.write_text("\n".join([*lines(2), "{}\n"]))
    with pytest.raises(InputError, match="line 3 of"):
        ReplayFeed(str(path))


class Disk:
    """A disk with so much room, written by halves as a real one may be."""

    def __init__(self, room: int) -> None:
        self.room = room

    def write(self, handle: int, data: bytes) -> int:
        left = self.room - os.fstat(handle).st_size
        if left <= 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return os.write(handle, data[: min(left, 300)])


def played(path: Path) -> tuple[int, int]:
    """Return how many events a recording has, and how many it says were lost."""
    events, lost = ReplayFeed(str(path)).since(0)
    return len(events), lost


def test_a_file_that_is_being_recorded_into_is_not_taken_by_another(tmp_path: Path) -> None:
    """The second `--record` had emptied the first one's file, and both said that all was well."""
    path = tmp_path / "same.jsonl"
    journal = Journal()
    first = Recorder(journal, str(path))
    journal.publish(server(1))
    with pytest.raises(InputError, match="is being written by another recording"):
        Recorder(Journal(), str(path))
    first.close()
    assert len(path.read_text().splitlines()) == 1
    Recorder(Journal(), str(path)).close()
    assert path.read_text() == "", "the earlier one has ended: it is replaced, as before"


@pytest.mark.parametrize("room", [0, 1, 700, 5_000, 20_000])
def test_a_full_disk_leaves_whole_lines_and_counts_what_is_missing(
    tmp_path: Path, room: int, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "tape.jsonl"
    journal = Journal()
    for event in busy_events():
        journal.publish(event)
    recorder = Recorder(journal, str(path), write=Disk(room).write)
    recorder.close()
    text = path.read_text()
    assert len(text) <= room
    assert text == "" or text.endswith("\n")
    events = [line for line in text.splitlines() if not line.startswith('{"lost": ')]
    assert len(events) == recorder.count
    assert recorder.count + recorder.unwritten == journal.last
    assert "LOST: No space left on device" in recorder.summary()
    assert capsys.readouterr().err.count("takes no more") == 1
    failed = [event for event in journal.since(0)[0] if isinstance(event, WatchFailed)]
    assert [event.task for event in failed] == ["the recording"]


def test_a_disk_that_has_room_again_gets_what_comes_and_the_number_that_is_missing(
    tmp_path: Path,
) -> None:
    path = tmp_path / "tape.jsonl"
    journal = Journal()
    disk = Disk(3_000)
    recorder = Recorder(journal, str(path), write=disk.write)
    for event in busy_events():
        journal.publish(event)
    eventually(lambda: recorder.unwritten > 0)
    disk.room = 1_000_000
    for event in busy_events():
        journal.publish(event)
    recorder.close()
    assert played(path) == (recorder.count, recorder.unwritten)
    assert recorder.count + recorder.unwritten == journal.last
    assert recorder.count > len(busy_events())
