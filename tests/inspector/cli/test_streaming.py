"""Events as lines: all of them, each once, until a signal or until nobody reads."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from session_inspector.devserver.core.events.server import KeysRotated
from session_inspector.devserver.core.journal import Journal
from session_inspector.devserver.core.values import Unsubscribe
from session_inspector.inspector.cli.streaming import stream


@pytest.fixture(autouse=True)
def _handlers_are_put_back() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@dataclass
class Ending:
    """A journal that sends this process a signal when all of it was read."""

    journal: Journal = field(default_factory=Journal)
    number: int = signal.SIGTERM
    listeners: int = 0

    def since(self, seq: int) -> tuple[list[KeysRotated], int]:
        events, dropped = self.journal.since(seq)
        found = [event for event in events if isinstance(event, KeysRotated)]
        if not found:
            os.kill(os.getpid(), self.number)
        return found, dropped

    def on_change(self, wake: Callable[[], None]) -> Unsubscribe:
        self.listeners += 1
        wake()

        def stop() -> None:
            self.listeners -= 1

        return stop


def started(*kids: str, capacity: int = 100) -> Ending:
    source = Ending(Journal(capacity))
    for kid in kids:
        source.journal.publish(KeysRotated(at=1, kid=kid))
    return source


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_each_event_is_one_line_until_a_signal(
    number: int, capsys: pytest.CaptureFixture[str]
) -> None:
    source = started("a", "b")
    source.number = number
    stream(source, lambda: print("first"), as_json=True)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "first"
    assert [json.loads(line)["kid"] for line in lines[1:]] == ["a", "b"]
    assert source.listeners == 0


def test_without_json_only_the_introduction_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    stream(started("a"), lambda: print("first"), as_json=False)
    assert capsys.readouterr().out == "first\n"


def test_what_was_dropped_is_counted_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    stream(started("a", "b", "c", capacity=1), lambda: None, as_json=True)
    out, err = capsys.readouterr()
    assert err == "session-inspector: 2 events were dropped\n"
    assert len(out.splitlines()) == 1
