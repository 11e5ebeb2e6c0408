"""The filter of the sessions: `user:alice state:live -kind:stateful size:>4k expires:<10m`."""

from __future__ import annotations

from session_inspector.devserver.core.numbers import SIZES, TIMES
from session_inspector.inspector.model.views.session_summary import SessionSummary
from session_inspector.inspector.model.words.queries import (
    Amount,
    Filter,
    Vocabulary,
    compile_query,
)


def compile_filter(text: str) -> Filter[SessionSummary]:
    """Return a filter; all its words must fit. A word that is wrong is named in `problem`."""
    return compile_query(text, SESSIONS)


def _seconds_left(row: SessionSummary) -> float | None:
    if row.ends is None or row.life != "live":
        return None
    return row.ends - row.now


SESSIONS: Vocabulary[SessionSummary] = Vocabulary(
    has_word=lambda row, word: row.has_word(word),
    parts={"user": lambda row: row.who, "client": lambda row: row.client},
    beginnings={
        "state": lambda row: row.life,
        "kind": lambda row: row.kind,
        "id": lambda row: row.session,
    },
    amounts={
        "size": Amount(lambda row: float(row.size), SIZES, "size:>4k"),
        "expires": Amount(_seconds_left, TIMES, "expires:<10m"),
    },
    flags={"problem": lambda row: row.has_problem},
)
KEYS = SESSIONS.keys
