"""What a row is of: its session, its request, and its text as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from session_inspector.inspector.model.facts.rows import Field, SessionRow, TimelineRow
from session_inspector.inspector.ui.messages import RowSubject
from session_inspector.inspector.ui.widgets.row_search import NEAR, SHORT


class RowPane(Protocol):
    """What of a list is needed to go to a row."""

    @property
    def rows(self) -> Sequence[object]:
        """All rows."""
        ...

    @property
    def follows(self) -> bool:
        """The newest row is the last."""
        ...

    def go_to(self, number: int | None) -> None:
        """Put the cursor on a row; None: on the one where it is."""
        ...


def subject_of(row: object) -> RowSubject:
    """Return what a row is of; secrets in it stay masked."""
    match row:
        case SessionRow():
            return RowSubject(row.session)
        case TimelineRow():
            return _subject_of_event(row)
        case Field():
            return _subject_of_field(row)
        case _:
            return RowSubject()


def go_to_session(pane: RowPane, session: str) -> None:
    """Put the cursor on a session's newest row; it stays where there is none.

    In a long list only rows near the newest of all are looked at: each is made for that.
    """
    rows = pane.rows
    count = len(rows)
    reach = NEAR if count > SHORT else count
    near: Iterable[int] = range(reach)
    if pane.follows:
        near = range(count - 1, count - 1 - reach, -1)
    pane.go_to(next((at for at in near if subject_of(rows[at]).session == session), None))


def _subject_of_event(row: TimelineRow) -> RowSubject:
    parts = (row.clock, row.mark, row.title, row.detail)
    explain = ""
    if row.cause:
        explain = f"Caused by {row.cause}."
    return RowSubject(row.session, row.exchange, title=_join(parts), explain=explain)


def _subject_of_field(row: Field) -> RowSubject:
    lead = "".join(piece for piece, _ in row.lead)
    title = _join((f"{lead}{row.label}", row.value))
    return RowSubject(row.session, row.exchange, row.query, title, row.explain)


def _join(parts: Iterable[str]) -> str:
    return "  ".join(part.strip() for part in parts if part.strip())
