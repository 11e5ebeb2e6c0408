"""All actions of the app, by the name that the key table has for them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from session_inspector.devserver.core.clock import stopwatch
from session_inspector.inspector.model.boards.registry import BOARDS
from session_inspector.inspector.ui.actions.appearance import AppearanceActions
from session_inspector.inspector.ui.actions.commander import Commander
from session_inspector.inspector.ui.actions.comparing import ComparingActions, MakeComparing
from session_inspector.inspector.ui.actions.cookies import CookieActions
from session_inspector.inspector.ui.actions.copying import CopyActions
from session_inspector.inspector.ui.actions.exports import ExportActions, OpenPage
from session_inspector.inspector.ui.actions.listing import ListingActions
from session_inspector.inspector.ui.actions.replay import ReplayActions
from session_inspector.inspector.ui.actions.requests import RequestActions
from session_inspector.inspector.ui.actions.sessions import SessionActions
from session_inspector.inspector.ui.actions.trouble import TroubleActions, list_scenarios
from session_inspector.inspector.ui.actions.views import ViewActions
from session_inspector.inspector.ui.actions.window import ActionTable, Window
from session_inspector.inspector.ui.actions.zoom import ZoomActions
from session_inspector.inspector.ui.screens.board import BoardScreen
from session_inspector.inspector.ui.screens.watching import Listener
from session_inspector.inspector.ui.watch import Watch


@dataclass(frozen=True, slots=True)
class Actions:
    """What the keys of the app do."""

    table: ActionTable
    views: ViewActions
    """Takes the choices that a person makes on the sessions screen."""
    listing: ListingActions
    """Takes what is typed into a filter, and clicks on headings."""
    play_on: Callable[[], None]
    """Plays the recording on; call it often."""


def make_actions(
    watch: Watch,
    window: Window,
    appearance: AppearanceActions,
    *,
    stores: tuple[str, ...],
    open_url: OpenPage | None,
    comparing: MakeComparing | None,
    to_terminal: Callable[[str], None],
    secrets: Sequence[tuple[str, str]],
) -> Actions:
    """Put the actions together; each gets what it needs."""
    commander = Commander(watch, window)
    cookies = CookieActions(watch, window, commander)
    trouble = TroubleActions(watch, window, commander)

    def make_board(listener: Listener) -> BoardScreen:
        return BoardScreen(listener, BOARDS[0], list_scenarios, trouble.play, cookies.act)

    listing = ListingActions(watch, window)
    zoom = ZoomActions(watch, window)
    views = ViewActions(watch, window, commander, listing, zoom, make_board, secrets)
    replay = ReplayActions(watch, window, views.mark_session, stopwatch)
    groups = (
        SessionActions(watch, window, commander, cookies, stores),
        trouble,
        views,
        listing,
        zoom,
        RequestActions(watch, window, commander, views, secrets),
        ComparingActions(watch, window, views.show_board, comparing),
        CopyActions(watch, window, commander, to_terminal),
        ExportActions(watch, window, commander, open_url, to_terminal),
        replay,
        appearance,
    )
    table: ActionTable = {}
    for group in groups:
        table.update(group.table())
    return Actions(table, views, listing, replay.tick)
