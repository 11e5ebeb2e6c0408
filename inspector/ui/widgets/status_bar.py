"""The header: where the lab is, how sessions travel, what time it is there, and the views."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text
from textual import events

from session_inspector.devserver.core.values import Seconds
from session_inspector.inspector.model.boards.registry import Tab
from session_inspector.inspector.model.facts.rows import StatusRow, Tone
from session_inspector.inspector.model.words.text import moment
from session_inspector.inspector.ui.messages import KeyClicked
from session_inspector.inspector.ui.widgets.tones import Toned


class StatusBar(Toned):
    """Draws what it is handed: two lines where room is scarce, else three."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._row: StatusRow | None = None
        self._now: Seconds = 0.0
        self.tabs: Sequence[Tab] = ()
        self.said = ""
        """`read-only`, or where a recording stands."""
        self._ends: list[tuple[int, str]] = []
        """(column after a tab, its key)."""
        self._shown: object = None

    def show(self, row: StatusRow, now: Seconds) -> None:
        shown = row, int(now), tuple(self.tabs), self.said
        if shown != self._shown:
            self._row, self._now, self._shown = row, now, shown
            self.refresh()

    def render(self) -> Text:
        row = self._row
        if row is None:
            return Text(" Starting…", self.tone("dim"))
        if self.content_size.height > 2:
            lines = [self._lab(row), self._carrier(row), self._tabs()]
        else:
            short = self._short(row)
            is_full = short.cell_len > self.content_size.width
            lines = [self._short(row, travelled="") if is_full else short, self._tabs()]
        for line in lines[:-1]:
            line.truncate(self.content_size.width, overflow="ellipsis")
        return Text("\n", no_wrap=True).join(lines)

    def on_click(self, event: events.Click) -> None:
        """A click on a view opens it."""
        if event.y == self.content_size.height - 1:
            key = next((key for end, key in self._ends if event.x < end), "")
            if key:
                self.post_message(KeyClicked(key))

    def _title(self, row: StatusRow) -> Text:
        text = Text()
        text.append(" Session Inspector ", self.tone("accent") + Style(reverse=True, bold=True))
        text.append(f"  {row.live} live", self.tone("good"))
        text.append(f" · {row.over} over", self.tone("dim"))
        return text

    def _lab(self, row: StatusRow) -> Text:
        text = self._title(row)
        if row.mode == "store":
            return text.append(f"   {row.upstream}", self.tone("plain"))
        text.append(f"   {row.base_url or 'no lab yet'}", self.tone("plain"))
        if row.upstream:
            text.append(f" → {row.upstream}", self.tone("plain" if row.is_upstream_up else "bad"))
        if row.issuer:
            text.append(f"   provider {row.issuer}", self.tone("dim"))
        return text

    def _carrier(self, row: StatusRow) -> Text:
        text = Text()
        text.append(f" {row.kind} ", self.tone("accent"))
        lamp: Tone = "good" if row.is_store_up else "bad"
        text.append("● " if row.is_store_up else "○ AWAY ", self.tone(lamp))
        end = self._clock(row)
        if self.said:
            end.append(f"  {self.said}", self.tone("warn"))
        room = self.content_size.width - text.cell_len - end.cell_len - 2
        if row.is_store_up:
            text.append(f"{_ending(row.store, room)}  ", self.tone("plain"))
        else:
            away = Text(f"{row.store}: {row.store_reason}", self.tone("bad"))
            away.truncate(max(0, room), overflow="ellipsis")
            text.append_text(away).append("  ")
        text.append_text(end)
        more = row.policy if row.mode == "lab" else f"events at {row.control_url}"
        if text.cell_len + 3 + cell_len(more) <= self.content_size.width:
            text.append(f"   {more}", self.tone("dim"))
        return text

    def _short(self, row: StatusRow, travelled: str = "travelled ") -> Text:
        text = self._title(row)
        text.append(f"   {row.kind} ", self.tone("accent"))
        lamp: Tone = "good" if row.is_store_up else "bad"
        text.append("●  " if row.is_store_up else "○ STORE AWAY  ", self.tone(lamp))
        if row.mode == "app" and not (row.is_upstream_up and self.said):
            where = row.base_url.partition("://")[2] if row.is_upstream_up else "○ APP AWAY"
            text.append(f"{where}  ", self.tone("plain" if row.is_upstream_up else "bad"))
        if self.said:
            text.append(f"{self.said}  ", self.tone("warn"))
        return text.append_text(self._clock(row, travelled))

    def _clock(self, row: StatusRow, travelled: str = "travelled ") -> Text:
        text = Text()
        text.append(moment(self._now)[11:19], self.tone("dim"))
        if row.offset:
            text.append(f" {travelled}{row.offset}", self.tone("warn"))
        if row.knobs:
            text.append(f" provider: {row.knobs}", self.tone("warn"))
        return text

    def _tabs(self) -> Text:
        """Return the views with their keys; short names where room is scarce."""
        wide = self._tabs_of(is_wide=True)
        fits = cell_len(wide.plain.rstrip()) <= self.content_size.width
        return wide if fits else self._tabs_of(is_wide=False)

    def _tabs_of(self, *, is_wide: bool) -> Text:
        text = Text(" " if is_wide else "")
        self._ends = []
        for tab in self.tabs:
            tone: Tone = "bad" if tab.count else "accent" if tab.is_current else "dim"
            mark = Style(underline=True) if tab.is_current else Style()
            text.append(f"{tab.key} ", self.tone("accent" if tab.is_current else "dim"))
            name = tab.label if is_wide else tab.short
            alarming = f"⚠ {name} {tab.count}" if is_wide else f"⚠ {tab.count}"
            label = alarming if tab.count else name
            text.append(label, self.tone(tone) + mark)
            text.append("   " if is_wide else "  ")
            self._ends.append((len(text), tab.key))
        return text


def _ending(text: str, room: int) -> str:
    """Return a text, or so much of its end as there is room for: of a path the end tells more."""
    if cell_len(text) <= room:
        return text
    while text and cell_len(text) > room - 1:
        text = text[1:]
    return f"…{text}" if room > 0 else ""
