"""Who changed a session, and whether that can be undone."""

from __future__ import annotations

from collections.abc import Sequence

from session_inspector.devserver.core.values import Seconds
from session_inspector.inspector.model.words.key_names import mark_keys
from session_inspector.inspector.model.words.text import duration, moment

YOURS = mark_keys("You did this: <undo_revoke> undoes it while it is the last of your changes.")
OF_THE_APP = mark_keys("The app did this in answer to that request: <open_line> shows it.")
OF_THE_APP_UNASKED = "The app did this."
OF_NOBODY_SEEN = "It was read in the store; who did it was not seen."
ONLY_ONE = mark_keys(
    "It was read in the store, {cause}: <open_line> shows it. Another process may write there, too."
)
LOGGED_OUT = "A logout cannot be undone."
DATE = 10
"""Characters of a date."""


def name_clocks(names: Sequence[str]) -> str:
    """Return the clocks that moved alike."""
    if len(names) == 1:
        return f"clock {names[0]}"
    return f"clocks {' = '.join(names)}"


def describe_move(before: Seconds | None, after: Seconds | None) -> str:
    """Return from when to when a clock moved, the date once where it is the same."""
    if before is None or after is None:
        return f"{_end(before)} → {_end(after)}"
    old = _end(before)
    new = _end(after)
    if old[:DATE] == new[:DATE]:
        new = new[DATE:].strip()
    by = duration(round(after - before))
    if after > before:
        by = f"+{by}"
    return f"{old} → {new} ({by})"


def _end(ends: Seconds | None) -> str:
    if ends is None:
        return "never"
    return moment(ends).removesuffix(" UTC")
