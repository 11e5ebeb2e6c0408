"""An alarm stands for itself, or is counted with those of its group."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

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
    repeated = [alarm.repeated for alarm in memory.raised]
    assert repeated == [" (seen 3 times; this is the last)", "", ""]
    memory = raise_alarm(memory, event(6), KIND, "other", group="b")
    assert memory.raised[1].repeated == " (seen 2 times)", "in the same words"


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


@given(
    raised=st.lists(
        st.tuples(st.sampled_from("abc"), st.sampled_from(["", "g", "h"]), st.booleans()),
        max_size=40,
    )
)
def test_what_is_counted_is_what_a_walk_over_all_alarms_finds(
    raised: list[tuple[str, str, bool]],
) -> None:
    """Random alarms, and enough to forget the oldest, as they were found by walking."""
    memory = AlarmMemory()
    walked: list[tuple[str, str, str, int]] = []
    for seq, (name, group, is_many) in enumerate(raised):
        for number in range(KEPT // 4 if is_many else 1):
            cause = f"{name}{number}"
            found = ClockMoved(seq=seq, at=0.0, session=name, cause=cause, by=1, offset=1)
            memory = raise_alarm(memory, found, KIND, "text", group=group)
            walked = walk_and_raise(walked, cause, name, group)
    kept = [(alarm.cause, alarm.session, alarm.group, alarm.count) for alarm in memory.raised]
    assert kept == walked
    assert dict(memory.causes) == Counter(cause for cause, *_ in walked)
    assert dict(memory.sessions) == Counter(session for _, session, *_ in walked)
    grouped = {group: at for at, (_, _, group, _) in enumerate(walked) if group}
    places = {group: at - memory.forgotten for (_, group), at in memory.places.items()}
    assert places == grouped


def walk_and_raise(
    walked: list[tuple[str, str, str, int]], cause: str, session: str, group: str
) -> list[tuple[str, str, str, int]]:
    for at, (first, of, known, count) in enumerate(walked):
        if group and known == group:
            return [*walked[:at], (first, of, known, count + 1), *walked[at + 1 :]]
    return [*walked[-KEPT + 1 :], (cause, session, group, 1)]
