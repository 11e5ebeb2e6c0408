"""An alarm stands for itself, or is counted with those of its group."""

from __future__ import annotations

from session_inspector.devserver.core.events.server import ClockMoved
from session_inspector.inspector.model.facts.alarms import AlarmMemory
from session_inspector.inspector.model.fold.raising import KEPT, is_raised, raise_alarm, retell
from session_inspector.inspector.model.words.explanations import AlarmKind

KIND: AlarmKind = "cookie too large"


def event(seq: int) -> ClockMoved:
    return ClockMoved(seq=seq, at=float(seq), session="s", by=1, offset=1)


def test_an_alarm_has_the_place_of_its_event() -> None:
    (alarm,) = raise_alarm(AlarmMemory(), event(3), KIND, "text").raised
    assert (alarm.kind, alarm.at, alarm.seq, alarm.session, alarm.text) == (
        KIND,
        3.0,
        3,
        "s",
        "text",
    )
    (other,) = raise_alarm(AlarmMemory(), event(3), KIND, "text", session="other").raised
    assert other.session == "other"


def test_alarms_of_a_group_are_counted_and_have_the_last_text() -> None:
    memory = AlarmMemory()
    for seq in range(1, 4):
        memory = raise_alarm(memory, event(seq), KIND, f"text {seq}", group="a")
    memory = raise_alarm(memory, event(4), KIND, "other", group="b")
    memory = raise_alarm(memory, event(5), "header too large", "kind", group="a")
    found = [(alarm.text, alarm.count, alarm.seq) for alarm in memory.raised]
    assert found == [("text 3", 3, 1), ("other", 1, 4), ("kind", 1, 5)]


def test_without_a_group_each_stands_for_itself() -> None:
    memory = raise_alarm(AlarmMemory(), event(1), KIND, "text")
    assert len(raise_alarm(memory, event(2), KIND, "text").raised) == 2


def test_the_oldest_go_when_there_are_too_many() -> None:
    memory = AlarmMemory()
    for seq in range(KEPT + 2):
        memory = raise_alarm(memory, event(seq), KIND, "text")
    assert [memory.raised[0].seq, len(memory.raised)] == [2, KEPT]


def test_what_is_known_better_is_told_in_other_words_and_not_counted() -> None:
    memory = raise_alarm(AlarmMemory(), event(1), KIND, "text", group="a")
    memory = raise_alarm(memory, event(2), KIND, "other", group="b")
    memory = retell(memory, KIND, "a", "better")
    assert [(alarm.text, alarm.count) for alarm in memory.raised] == [("better", 1), ("other", 1)]
    assert is_raised(memory, KIND, "a")
    assert not is_raised(memory, "header too large", "a")
