"""The comparison in the app: look for stores, ask before writing to what was found, measure."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

from session_inspector.inspector.model.boards.registry import ALL_BOARDS
from session_inspector.inspector.model.facts.rows import Field
from session_inspector.inspector.ui.actions.window import ActionTable, Window
from session_inspector.inspector.ui.screens.menu import Menu
from session_inspector.inspector.ui.watch import Watch

if TYPE_CHECKING:  # the whole server, which the first paint does not wait for
    from session_inspector.inspector.compare.measure import Measured
    from session_inspector.inspector.compare.places import Place

NOTE = (
    "Each gets a table or prefix of its own, session_inspector_measure_…, dropped afterwards;"
    " no other row is read or written."
)
LOOKING = "looking for stores on this machine …"
ELSEWHERE = "not measured from here: session-inspector compare measures on this machine"
SPARED = "not measured: the app is read-only"


class Comparing(Protocol):
    """What the app asks for; `compare/comparison.py` is it."""

    def find(self) -> Sequence[Place]:
        """Return what can be measured, and why not what cannot. It writes nothing."""
        ...

    def measure(self, places: Sequence[Place], tell: Callable[[Measured], None]) -> None:
        """Measure; `tell` hears each result at once."""
        ...


MakeComparing: TypeAlias = Callable[[], Comparing]
ShowBoard: TypeAlias = Callable[[str], Awaitable[None]]
Found: TypeAlias = Callable[["Sequence[Place]"], None]


class ComparingActions:
    """Boards, and the comparison of stateless sessions with the stores there are."""

    def __init__(
        self,
        watch: Watch,
        window: Window,
        show_board: ShowBoard,
        make: MakeComparing | None,
    ) -> None:
        """`make` makes the comparison when it is asked for; None: the lab is elsewhere."""
        self._watch = watch
        self._window = window
        self._show_board = show_board
        self._make = make
        self._phase: Literal["", "finding", "measuring"] = ""
        self._when_found: Found | None = None

    def table(self) -> ActionTable:
        """Return what each key of this group does; the comparison is one of the boards."""
        boards: ActionTable = {
            f"board_{board.name}": partial(self._show_board, board.name) for board in ALL_BOARDS
        }
        return {**boards, "board_compare": self.show_comparison, "measure": self.measure}

    async def show_comparison(self) -> None:
        """Show the comparison; it looks for stores when it is first shown."""
        if not self._watch.view.compared:
            self._look_first()
        await self._show_board("compare")

    async def measure(self) -> None:
        """Look for stores, ask about those nobody named, and measure."""
        await self.show_comparison()
        if self._make is None:
            self._window.say(ELSEWHERE, is_ok=False)
        self._find(self._ask_and_measure)

    def _look_first(self) -> None:
        hint = LOOKING if self._make else ELSEWHERE
        line = Field(depth=0, label=hint, value="")
        self._watch.view = replace(self._watch.view, compared=(line,))
        self._find()

    def _find(self, when_found: Found | None = None) -> None:
        """Look in a thread; `when_found` hears what is there, also when a look is under way."""
        if self._make is None or self._phase == "measuring":
            return
        self._when_found = when_found or self._when_found
        if self._phase == "":
            self._phase = "finding"
            self._window.run(self._find_in_thread(self._make))

    async def _find_in_thread(self, make: MakeComparing) -> None:
        places: Sequence[Place] = ()
        try:
            places = await asyncio.to_thread(lambda: make().find())
        except Exception as error:  # a worker's edge: the app goes on, and shows that it failed
            self._say_failed(error)
        finally:
            self._phase = ""
        self._take_places(places)

    def _take_places(self, places: Sequence[Place]) -> None:
        # as above: the whole server
        from session_inspector.inspector.compare.fields import place_fields

        when_found = self._when_found
        self._when_found = None
        self._watch.show(replace(self._watch.view, compared=place_fields(places)))
        if when_found is not None:
            when_found(places)

    def _ask_and_measure(self, places: Sequence[Place]) -> None:
        """Measure what may be written to: in a read-only app only what is ours alone."""
        if self._watch.view.is_read_only:
            self._start_measuring([_spare(place) for place in places])
            return
        found = [place.name for place in places if place.source == "found"]
        if not found:
            self._start_measuring(places)
            return
        choices = [
            ("all", f"also in {', '.join(found)}"),
            ("named", "only those that were named"),
        ]
        keys = {"y": "all", "n": "named"}
        menu = Menu("Measure the stores that were found, too?", choices, note=NOTE, keys=keys)

        def answer(choice: str) -> None:
            allowed = [p for p in places if choice == "all" or p.source != "found"]
            self._start_measuring(allowed)

        self._window.ask(menu, answer)

    def _start_measuring(self, places: Sequence[Place]) -> None:
        if self._make is None or self._phase:
            return
        self._phase = "measuring"
        self._show_rows([], is_busy=True)
        self._window.run(self._measure_in_thread(self._make, places))

    async def _measure_in_thread(self, make: MakeComparing, places: Sequence[Place]) -> None:
        loop = asyncio.get_running_loop()
        rows: list[Measured] = []

        def take(row: Measured) -> None:
            rows.append(row)
            if self._phase == "measuring":  # else the app is being left
                self._show_rows(rows, is_busy=True)

        def tell(row: Measured) -> None:
            loop.call_soon_threadsafe(take, row)

        try:
            await asyncio.to_thread(lambda: make().measure(places, tell))
        except Exception as error:  # as above
            self._say_failed(error)
        finally:
            self._phase = ""
        self._show_rows(rows, is_busy=False)

    def _say_failed(self, error: Exception) -> None:
        # the type alone: a driver's message may hold the password of a store's URL
        self._window.say(f"the comparison failed: {type(error).__name__}", is_ok=False)

    def _show_rows(self, rows: Sequence[Measured], *, is_busy: bool) -> None:
        # as above: the whole server
        from session_inspector.inspector.compare.fields import comparison_fields

        fields = comparison_fields(rows, is_busy=is_busy)
        self._watch.show(replace(self._watch.view, compared=fields))


def _spare(place: Place) -> Place:
    """Return a place as a read-only app measures it."""
    if place.source in ("always", "absent"):
        return place
    return replace(place, source="absent", problem=SPARED)
