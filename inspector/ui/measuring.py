"""The comparison in the app: look for stores, ask before writing to what was found, measure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

from session_inspector.inspector.feed.base import Feed
from session_inspector.inspector.model.facts.rows import Field
from session_inspector.inspector.preferences import Preferences
from session_inspector.inspector.ui.extras import ExtrasApp
from session_inspector.inspector.ui.screens.menu import Menu

if TYPE_CHECKING:  # the whole server, which the first paint does not wait for
    from session_inspector.inspector.compare.measure import Measured
    from session_inspector.inspector.compare.places import Place

NOTE = (
    "Each gets a table or prefix of its own, session_inspector_measure_…, dropped afterwards;"
    " no other row is read or written."
)
LOOKING = "looking for stores on this machine …"
ELSEWHERE = "the lab is elsewhere; session-inspector compare measures on this machine"


class Comparing(Protocol):
    """What the app asks for; `compare/comparison.py` is it."""

    def find(self) -> Sequence[Place]:
        """Return what can be measured, and why not what cannot. It writes nothing."""
        ...

    def measure(self, places: Sequence[Place], tell: Callable[[Measured], None]) -> None:
        """Measure; `tell` hears each result at once."""
        ...


MakeComparing: TypeAlias = Callable[[], Comparing]


class MeasuringApp(ExtrasApp):
    """An app that compares stateless sessions with what stores there are, in a thread."""

    def __init__(
        self,
        feed: Feed,
        stores: tuple[str, ...],
        preferences: Preferences,
        comparing: MakeComparing | None,
    ) -> None:
        """`comparing` makes the comparison when it is asked for; None: the lab is elsewhere."""
        super().__init__(feed, stores, preferences)
        self._comparing = comparing
        self._doing: Literal["", "finding", "measuring"] = ""
        self._then: Callable[[Sequence[Place]], None] | None = None

    async def action_board(self, name: str) -> None:
        """Show a board; the comparison looks for stores when it is first shown."""
        if name == "compare" and not self.view.compared:
            hint = LOOKING if self._comparing else ELSEWHERE
            self.view = replace(self.view, compared=(Field(depth=0, label=hint, value=""),))
            self._find()

    async def action_measure(self) -> None:
        """Look for stores, ask about those nobody named, and measure."""
        await self.action_board("compare")
        if self._comparing is None:
            self.say(ELSEWHERE, is_ok=False)
        self._find(self._agree)

    def _find(self, then: Callable[[Sequence[Place]], None] | None = None) -> None:
        """Look in a thread; `then` hears what is there, also when the looking is under way."""
        if self._comparing is None or self._doing == "measuring":
            return
        self._then = then or self._then
        if self._doing == "":
            self._doing = "finding"
            comparing = self._comparing
            self.run_worker(lambda: self._look(comparing), thread=True, exit_on_error=False)

    def _look(self, comparing: MakeComparing) -> None:
        places: Sequence[Place] = ()
        try:
            places = comparing().find()
        finally:
            self.call_from_thread(self._found, places)

    def _found(self, places: Sequence[Place]) -> None:
        from session_inspector.inspector.compare.fields import place_fields  # as above

        self._doing = ""
        then, self._then = self._then, None
        self.view = replace(self.view, compared=place_fields(places))
        self.draw()
        if then is not None:
            then(places)

    def _agree(self, places: Sequence[Place]) -> None:
        """Measure what may be written to: in a read-only app only what is ours alone."""
        if self.view.is_read_only:
            self._measure([_spared(place) for place in places])
            return
        found = [place.name for place in places if place.source == "found"]
        if not found:
            self._measure(places)
            return
        choices = [
            ("all", f"y  also in {', '.join(found)}"),
            ("named", "n  without what was found"),
        ]
        menu = Menu(
            "Measure in what was found?", choices, note=NOTE, keys={"y": "all", "n": "named"}
        )

        def said(answer: str | None) -> None:
            if answer:
                chosen = [p for p in places if answer == "all" or p.source != "found"]
                self._measure(chosen)

        self.push_screen(menu, said)

    def _measure(self, places: Sequence[Place]) -> None:
        if self._comparing is None or self._doing:
            return
        self._doing = "measuring"
        self._compared([], is_busy=True)
        comparing = self._comparing
        rows: list[Measured] = []

        def tell(row: Measured) -> None:
            rows.append(row)
            self.call_from_thread(self._compared, rows, is_busy=True)

        def measure() -> None:
            try:
                comparing().measure(places, tell)
            finally:
                self._doing = ""
                self.call_from_thread(self._compared, rows, is_busy=False)

        self.run_worker(measure, thread=True, exit_on_error=False)

    def _compared(self, rows: Sequence[Measured], *, is_busy: bool) -> None:
        from session_inspector.inspector.compare.fields import compared_fields  # as above

        self.view = replace(self.view, compared=compared_fields(rows, is_busy=is_busy))
        self.draw()


def _spared(place: Place) -> Place:
    """Return a place as a read-only app measures it."""
    if place.source in ("always", "absent"):
        return place
    return replace(place, source="absent", problem="not measured: the app is read-only")
