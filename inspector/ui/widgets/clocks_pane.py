"""The clocks of the marked session, and its cookies: beside each other, or one of them folded."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.events import DescendantFocus

from session_inspector.inspector.model.facts.rows import Lamp, SessionRow
from session_inspector.inspector.model.views.cookies import cookie_rows
from session_inspector.inspector.model.views.keeping import header_bytes, verdicts_of
from session_inspector.inspector.model.views.ladder import axis_marks, timer_rows
from session_inspector.inspector.model.views.lamps import lamps_of
from session_inspector.inspector.model.views.selectors.target import name_target
from session_inspector.inspector.model.views.session_rows import session_row
from session_inspector.inspector.model.words.guides import BEGIN
from session_inspector.inspector.ui.view import View
from session_inspector.inspector.ui.widgets.cookie_panel import CookiePanel
from session_inspector.inspector.ui.widgets.ladder import Ladder
from session_inspector.inspector.ui.widgets.tones import FOLDED, ZOOMED

BESIDE = 118
"""Columns from which both stand beside each other."""
BOTH = 40
"""Rows of the screen from which both are open, one above the other."""
HIGH = 32
"""Rows from which the ladder has its lamps while the session lives."""
COOKIES = 44
"""Columns of the cookies beside the ladder."""
LADDER = "Expiry ladder"
LIVE_COOKIES = "Live cookies"


class ClocksPane(Horizontal):
    """Is as high as what it shows, and never higher than the room it is given."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._room = 0
        """Rows that it may take."""
        self._width = 0
        self._height = 0
        """Of the screen."""
        self._in_front = "ladder"
        """The id of the pane that is open where only one is."""

    def compose(self) -> ComposeResult:
        yield Ladder(id="ladder")
        yield CookiePanel(id="cookies")

    def on_mount(self) -> None:
        self.query_one(CookiePanel).entitle(LIVE_COOKIES)
        self.query_one(Ladder).entitle(LADDER)

    def fit(self, width: int, height: int, room: int) -> None:
        """Take a screen of this size, of which `room` rows may be taken."""
        self._width = width
        self._height = height
        self._room = room
        self._arrange()

    def draw(self, view: View) -> None:
        """Show the clocks and the cookies of the marked session."""
        draw_ladder(self.query_one(Ladder), view, LADDER, may_leave_out=self._height < HIGH)
        cookies = cookie_rows(view.state, view.session, view.now)
        verdicts = verdicts_of(view.state, view.session, view.now)
        sent = header_bytes(view.state, view.session)
        self.query_one(CookiePanel).show(cookies, verdicts, sent)
        self._arrange()

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Open the pane that a person goes to."""
        self._in_front = event.widget.id or self._in_front
        self._arrange()

    def _arrange(self) -> None:
        """Fold what has no room, and take as many rows as the rest needs."""
        ladder = self.query_one(Ladder)
        cookies = self.query_one(CookiePanel)
        is_beside = self._width >= BESIDE
        is_folding = not is_beside and self._height < BOTH
        self.set_class(not is_beside, "-stacked")
        ladder.set_class(is_folding and self._in_front != "ladder", FOLDED)
        cookies.set_class(is_folding and self._in_front != "cookies", FOLDED)
        frame = 2
        if is_beside:
            beside = cookies.count_lines(COOKIES - 5)
            wanted = max(ladder.count_lines(self._width - COOKIES - 5), beside) + frame
        elif is_folding:
            open_pane = cookies if self._in_front == "cookies" else ladder
            wanted = open_pane.count_lines(self._width - 5) + frame + 1
        else:
            lines = ladder.count_lines(self._width - 5) + cookies.count_lines(self._width - 5)
            wanted = lines + 2 * frame
        if self.has_class(ZOOMED):
            self.styles.height = "1fr"
            return
        rows = max(1, min(wanted, self._room))
        if self.styles.height is None or self.styles.height.value != rows:
            self.styles.height = rows


def draw_ladder(ladder: Ladder, view: View, title: str, *, may_leave_out: bool = False) -> None:
    """Draw the clocks of the marked session; a lack of room may leave out the lamps."""
    row = session_row(view.state, view.session, view.now)
    clocks = timer_rows(view.state, view.session, view.now)
    lamps: Sequence[Lamp] = ()
    if not may_leave_out or _is_over(row):
        lamps = lamps_of(view.state, view.session, view.now)
    ladder.empty = view.spell(f"No session yet: {BEGIN[view.guide]}.")
    if view.state.sessions:
        ladder.empty = "No session is selected."
    ladder.show(row, clocks, axis_marks(clocks, view.now), lamps)
    ladder.entitle(" · ".join(part for part in (title, _describe(row)) if part))


def _is_over(row: SessionRow | None) -> bool:
    """On a low screen, only what outlives a session is worth a line."""
    return row is not None and row.life != "live"


def _describe(row: SessionRow | None) -> str:
    if row is None:
        return name_target(row)
    return f"{name_target(row)} · {row.kind} · {row.life}"
