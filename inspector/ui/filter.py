"""The last guard before the terminal: no drawn character steers it, whoever forgot `safe`."""

from __future__ import annotations

import re

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

STEERS = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb]"
)
"""Controls of both kinds, bidi and zero-width characters, lone surrogates. `model.text.safe` makes
them visible; here they only go, because a line's width is fixed by now."""


class Harmless(LineFilter):
    """Drops them from every line of every widget, borders and toasts included."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        if all(segment.control or not STEERS.search(segment.text) for segment in segments):
            return segments
        return [segment if segment.control else _calmed(segment) for segment in segments]


def _calmed(segment: Segment) -> Segment:
    text = STEERS.sub(lambda found: "?" * cell_len(found[0]), segment.text)
    return Segment(text, segment.style)
