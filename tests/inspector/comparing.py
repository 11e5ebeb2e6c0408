"""A recorded comparison: it finds and measures at once, and always the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from session_inspector.inspector.compare.measure import Measured
from session_inspector.inspector.compare.places import ALWAYS, Place

PLACES = (
    *ALWAYS,
    Place(name="postgresql://db.internal/app", url="postgresql://db.internal/app", source="named"),
    Place(name="redis 127.0.0.1:6379", url="redis://127.0.0.1:6379", source="found"),
    Place(
        name="mongodb 127.0.0.1:27017",
        url="mongodb://127.0.0.1:27017",
        source="absent",
        problem="nothing listens",
    ),
    Place(
        name="dynamodb 127.0.0.1:8000",
        url="dynamodb://127.0.0.1:8000/Sessions",
        source="absent",
        problem="it takes connections and says nothing in 3 s",
    ),
)
STATEFUL = Measured(
    carrier="",
    cookie_bytes=169,
    limit="512 MB a value",
    is_revocable=True,
    read=(0.4, 1.1),
    roll=(0.7, 1.9),
    writes=1.0,
    left="no row, a stolen copy is dead",
)
STATELESS = replace(
    STATEFUL,
    cookie_bytes=3019,
    limit="4096 B a cookie in 3500 B chunks, 8 KB a header",
    is_revocable=False,
    read=(0.2, 0.5),
    roll=(0.5, 4.9),
    left="no row, a stolen copy WORKS ON",
)


class Told:
    """Finds `places`, and remembers which it was asked to measure."""

    def __init__(self, places: Sequence[Place] = PLACES) -> None:
        self.places = places
        self.asked: list[list[str]] = []
        self.measured: Sequence[Place] = ()

    def __call__(self) -> Told:
        return self

    def find(self) -> Sequence[Place]:
        return self.places

    def measure(self, places: Sequence[Place], tell: Callable[[Measured], None]) -> None:
        self.asked.append([place.name for place in places])
        self.measured = places
        for place in places:
            tell(self._row(place))

    def _row(self, place: Place) -> Measured:
        known = replace(STATEFUL, carrier=place.name)
        if not place.url:
            known = replace(STATELESS, carrier=place.name)
        if place.source == "absent":
            known = Measured(carrier=place.name, problem=place.problem)
        elif place.source == "named":
            known = Measured(carrier=place.name, problem="permission denied for schema public")
        return replace(known, source=place.source)
