"""The keys of the focused pane first, then all that exist here: made from the table of keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from rich.cells import set_cell_size
from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Static

from session_inspector.inspector.keys import (
    KEYS,
    LIST,
    REPLAY,
    SCOPES,
    SESSIONS,
    Group,
    Key,
    spell_keys,
    with_chosen,
)
from session_inspector.inspector.model.boards.registry import Board
from session_inspector.inspector.model.words.key_names import mark_keys
from session_inspector.inspector.ui.offers import exists_here
from session_inspector.inspector.ui.pace import PacedModal
from session_inspector.inspector.ui.view import View
from session_inspector.inspector.ui.widgets.plain_title import plain_title

PANES = {
    "sessions": (
        "Sessions",
        mark_keys(
            "● live, ◌ live and not verified, ◔ expired, ✖ revoked or gone, ○ logged out,"
            " ⇄ replaced, · a visitor's (nobody is logged in). Keys act on the selected line."
            " Filter with <filter> and words like user:alice state:live"
            " kind:stateful client:chrome size:>4k expires:<10m; all of them must fit."
            " -state:live is the opposite."
        ),
    ),
    "ladder": (
        "Expiry ladder",
        "All clocks of the selected session on one axis; ◀ marks the one that ends it. Below: what"
        " outlives it.",
    ),
    "cookies": (
        "Live cookies",
        "What the browser keeps: bytes against its limits, and its verdict.",
    ),
    "timeline": (
        "Timeline",
        "Everything that happened, newest below, and right of ◂ what made it happen. At the last"
        " line it follows; go up and it stands still.",
    ),
    "contents": (
        "Inside the session",
        "What is inside the session. Tokens are masked, one at a time in clear.",
    ),
    "sealed": ("In the browser", "What the browser holds: cookies and their attributes."),
    "stored": ("In the store", "What the store holds for this session."),
    "filter": (
        "Filter",
        "All words must fit: user:alice -path:/api is:problem, or plain words. A wrong key is"
        " named with those that the list knows; all stand in docs/keys.md.",
    ),
}
ALL_PANES = ("all", "Every action is in the palette, too: ctrl+p.")
GROUPS: tuple[tuple[Group, ...], ...] = (
    ("Sessions", "Faults and time"),
    ("Views", "Copy and export", "The app"),
)
OTHERS = (
    ("tab", "Next pane; shift+tab the one before."),
    ("ctrl+p", "Command palette: every action by name."),
    ("mouse", "Click rows, views and the footer; scroll."),
)
WIDTH = 11
"""Cells of the column of keys."""
GAP = 2
"""Cells between the columns."""
Lines: TypeAlias = tuple[tuple[str, str], ...]
"""(keys, words) of each line."""
Sections: TypeAlias = tuple[tuple[str, Lines], ...]
"""(title, lines) of each section."""


class HelpScreen(PacedModal[None]):
    """Opens over any screen; any of its keys closes it."""

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]  # noqa: RUF012  # Textual's own form
    BINDINGS = [("escape,q,question_mark,enter", "dismiss", "close")]  # noqa: RUF012  # as above

    def __init__(self, pane: str, board: Board | None, view: View) -> None:
        """`pane` is the id of the focused one; `board` the board that is open."""
        super().__init__()
        self._pane = pane
        self._board = board
        self._view = view

    def compose(self) -> ComposeResult:
        title, about = self._about()
        with VerticalScroll(id="help") as box:
            box.border_title = plain_title(f"Keys · {title}")
            box.border_subtitle = "esc closes · j k scroll"
            yield Static(Text(about), id="about", markup=False)
            with Horizontal(id="columns"):
                with Vertical():
                    yield Static(KeyColumns(self.here()))
                    yield Static(KeyColumns(self._groups(GROUPS[0])))
                with Vertical():
                    yield Static(KeyColumns(self._groups(GROUPS[1])))

    def key_j(self) -> None:
        self.query_one("#help").scroll_down(animate=False)

    def key_k(self) -> None:
        self.query_one("#help").scroll_up(animate=False)

    def here(self) -> Sections:
        """Return the keys of the focused pane."""
        keys = (*self._pane_keys(), *with_chosen(LIST, self._view.keys))
        return (("In this pane", (*_key_lines(keys), *OTHERS)),)

    def text(self) -> str:
        """Return all of it."""
        sections = (*self.here(), *self._groups(GROUPS[0]), *self._groups(GROUPS[1]))
        words = [f"{title}\n" + "\n".join(map(" ".join, lines)) for title, lines in sections]
        return "\n".join([*self._about(), *words])

    def _pane_keys(self) -> tuple[Key, ...]:
        """Return the keys that only what is open has."""
        keys: tuple[Key, ...] = ()
        if self._board is not None and self._board.name in SCOPES:
            keys = SCOPES[self._board.name]
        elif self._view.position is not None:
            keys = REPLAY
        elif self._pane == "sessions":
            keys = SESSIONS
        return with_chosen(keys, self._view.keys)

    def _about(self) -> tuple[str, str]:
        if self._board is not None:
            return self._board.title, self._view.spell(self._board.about)
        title, about = PANES.get(self._pane, ALL_PANES)
        return title, self._view.spell(about)

    def _groups(self, groups: tuple[Group, ...]) -> Sections:
        keys = with_chosen(KEYS, self._view.keys)
        return tuple(
            (group, _key_lines([key for key in keys if self._is_of(key, group)]))
            for group in groups
        )

    def _is_of(self, key: Key, group: Group) -> bool:
        return key.group == group and exists_here(key, self._view)


def _key_lines(keys: Sequence[Key]) -> Lines:
    """Return (keys, words) of each."""
    return tuple((spell_keys(key), key.help) for key in keys)


class KeyColumns:
    """Keys and words in two columns, for Rich to draw.

    Rich's own table measures and draws each cell for itself, twice a layout: 40 of the 60 ms of CPU
    until the help is open.
    """

    def __init__(self, sections: Sections) -> None:
        self._sections = sections
        self._width = 0
        self._made = Text()
        """As it was drawn last, at that width."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        if options.max_width != self._width:
            self._width = options.max_width
            self._made = self._draw(console, options.max_width)
        yield self._made

    def _draw(self, console: Console, width: int) -> Text:
        lines: list[Text] = []
        for title, rows in self._sections:
            lines.append(Text(title, "bold underline"))
            for keys, words in rows:
                lines += _draw_row(console, keys, words, width)
            lines.append(Text())
        return Text("\n", no_wrap=True).join(lines)


def _draw_row(console: Console, keys: str, words: str, width: int) -> list[Text]:
    """Return the lines of a key; long words stay in their column."""
    begin = Text(set_cell_size(keys, WIDTH), "bold")
    wrapped = Text(words).wrap(console, max(1, width - WIDTH - GAP))
    found: list[Text] = []
    for number, line in enumerate(wrapped):
        margin = begin
        if number:
            margin = Text(" " * WIDTH)
        found.append(Text.assemble(margin, " " * GAP, line))
    return found
