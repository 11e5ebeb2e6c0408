"""How often, and how much of, a store is looked at; `--gentle` is another pace.

Pauses are the shortest of a list that leaves the store alone for long enough after a look.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from session_inspector.devserver.core.values import Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class LookPace:
    """What watching a store may cost it."""

    word: str
    """How it is said on screen; empty: the usual pace."""
    pauses: tuple[Seconds, ...]
    """Seconds between two looks."""
    rest: int
    """Pauses last so many times as long as a look took."""
    most_rows: int
    """Rows that a look lists."""
    most_beside: int
    """Rows of a look that are read by their ids: those that were listed before, or requested."""
    trust: Seconds
    """Seconds for which an engine's word that nobody wrote is taken without a look."""
    others_pause: Seconds
    """Seconds between two looks at what else is in the store."""
    search_pause: Seconds
    """Seconds between two looks for the first rows of a known layout."""

    @property
    def is_gentle(self) -> bool:
        """True: the store is shared."""
        return bool(self.word)

    @property
    def shortest(self) -> Seconds:
        """Seconds between two looks at a store that answers at once."""
        return self.pauses[0]

    def choose_pause(self, took: Seconds) -> Seconds:
        """Return how long to wait after a look that took so many seconds."""
        least = took * self.rest
        longest = self.pauses[-1]
        whole = math.ceil(least / longest) * longest
        return next((pause for pause in self.pauses if pause >= least), whole)


USUAL = LookPace(
    word="",
    pauses=(1.0, 2.0, 5.0, 10.0, 30.0, 60.0),
    rest=4,
    most_rows=5_000,
    most_beside=5_000,
    trust=10.0,
    others_pause=10.0,
    search_pause=1.0,
)
"""A fifth of the store's time at most."""
GENTLE = LookPace(
    word="gently",
    pauses=(10.0, 20.0, 30.0, 60.0),
    rest=49,
    most_rows=400,
    most_beside=99,
    trust=60.0,
    others_pause=60.0,
    search_pause=10.0,
)
"""For a store that others work with: 2 % of its time at most, and 500 rows of one look, with the
one that shows that there are more than are listed."""
