"""What is replied to a prune."""

from __future__ import annotations

import pytest

from session_inspector.devserver.core.commands import (
    Reply,
)
from session_inspector.devserver.stores.undo.ongoing import OngoingPrune
from session_inspector.devserver.stores.undo.replies import describe_prune
from session_inspector.devserver.stores.undo.undos import Undos
from tests.devserver.session.administered import Rows


@pytest.mark.parametrize(
    ("count", "is_dry", "message", "rows"),
    [
        (0, True, "no row in the store has expired", 0),
        (1, True, "1 expired row would be deleted; nothing was changed", 1),
        (1234, True, "1,234 expired rows would be deleted; nothing was changed", 1234),
        (0, False, "0 expired rows deleted", 0),
        (1, False, "1 expired row deleted", 1),
    ],
)
def test_a_prune_is_described(count: int, is_dry: bool, message: str, rows: int) -> None:
    reply = describe_prune(done(count, is_dry=is_dry), may_write=True)
    assert reply == Reply(is_ok=True, message=message, rows=rows, at=7.0)


def test_read_only_and_nothing_expired_needs_no_hint() -> None:
    assert describe_prune(done(0, is_dry=True), may_write=False).message == (
        "no row in the store has expired"
    )


def done(count: int, *, is_dry: bool) -> OngoingPrune:
    """Return a prune that has deleted, or counted, some rows."""
    found = OngoingPrune(7.0, Rows().prune(7.0, is_dry=is_dry), Undos(), is_dry=is_dry)
    found.count = count
    return found
