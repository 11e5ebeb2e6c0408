"""The header: where the lab is, how sessions travel, what time it is there, and the views."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text
from textual import events

from session_inspector.devserver.core.events.server import TAKES_NO_WRITES
from session_inspector.devserver.core.numbers import count_noun
from session_inspector.devserver.core.values import Seconds
from session_inspector.inspector.model.boards.registry import Tab
from session_inspector.inspector.model.facts.rows import StatusRow
from session_inspector.inspector.model.words.text import moment
from session_inspector.inspector.ui.messages import KeyClicked
from session_inspector.inspector.ui.widgets.tab_line import TabLine
from session_inspector.inspector.ui.widgets.tones import Toned

TRAVELLED = "travelled "
LOW = 32
"""Rows of a screen under which the header has one line less, as the sheet says."""
LOW_ROWS = 2
ROWS = 3


@dataclass(frozen=True, slots=True)
class HeaderContent:
    """What the header draws."""

    row: StatusRow
    second: int
    tabs: tuple[Tab, ...]
    notice: str
    """No connection, `read-only`, or the position in a recording."""


class StatusBar(Toned):
    """Draws what it is handed: two lines where room is scarce, else three."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._header: HeaderContent | None = None
        self._tab_line = TabLine(self.tone)

    @staticmethod
    def rows_of(height: int) -> int:
        """Return how many rows it takes of a screen."""
        return LOW_ROWS if height < LOW else ROWS

    def show(self, row: StatusRow, now: Seconds, tabs: Sequence[Tab], notice: str) -> None:
        """`now` is the lab's moment; `notice` is what the header adds, in a few words."""
        header = HeaderContent(row, int(now), tuple(tabs), notice)
        if header != self._header:
            self._header = header
            self.refresh()

    def render(self) -> Text:
        header = self._header
        if header is None:
            return Text(" Starting…", self.tone("dim"))
        width = self.content_size.width
        if self.content_size.height > 2:
            lines = [self._lab_line(header.row), self._carrier_line(header)]
        else:
            lines = [self._short_line(header)]
        for line in lines:
            line.truncate(width, overflow="ellipsis")
        lines.append(self._tab_line.draw(header.tabs, width))
        return Text("\n", no_wrap=True).join(lines)

    def on_click(self, event: events.Click) -> None:
        """A click on a view opens it."""
        if event.y == self.content_size.height - 1:
            key = self._tab_line.key_at(event.x)
            if key:
                self.post_message(KeyClicked(key))

    def _title(self, row: StatusRow, *, may_name: bool = True) -> Text:
        text = Text()
        if may_name:
            name = self.tone("accent") + Style(reverse=True, bold=True)
            text.append(" Session Inspector ", name)
        text.append(f"  {row.live} live", self.tone("good"))
        text.append(f" · {row.over} over", self.tone("dim"))
        if row.visitors:
            text.append(f" · {count_noun(row.visitors, 'visitor')}", self.tone("dim"))
        if row.in_doubt:
            text.append(f" · {row.in_doubt} in doubt", self.tone("warn"))
        return text

    def _lab_line(self, row: StatusRow) -> Text:
        text = self._title(row)
        if row.mode == "store":
            return text.append(f"   {row.upstream}", self.tone("plain"))
        text.append(f"   {row.base_url or 'no lab yet'}", self.tone("plain"))
        if row.upstream:
            text.append(f" → {row.upstream}", self.tone("plain" if row.is_upstream_up else "bad"))
        if row.issuer:
            text.append(f"   provider {row.issuer}", self.tone("dim"))
        return text

    def _carrier_line(self, header: HeaderContent) -> Text:
        row = header.row
        text = Text()
        text.append(f" {row.kind} ", self.tone("accent"))
        self._append_lamp(text, row, up="● ", down="○ AWAY ")
        end = self._clock(header, TRAVELLED)
        if header.notice:
            end.append(f"  {header.notice}", self.tone("warn"))
        width = self.content_size.width
        text.append_text(self._store(row, width - text.cell_len - end.cell_len - 2))
        text.append_text(end)
        if row.browser and text.cell_len + 3 + cell_len(row.browser) <= width:
            text.append(f"   {row.browser}", self.tone("good" if row.is_browser_up else "bad"))
        more = row.policy if row.mode == "lab" else f"events at {row.control_url}"
        if text.cell_len + 3 + cell_len(more) <= width:
            text.append(f"   {more}", self.tone("dim"))
        return text

    def _store(self, row: StatusRow, room: int) -> Text:
        if row.is_store_up:
            return Text(f"{keep_end(row.store, room)}  ", self.tone("plain"))
        text = Text(f"{row.store}: {row.store_reason}", self.tone("bad"))
        text.truncate(max(0, room), overflow="ellipsis")
        return text.append("  ")

    def _short_line(self, header: HeaderContent) -> Text:
        """Return both lines as one; where it would not fit, without what is known best."""
        text = self._short(header, TRAVELLED)
        for may_name, may_tell_kind in ((True, True), (True, False), (False, False)):
            if text.cell_len <= self.content_size.width:
                break
            text = self._short(header, "", may_name=may_name, may_tell_kind=may_tell_kind)
        return text

    def _short(
        self,
        header: HeaderContent,
        travelled: str,
        *,
        may_name: bool = True,
        may_tell_kind: bool = True,
    ) -> Text:
        row = header.row
        text = self._title(row, may_name=may_name)
        text.append("   ")
        if may_tell_kind or not row.is_store_up:
            text.append(f"{row.kind} ", self.tone("accent"))
            self._append_lamp(text, row, up="●  ", down="○ STORE AWAY  ")
        if row.mode == "app":
            self._append_app(text, header)
        if header.notice:
            text.append(f"{header.notice}  ", self.tone("warn"))
        return text.append_text(self._clock(header, travelled))

    def _append_lamp(self, text: Text, row: StatusRow, *, up: str, down: str) -> None:
        if row.is_store_up:
            text.append(up, self.tone("good"))
        elif row.store_reason.startswith(TAKES_NO_WRITES):
            text.append(down.replace("AWAY", "READ ONLY"), self.tone("bad"))
        else:
            text.append(down, self.tone("bad"))

    def _append_app(self, text: Text, header: HeaderContent) -> None:
        """Append where the app is; a notice takes its room while all is well."""
        row = header.row
        if not row.is_upstream_up:
            text.append(f"○ APP {row.app_lamp}  ", self.tone("bad"))
        elif not header.notice:
            text.append(f"{row.base_url.partition('://')[2]}  ", self.tone("plain"))

    def _clock(self, header: HeaderContent, travelled: str) -> Text:
        row = header.row
        text = Text()
        if row.failures:
            text.append(f"⚠ watching failed {row.failures}×  ", self.tone("bad"))
        text.append(moment(header.second)[11:19], self.tone("dim"))
        if row.offset:
            text.append(f" {travelled}{row.offset}", self.tone("warn"))
        if row.knobs:
            text.append(f" provider: {row.knobs}", self.tone("warn"))
        return text


def keep_end(text: str, room: int) -> str:
    """Return a text, or as much of its end as there is room for: a path is known by its end."""
    if room <= 0:
        return ""
    if cell_len(text) <= room:
        return text
    while text and cell_len(text) > room - 1:
        text = text[1:]
    return f"…{text}"
