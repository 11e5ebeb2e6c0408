"""The map of sessions: persistent, and it knows what has changed."""

from __future__ import annotations

from session_inspector.inspector.model.facts.kept.known_sessions import KnownSessions


def test_it_notes_what_was_set_and_old_maps_stay_what_they_were() -> None:
    first = KnownSessions[int]().set("a", 1).set("b", 2)
    second = first.set("a", 3).delete("b")
    assert (dict(first), dict(second)) == ({"a": 1, "b": 2}, {"a": 3})
    assert (list(first.changed), list(second.changed)) == (["a", "b"], ["a", "b", "a"])
    assert second == KnownSessions[int]().set("a", 3)
