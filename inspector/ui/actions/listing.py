"""Keys that filter and sort what has the keys: the sessions, the requests, the timeline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from session_inspector.inspector.model.boards.request_list import SORTS as REQUEST_SORTS
from session_inspector.inspector.model.facts.listing import Listing, ListName
from session_inspector.inspector.model.lists.event_search import SORTS as EVENT_SORTS
from session_inspector.inspector.model.views.search import SORTS
from session_inspector.inspector.model.words.key_names import mark_keys
from session_inspector.inspector.model.words.queries import toggle_word
from session_inspector.inspector.ui.actions.window import ActionTable, Window
from session_inspector.inspector.ui.screens.board import BoardScreen
from session_inspector.inspector.ui.screens.live import LiveScreen
from session_inspector.inspector.ui.watch import Watch
from session_inspector.inspector.ui.widgets.listing.filter_box import FilterBox

BY_TIME = "time"
"""The order of requests and events as they come."""
ORDERS: Mapping[ListName, Sequence[str]] = {
    "sessions": tuple(SORTS),
    "requests": tuple(REQUEST_SORTS),
    "timeline": tuple(EVENT_SORTS),
}
PROBLEM = "is:problem"
NOT_HERE = mark_keys(
    "sessions (<board>), their timeline and requests (<board_requests>) are filtered and sorted;"
    " this is not"
)


class ListingActions:
    """Filter, sort, turn round, only what has a problem."""

    def __init__(self, watch: Watch, window: Window) -> None:
        self._watch = watch
        self._window = window

    def table(self) -> ActionTable:
        """Return what each key of this group does."""
        return {
            "filter": self.open_filter,
            "sort": self.sort_next,
            "reverse": self.reverse,
            "problems": self.toggle_problems,
        }

    def filter_list(self, name: ListName, query: str) -> None:
        """Show of a list what a query finds."""
        self._change(name, replace(self._watch.view.listing(name), query=query))

    def sort_list(self, name: ListName, sort: str) -> None:
        """Sort a list; the order that it has is turned round."""
        before = self._watch.view.listing(name)
        wanted = _spell_order(sort)
        if wanted == before.sort:
            self._change(name, replace(before, is_reversed=not before.is_reversed))
        else:
            self._change(name, replace(before, sort=wanted, is_reversed=False))

    def open_filter(self) -> None:
        """Let the person type a filter."""
        name = self._find_list()
        if name is not None:
            box = self._window.screen.query_one(FilterBox)
            box.begin(name, self._watch.view.listing(name).query)
            self._watch.draw()

    def is_filtered(self, name: ListName) -> bool:
        """Check whether a filter hides something of a list, or is being typed."""
        if self._watch.view.listing(name).query:
            return True
        return any(box.display for box in self._window.screen.query(FilterBox))

    def sort_next(self) -> None:
        """Sort by the next key."""
        name = self._find_list()
        if name is None:
            return
        orders = ORDERS[name]
        now = self._watch.view.listing(name).sort or BY_TIME
        self.sort_list(name, orders[(orders.index(now) + 1) % len(orders)])

    def reverse(self) -> None:
        """Turn the order round."""
        name = self._find_list()
        if name is not None:
            before = self._watch.view.listing(name)
            self._change(name, replace(before, is_reversed=not before.is_reversed))

    def toggle_problems(self) -> None:
        """Show only what has a problem, or all again."""
        name = self._find_list()
        if name is not None:
            query = self._watch.view.listing(name).query
            self.filter_list(name, toggle_word(query, PROBLEM))

    def clear(self) -> None:
        """Empty the filters of the sessions screen and its marks; without any, end the steps."""
        view = self._watch.view
        if not (view.marked or self.is_filtered("sessions") or self.is_filtered("timeline")):
            view = replace(view, is_new=False)
        self._watch.view = replace(view, marked=frozenset())
        self.filter_list("sessions", "")
        self.filter_list("timeline", "")

    def mark(self, sessions: Sequence[str], *, are_all: bool) -> None:
        """Mark sessions, or unmark those that are; of `are_all`, all or none."""
        view = self._watch.view
        marked = view.marked ^ frozenset(sessions)
        if are_all:
            marked = frozenset(sessions)
        if are_all and marked == view.marked:
            marked = frozenset()
        self._watch.show(replace(view, marked=marked))

    def _find_list(self) -> ListName | None:
        """Return the list that has the keys; without one, None, and it is said."""
        screen = self._window.screen
        if isinstance(screen, LiveScreen):
            return "timeline" if self._window.focused_id == "timeline" else "sessions"
        if isinstance(screen, BoardScreen) and screen.board.name == "requests":
            return "requests"
        self._window.say(NOT_HERE, is_ok=False)
        return None

    def _change(self, name: ListName, listing: Listing) -> None:
        self._watch.show(self._watch.view.with_listing(name, listing))


def _spell_order(sort: str) -> str:
    """Return an order as a listing has it: empty, as it comes."""
    if sort == BY_TIME:
        return ""
    return sort
