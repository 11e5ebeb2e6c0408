"""The map of sessions: persistent, bounded in memory, and it knows what has changed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from session_inspector.inspector.model.facts.kept import archive, known_sessions
from session_inspector.inspector.model.facts.kept.known_sessions import KnownSessions
from session_inspector.inspector.model.facts.kept.packing import SinglePacker


@pytest.fixture(autouse=True)
def _small_maps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known_sessions, "YOUNG", 6)
    monkeypatch.setattr(known_sessions, "PORTION", 2)


def test_it_notes_what_was_set_and_old_maps_stay_what_they_were() -> None:
    first = KnownSessions[int]().set("a", 1).set("b", 2)
    second = first.set("a", 3).delete("b")
    assert (dict(first), dict(second)) == ({"a": 1, "b": 2}, {"a": 3})
    assert (list(first.changed), list(second.changed)) == (["a", "b"], ["a", "b", "a"])
    assert second == KnownSessions[int]().set("a", 3)


STEP = st.tuples(st.sampled_from(["set", "set", "set", "delete", "back"]), st.integers(0, 25))


@settings(max_examples=100, deadline=None)
@given(st.lists(STEP, max_size=120))
def test_each_of_all_maps_is_what_a_dictionary_would_be(steps: list[tuple[str, int]]) -> None:
    maps: list[tuple[KnownSessions[int], dict[str, int]]] = [(KnownSessions(), {})]
    for value, (what, number) in enumerate(steps):
        known, expected = maps[-1]
        name = f"s{number}"
        if what == "back":  # another future of an older map
            maps.append(maps[number % len(maps)])
        elif what == "set":
            maps.append((known.set(name, value), {**expected, name: value}))
        elif name in expected:
            rest = {other: value for other, value in expected.items() if other != name}
            maps.append((known.delete(name), rest))
    for known, expected in maps[-40:]:
        assert dict(known) == expected
        assert len(known) == len(expected)
        assert [known.get(f"s{n}") for n in range(26)] == [expected.get(f"s{n}") for n in range(26)]


def test_what_was_not_set_for_a_while_is_archived_and_comes_back_when_it_is() -> None:
    known = KnownSessions[int]()
    for number in range(100):
        known = known.set(f"s{number}", number)
    assert len(known._young) + len(known._old) <= 12
    assert [known[f"s{n}"] for n in range(100)] == list(range(100))
    assert known.set("s3", -3)["s3"] == -3
    assert known["s3"] == 3


def test_a_cold_session_is_opened_once_and_not_to_see_whether_it_is_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    opened: list[bytes] = []
    unpack = SinglePacker.unpack

    def note(packer: SinglePacker, packed: bytes) -> object:
        opened.append(packed)
        return unpack(packer, packed)

    monkeypatch.setattr(SinglePacker, "unpack", note)
    known = KnownSessions[int]()
    for number in range(100):
        known = known.set(f"s{number}", number)
    opened.clear()
    known = known.set("s3", -3)
    assert all(f"s{n}" in known for n in range(100))
    assert ("s100" in known, 3 in known) == (False, False)  # type: ignore[comparison-overlap]
    assert opened == []
    assert [known["s4"], known.get("s4"), known["s4"]] == [4, 4, 4]
    assert len(opened) == 1


def test_a_session_that_is_not_there_cannot_be_deleted() -> None:
    for name in ("nobody", "s1"):
        with pytest.raises(KeyError):
            KnownSessions[int]().set("s1", 1).delete("s1").delete(name)


def test_older_versions_are_dropped_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "LAG", 4)
    known = KnownSessions[int]()
    for turn in range(20):
        for number in range(30):
            known = known.set(f"s{number}", turn)
        known = known.delete(f"s{turn}")
    places = known._archive._places
    assert sum(isinstance(place, tuple) for place in places.values()) <= 5
    assert dict(known) == {f"s{n}": 19 for n in range(30) if n != 19}


def test_a_map_that_begins_again_sees_nothing_of_before() -> None:
    begin = KnownSessions[int]()
    known = begin
    for number in range(100):
        known = known.set(f"s{number}", number)
    again = begin
    for number in range(50, 100):
        again = again.set(f"s{number}", -number)
    assert dict(again) == {f"s{n}": -n for n in range(50, 100)}
    assert dict(known) == {f"s{n}": n for n in range(100)}
    assert dict(begin) == {}
