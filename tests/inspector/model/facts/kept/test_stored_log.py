"""A log over a store is read like any log, also where its entries are packed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from session_inspector.inspector.model.facts.kept import entries, stored_log
from session_inspector.inspector.model.facts.kept.entries import Stores
from session_inspector.inspector.model.facts.kept.stored_log import StoredLog
from session_inspector.inspector.model.facts.logs import Log


@pytest.fixture(autouse=True)
def _small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (entries, stored_log):
        monkeypatch.setattr(module, "SIZE", 7)
    monkeypatch.setattr(entries, "NEWEST", 3)
    monkeypatch.setattr(entries, "CUT", 2)


@settings(max_examples=60)
@given(st.lists(st.lists(st.text(max_size=3), max_size=60), max_size=8), st.integers(1, 90))
def test_it_keeps_the_newest_and_old_views_do_not_change(
    parts: list[list[str]], limit: int
) -> None:
    log: Log[str] = StoredLog(Stores(), is_leading=True, limit=limit)
    views: list[tuple[Log[str], list[str]]] = [(log, [])]
    all_ = list[str]()
    for part in parts:
        all_ = [*all_, *part]
        views.append((views[-1][0].with_items(part), all_[-limit:]))
    for view, expected in views:
        assert list(view) == view[:] == expected
        assert view == Log(expected, limit=limit)
        assert len(view) == len(expected)
        assert [view[n] for n in range(-len(expected), len(expected))] == expected * 2
        assert view[-5:] == expected[-5:]
        assert view[::-2] == expected[::-2]
    assert views[-1][0].total == len(all_)


def test_an_entry_of_two_logs_is_stored_once_and_the_one_that_leads_says_what_is_kept() -> None:
    stores = Stores()
    all_: Log[str] = StoredLog(stores, is_leading=True, limit=20)
    loud: Log[str] = StoredLog(stores, limit=20)
    for number in range(300):
        new = [f"entry {number}", f"quiet {number}"]
        all_ = all_.with_items(new)
        loud = loud.with_items([new[0]])
    assert stores.newest._total == 600
    assert list(all_) == [f"{what} {n}" for n in range(290, 300) for what in ("entry", "quiet")]
    assert list(loud) == [f"entry {n}" for n in range(300 - len(loud), 300)]
    assert len(stores.newest.blocks) < 10


def test_logs_that_began_in_one_place_do_not_see_each_other() -> None:
    stores = Stores()
    begin: Log[str] = StoredLog(stores, is_leading=True)
    first = begin.with_items(["a"] * 50)
    again = begin.with_items(["b"])
    assert list(first.with_items(["c"])) == ["a"] * 50 + ["c"]
    assert list(again.with_items(["d"])) == ["b", "d"]
    assert list(begin) == []


def test_two_logs_that_grew_from_one_are_two_logs() -> None:
    begin: Log[str] = StoredLog(Stores(), is_leading=True)
    base = begin.with_items("ab")
    assert list(base.with_items("cd")) == ["a", "b", "c", "d"]
    assert list(base.with_items("e")) == ["a", "b", "e"]


def test_what_is_equal_and_not_the_same_is_stored_twice() -> None:
    stores = Stores()
    log: Log[list[int]] = StoredLog(stores, is_leading=True)
    log = log.with_items([[1], [1]])
    assert stores.newest._total == 2


def test_an_entry_that_comes_late_does_not_keep_what_was_cut() -> None:
    stores = Stores()
    all_: Log[str] = StoredLog(stores, is_leading=True, limit=20)
    loud: Log[str] = StoredLog(stores, limit=1000)
    for number in range(200):
        new = [f"{number} {what}" for what in "abcd"]
        all_ = all_.with_items(new)
        loud = loud.with_items([f"{number} late", *new[:2]])
        assert len(list(loud)) == len(loud)
    assert list(loud)[-3:] == ["199 late", "199 a", "199 b"]
    assert 3 <= len(loud) < 60
