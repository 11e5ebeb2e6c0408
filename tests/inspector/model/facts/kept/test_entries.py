"""The store of entries: the newest are objects, older ones are bytes."""

from __future__ import annotations

from session_inspector.inspector.model.facts.kept.entries import (
    CUT,
    NEWEST,
    PART,
    SIZE,
    EntryStore,
)


def test_all_but_the_newest_blocks_are_packed() -> None:
    store = EntryStore()
    store.add_all([str(n)] for n in range((NEWEST + 3) * SIZE))
    packed = [block for block in store.blocks if block.entries is None]
    assert (len(store.blocks), len(packed)) == (NEWEST + 3, 3)
    assert store.open(store.blocks[1])[0] == [str(SIZE)]


def test_an_old_block_is_packed_a_few_entries_at_a_time_and_is_read_meanwhile() -> None:
    store = EntryStore()
    store.add_all([str(n)] for n in range((NEWEST + 1) * SIZE - 1))
    oldest = store.blocks[0]
    is_packed = [oldest.entries is None]
    assert store.open(oldest)[PART - 1] == [str(PART - 1)]
    store.add_all([["last"]])
    is_packed.append(oldest.entries is None)
    assert is_packed == [False, True]
    assert store.open(oldest) == [[str(n)] for n in range(SIZE)]


def test_blocks_are_cut_several_at_once() -> None:
    store = EntryStore()
    store.add_all([n] for n in range(SIZE * 20))
    before = store.blocks
    store.cut(SIZE * CUT - 1)
    assert (store.base, store.blocks is before) == (0, True)
    store.cut(SIZE * CUT)
    assert (store.base, len(store.blocks), len(before)) == (CUT, 20 - CUT, 20)


def test_entries_of_one_turn_are_found_again_and_others_are_added() -> None:
    store = EntryStore()
    first = ["a"]
    second = ["b"]
    assert store.add_all([first, second]) == [0, 1]
    assert store.find_all([["a"], second, first]) == [2, 1, 0]
    assert store.longest == 3
    assert store.add_all([["c"]]) == [3]
    assert store.find_all([first]) == [4], "it is of another turn: stored again"
