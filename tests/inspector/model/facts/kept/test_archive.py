"""The archive: what is in it is found as it was at each number of steps."""

from __future__ import annotations

import pytest

from session_inspector.inspector.model.facts.kept import archive
from session_inspector.inspector.model.facts.kept.archive import Archive


def test_a_session_is_found_as_it_was() -> None:
    kept = Archive()
    kept.add({"a": 1, "b": 2})
    kept.add({"a": 3})
    kept.add({"b": None})
    assert [kept.find("a", total) for total in range(4)] == [None, 1, 3, 3]
    assert [kept.find("b", total) for total in range(4)] == [None, 2, 2, None]
    assert [sorted(kept.list_names(total)) for total in (1, 2, 3)] == [
        ["a", "b"],
        ["a", "b"],
        ["a"],
    ]
    assert kept.find("c", 3) is None


def test_a_fork_goes_on_by_itself() -> None:
    kept = Archive()
    kept.add({"a": 1})
    kept.add({"a": 2, "b": 2})
    forked = kept.fork(1)
    forked.add({"c": 3})
    assert [forked.find(name, 2) for name in "abc"] == [1, None, 3]
    assert [kept.find(name, 2) for name in "abc"] == [2, 2, None]
    assert list(kept.fork(0).list_names(9)) == []


def test_a_forgotten_session_leaves_nothing_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "LAG", 0)
    kept = Archive()
    kept.add({"a": 1, "b": 1})
    kept.add({"a": None})
    assert list(kept._places) == ["b"]
