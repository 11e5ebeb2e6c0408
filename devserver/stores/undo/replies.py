"""What is replied to a prune, and to a part of one."""

from __future__ import annotations

from session_inspector.devserver.core.commands import Reply
from session_inspector.devserver.core.events.server import READ_ONLY
from session_inspector.devserver.stores.undo.ongoing import OngoingPrune


def describe_prune(done: OngoingPrune, *, may_write: bool) -> Reply:
    """Return the reply to a prune that has deleted, or only counted, all there was."""
    rows = _count_rows(done.count, "expired row")
    if not done.is_dry:
        return Reply(is_ok=True, message=f"{rows} deleted", rows=done.count, at=done.at)
    if not done.count:
        return Reply(is_ok=True, message="no row in the store has expired", at=done.at)
    if not may_write:
        return Reply(is_ok=True, message=f"{rows} in the store; {READ_ONLY}", at=done.at)
    message = f"{rows} would be deleted; nothing was changed"
    return Reply(is_ok=True, message=message, rows=done.count, at=done.at)


def describe_portion(ongoing: OngoingPrune) -> Reply:
    """Return the reply to a part of a prune that is not done yet."""
    done = "counted" if ongoing.is_dry else "deleted"
    message = f"{_count_rows(ongoing.count, 'expired row')} {done} so far"
    if ongoing.looked >= ongoing.count > 0 or not ongoing.count:
        message += f" · {_count_rows(ongoing.looked, 'row')} read"
    return Reply(is_ok=True, message=message, rows=ongoing.count, at=ongoing.at, has_more=True)


def describe_stopped(ongoing: OngoingPrune) -> Reply:
    """Return the reply to the end of a prune before it was done."""
    if ongoing.is_dry:
        message = "counting was stopped; nothing was changed"
        return Reply(is_ok=True, message=message, at=ongoing.at)
    rows = _count_rows(ongoing.count, "expired row")
    message = f"{rows} deleted, then it was stopped: the others are still there"
    return Reply(is_ok=True, message=message, rows=ongoing.count, at=ongoing.at)


def _count_rows(count: int, noun: str) -> str:
    ending = "" if count == 1 else "s"
    return f"{count:,} {noun}{ending}"
