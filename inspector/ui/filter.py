"""The last guard before the terminal: no drawn character steers it, even where `safe` was
forgotten."""

from __future__ import annotations

import re

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

STEERS = (
    "\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e0fff"
)
"""Controls of both kinds, bidi and zero-width characters, tags, lone surrogates."""
HIDES = "\u115f\u1160\u3164\uffa0\ue000-\uf8ff\ufdd0-\ufdef\ufffe\uffff\U000f0000-\U0010ffff"
"""Letters that draw nothing, private use, and what is no character."""
MARKS = "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
BAD = re.compile(f"[{STEERS}{HIDES}]")
SELECTORS = "\ufe00-\ufe0f\U0001f3fb-\U0001f3ff"
SELECTED = re.compile(f"([^{SELECTORS}]?)[{SELECTORS}]+")
"""A character and its variation selector: terminals disagree on how wide both are together."""
FLOOD = re.compile(f"([{MARKS}]{{3}})[{MARKS}]+")
"""`model.words.text.safe` makes them visible; here they are only dropped, because the width of a
line is fixed by now. Of marks on one letter three stay."""


class Harmless(LineFilter):
    """Drops them from every line of every widget, borders and toasts included."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        if all(segment.control or _is_harmless(segment.text) for segment in segments):
            return segments
        return [_make_harmless(segment) for segment in segments]


def _is_harmless(text: str) -> bool:
    if text.isascii() and text.isprintable():
        return True
    return not (BAD.search(text) or FLOOD.search(text) or SELECTED.search(text))


def _make_harmless(segment: Segment) -> Segment:
    if segment.control:
        return segment
    text = BAD.sub(lambda found: "?" * cell_len(found[0]), segment.text)
    text = FLOOD.sub(r"\1", text)
    text = SELECTED.sub(_draw_base, text)
    return Segment(text, segment.style)


def _draw_base(found: re.Match[str]) -> str:
    """Return a character without its variation selector, in as many columns as were planned."""
    base = found[1]
    return base + " " * max(0, cell_len(found[0]) - cell_len(base))
