"""A recording is private, and takes the place of nothing but a recording."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.core.journal import Journal
from session_inspector.devserver.core.wire import event_to_json
from session_inspector.inspector.feed.record import Recorder
from tests.inspector.busy import busy_events


def test_a_file_that_others_could_read_becomes_private(tmp_path: Path) -> None:
    path = tmp_path / "tape.jsonl"
    path.write_text(f"{event_to_json(busy_events()[0])}\n")
    path.chmod(0o644)
    journal = Journal()
    recorder = Recorder(journal, str(path))
    for event in busy_events():
        journal.publish(event)
    recorder.close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(path.read_text().splitlines()) == journal.last


@pytest.mark.parametrize(
    "content", [b"notes\n", b"SQLite format 3\x00\x10", b'{"a":1}\n', b"\xff" * 9]
)
def test_a_file_of_something_else_is_not_overwritten(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "mine"
    path.write_bytes(content)
    path.chmod(0o664)
    with pytest.raises(InputError, match="something else than a recording"):
        Recorder(Journal(10), str(path))
    assert path.read_bytes() == content
    assert path.stat().st_mode & 0o777 == 0o664
