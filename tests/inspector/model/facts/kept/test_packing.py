"""What was packed comes back equal, whatever event it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from session_inspector.devserver.core.values import Secret
from session_inspector.inspector.model.facts.kept.packing import (
    MOST_SAMPLES,
    BlockPacker,
    SinglePacker,
    unpack,
)
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.fold.update import fold
from tests.inspector.sample import NOW, sample_events, written
from tests.security.hostile import hostile_events


def pack(values: Sequence[object]) -> bytes:
    packer = BlockPacker()
    packer.add(values)
    return packer.finish()


def test_events_and_sessions_come_back_equal() -> None:
    events = sample_events()
    assert unpack(pack(events)) == events
    known = list(fold(State(), events).sessions.values())
    assert unpack(pack(known)) == known


def test_each_kind_of_event_comes_back_equal() -> None:
    events = hostile_events()
    assert unpack(pack(events)) == events


def test_a_secret_is_at_hand_again_only_where_it_was() -> None:
    at_hand = Secret.of("the text")
    masked = replace(at_hand, _text=None)
    first, second = unpack(pack([at_hand, masked]))
    assert first.reveal() == "the text"
    with pytest.raises(LookupError):
        second.reveal()


def test_a_hundred_sessions_take_little() -> None:
    events = [written(f"s{n}", NOW + n, f"x{n}", who=(f"u{n}", f"user {n}")) for n in range(100)]
    assert len(pack(events)) < 100 * 250


def test_what_is_packed_in_parts_comes_back_as_one_and_takes_no_more() -> None:
    events = [written(f"s{n}", NOW + n, f"x{n}", who=(f"u{n}", f"user {n}")) for n in range(105)]
    packer = BlockPacker()
    for start in range(0, len(events), 10):
        packer.add(events[start : start + 10])
    packed = packer.finish()
    assert unpack(packed) == events
    assert len(packed) < 1.1 * len(pack(events))


def test_single_values_are_packed_by_samples_that_may_change() -> None:
    events = [written(f"s{n}", NOW + n, f"x{n}", who=(f"u{n}", f"user {n}")) for n in range(100)]
    packer = SinglePacker()
    packer.learn(events[:4])
    first = [packer.pack(event) for event in events]
    packer.learn(sample_events()[:2])
    later = [packer.pack(event) for event in events]
    assert [packer.unpack(packed) for packed in (*first, *later)] == events * 2
    assert sum(map(len, first)) < 100 * 250


def test_samples_are_bounded() -> None:
    packer = SinglePacker()
    for number in range(MOST_SAMPLES + 5):
        packer.learn([number])
    assert packer.unpack(packer.pack("x")) == "x"
    assert len(packer._samples) == MOST_SAMPLES
