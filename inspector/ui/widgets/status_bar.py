"""The header: where the lab is, how sessions travel, what time it is there."""

from __future__ import annotations

from collections.abc import Sequence

from rich.style import Style
from rich.text import Text

from devserver.core.values import Seconds
from inspector.model.rows import StatusRow, Tone
from inspector.model.text import moment
from inspector.ui.widgets.tones import Toned


class StatusBar(Toned):
    """Draws what it is handed, in two lines."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._row: StatusRow | None = None
        self._now: Seconds = 0.0
        self._shown: object = None
        self.tabs: Sequence[tuple[str, str, bool, bool]] = ()
        """(key, label, is current, is alarming) of the views."""

    def show(self, row: StatusRow, now: Seconds) -> None:
        shown = row, int(now), tuple(self.tabs)
        if shown != self._shown:
            self._row, self._now, self._shown = row, now, shown
            self.refresh()

    def _tabs(self, *, is_short: bool) -> Text:
        """Return the views with their keys; short: the current one and the alarms."""
        text = Text(" ")
        for key, label, is_current, is_alarming in self.tabs:
            if is_short and not (is_alarming or (is_current and key != "1")):
                continue
            tone: Tone = "bad" if is_alarming else "accent" if is_current else "dim"
            text.append(f"{key} ", self.tone("dim"))
            text.append(f"{'⚠ ' if is_alarming else ''}{label}", self.tone(tone))
            text.append("   ")
        return text

    def render(self) -> Text:
        row = self._row
        if row is None:
            return Text("Starting…", self.tone("dim"))
        text = Text(no_wrap=True)
        text.append(" Session Inspector ", self.tone("accent") + Style(reverse=True, bold=True))
        text.append(f"  {row.base_url}", self.tone("plain"))
        if row.upstream:
            tone: Tone = "plain" if row.is_upstream_up else "bad"
            text.append(f" → {row.upstream}", self.tone(tone))
        text.append(f"   {row.live} live", self.tone("good"))
        text.append(f" · {row.over} over", self.tone("dim"))
        has_room = self.content_size.height > 2
        if not has_room:
            text.append("  ").append_text(self._tabs(is_short=True))
        text.append("\n")
        text.append(f" {row.kind} ", self.tone("accent"))
        lamp: Tone = "good" if row.is_store_up else "bad"
        text.append("● " if row.is_store_up else "○ AWAY ", self.tone(lamp))
        text.append(f"clock {moment(self._now)[11:19]} ", self.tone("dim"))
        if row.offset:
            text.append(f"travelled {row.offset} ", self.tone("warn"))
        if row.knobs:
            text.append(f"provider: {row.knobs} ", self.tone("warn"))
        where = row.store if row.is_store_up else f"{row.store}: {row.store_reason}"
        text.append(f" {where}", self.tone("plain" if row.is_store_up else "bad"))
        if self.content_size.width >= 100:
            text.append(f"   {row.policy}", self.tone("dim"))
        if has_room:
            text.append("\n").append_text(self._tabs(is_short=False))
        return text
