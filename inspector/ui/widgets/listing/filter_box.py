"""The box in which a filter is typed: of the list that had the keys."""

from __future__ import annotations

from textual.widgets import Input

from session_inspector.inspector.model.facts.listing import ListName
from session_inspector.inspector.ui.messages import ListAsked

LONGEST_QUERY = 1000
EXAMPLES: dict[ListName, str] = {
    "sessions": "user:alice state:live -kind:stateful expires:<10m is:problem",
    "requests": "path:/api status:4 ms:>100 -method:get cookie:rolled is:problem",
    "timeline": "user:alice path:/api -event:rolled is:problem",
}
PANES: dict[ListName, str] = {
    "sessions": "#sessions",
    "requests": "#board",
    "timeline": "#timeline",
}
"""List to the pane that shows it."""


class FilterBox(Input):
    """Hidden until it is asked for."""

    list_name: ListName = "sessions"

    def __init__(self) -> None:
        super().__init__(id="filter", max_length=LONGEST_QUERY)

    def on_mount(self) -> None:
        self.display = False

    def begin(self, list_name: ListName, text: str) -> None:
        """Let a person type the filter of a list."""
        self.list_name = list_name
        self.display = True
        self.placeholder = EXAMPLES[list_name]
        self.border_title = f"Filter of the {list_name}"
        self.value = text
        self.screen.set_focus(self)  # now: the next key is typed already

    def close(self) -> None:
        """Hide it, and give its list the keys again."""
        self.display = False
        self.screen.query_one(PANES[self.list_name]).focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        name = self.list_name
        query = event.value
        self.post_message(ListAsked(lambda lists: lists.filter_list(name, query)))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.close()
