"""The app whose first paint does not wait for the rest of the program to be loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual import events
from textual.screen import Screen

from session_inspector.inspector.preferences import Preferences
from session_inspector.inspector.ui.app import InspectorApp, begin, equip
from session_inspector.inspector.ui.opening.screen import OpeningScreen, Painted
from session_inspector.inspector.ui.textual_private import replace_first

if TYPE_CHECKING:
    from typing import Unpack

    from session_inspector.inspector.feed.base import Feed
    from session_inspector.inspector.ui.actions.equipment import Wishes


class OpeningApp(InspectorApp):
    """Paints an opening screen first; what is pressed before the main one is there waits for it."""

    LOADS_FIRST = False

    def __init__(
        self, feed: Feed, preferences: Preferences, *, ticks: bool = True, **wishes: Unpack[Wishes]
    ) -> None:
        super().__init__(feed, preferences=preferences, ticks=ticks, **wishes)
        self.held: list[events.Event] | None = []
        """What was pressed while the rest is loaded; None: it is."""

    def get_default_screen(self) -> Screen[Any]:
        return OpeningScreen()

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, Painted):
            await furnish(self)
        elif self.held is not None and isinstance(event, events.Key | events.Paste):
            self.held.append(event)
        else:
            await super().on_event(event)


async def furnish(app: OpeningApp) -> None:
    """Load the rest, show the main screen, and do what was pressed meanwhile."""
    equip(app)
    with app.equipment.window.paint_once():
        await replace_first(app, app.equipment.make_home())
    begin(app)
    held = app.held or []
    app.held = None
    for event in held:
        await app.on_event(event)
