"""What is said at the end of a recording: what was lost, and how it is watched."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from session_inspector.devserver.core.journal import Journal
from session_inspector.inspector.feed.record import Recorder
from tests.inspector.busy import busy_events
from tests.inspector.feed.test_record import Disk


@pytest.mark.parametrize(
    ("room", "end"),
    [(0, ". Nothing to replay"), (3000, ". Watch the others: session-inspector replay tape.jsonl")],
)
def test_a_replay_is_advised_only_where_there_is_something_to_replay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, room: int, end: str
) -> None:
    monkeypatch.chdir(tmp_path)
    journal = Journal()
    for event in busy_events():
        journal.publish(event)
    recorder = Recorder(journal, "tape.jsonl", write=Disk(room).write)
    recorder.close()
    assert recorder.summary().endswith(f"LOST: No space left on device{end}")


def test_a_recording_without_events_is_none() -> None:
    recorder = Recorder(Journal(), os.devnull)
    recorder.close()
    assert recorder.summary() == "0 events in /dev/null. It is no file: nothing to replay"
