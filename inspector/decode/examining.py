"""What was pasted is examined: the cookies of a site, or the rows of a store."""

from __future__ import annotations

from session_inspector.devserver.core.values import Seconds
from session_inspector.inspector.decode.paste import Pasted
from session_inspector.inspector.decode.report import Question, Report, examine


def examine_pasted(pasted: Pasted, question: Question, now: Seconds) -> list[Report]:
    """Return the report of a site's cookies, or one of each row; it never raises."""
    if not pasted.rows:
        return [examine(pasted, question, now)]
    from session_inspector.inspector.decode.rows import examine_row  # all layouts: for rows only

    return [examine_row(pasted, row, question, now) for row in pasted.rows]
