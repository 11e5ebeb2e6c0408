"""The latest change is undone first; of a kind, the latest of that kind."""

from __future__ import annotations

import pytest

from session_inspector.devserver.core.errors import InspectorError
from session_inspector.devserver.stores.undo.undos import MOST, UndoableChange, UndoableKind, Undos


def change(kind: UndoableKind, done: str, refusal: str = "") -> UndoableChange:
    async def restore(cause: str) -> str:
        return refusal

    return UndoableChange(kind=kind, done=done, restore=restore)


async def test_the_latest_is_undone_first_or_the_latest_of_a_kind() -> None:
    undos = Undos()
    for kind, done in (("revoke", "one"), ("cookies", "two"), ("expire", "three")):
        undos.push(change(kind, done))  # type: ignore[arg-type]  # literals
    assert await undos.undo("c1", "revoke") == "one"
    assert await undos.undo("c2") == "three"
    assert await undos.undo("c3") == "two"
    with pytest.raises(InspectorError, match="nothing there"):
        await undos.undo("c4", nothing="nothing there")


async def test_a_refused_undo_is_said_and_not_tried_again() -> None:
    undos = Undos()
    undos.push(change("revoke", "done", "made anew"))
    with pytest.raises(InspectorError, match="made anew"):
        await undos.undo("c1")
    with pytest.raises(InspectorError, match="no change to undo"):
        await undos.undo("c2")


async def test_the_oldest_is_forgotten_when_there_are_too_many() -> None:
    undos = Undos()
    for number in range(MOST + 1):
        undos.push(change("revoke", str(number)))
    done = [await undos.undo("c") for _ in range(MOST)]
    assert (done[0], done[-1]) == (str(MOST), "1")
    undos.push(change("prune", "x"))
    undos.clear()
    with pytest.raises(InspectorError):
        await undos.undo("c")
