"""The what-if keys of the byte budget: what each makes of the question."""

from __future__ import annotations

from dataclasses import replace

from session_inspector.inspector.model.boards.budget import DROP
from session_inspector.inspector.model.boards.costs import WhatIf
from session_inspector.inspector.model.boards.what_if import STEP
from session_inspector.inspector.model.facts.rows import Field

MOST_STEPS = 400
"""Steps of growth: 200 KB."""


def change_whatif(whatif: WhatIf, name: str, marked: Field | None) -> WhatIf | None:
    """Return what a key makes of the question; None: it needs a marked line of the payload."""
    match name:
        case "budget_drop":
            return _drop(whatif, marked)
        case "budget_audience":
            return replace(whatif, audiences=whatif.audiences + 1)
        case "budget_grow":
            return _grow(whatif, STEP)
        case "budget_shrink":
            return _grow(whatif, -STEP)
        case _:
            return WhatIf()


def _drop(whatif: WhatIf, marked: Field | None) -> WhatIf | None:
    """Leave the marked key out, or put it in again."""
    if marked is None or not marked.key.startswith(DROP):
        return None
    path = marked.key.removeprefix(DROP)
    return replace(whatif, dropped=whatif.dropped ^ {path})


def _grow(whatif: WhatIf, by: int) -> WhatIf:
    grown = min(max(0, whatif.grown + by), MOST_STEPS * STEP)
    return replace(whatif, grown=grown)
