"""How long several cookies live together: some end with the browser, others at a moment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from session_inspector.devserver.core.values import Seconds


def only_dated(ends: Mapping[str, Seconds | None]) -> dict[str, Seconds]:
    """Return the cookies that end at a moment, by their names."""
    return {name: end for name, end in ends.items() if end is not None}


def last_dated_end(ends: Iterable[Seconds | None]) -> Seconds | None:
    """Return when the last one ends of those that end at a moment; None: none does."""
    return max((end for end in ends if end is not None), default=None)
