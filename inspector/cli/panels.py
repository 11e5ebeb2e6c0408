"""Titled fields as a box of text: colours on a terminal that wants them, plain lines elsewhere."""

from __future__ import annotations

import os
import shutil
import sys
import textwrap
from collections.abc import Iterable, Sequence

from session_inspector.inspector.model.facts.rows import Field, Tone
from session_inspector.inspector.model.words.text import safe

COLOURS: dict[Tone, str] = {
    "good": "32",
    "warn": "33",
    "bad": "1;31",
    "dim": "2",
    "accent": "1;36",
    "plain": "",
}
WIDEST = 110
LONGEST = 4096


def print_panel(title: str, fields: Sequence[Field], *, reveal: bool = False) -> None:
    """Write one box to stdout; `reveal` shows secrets in clear."""
    width = min(WIDEST, shutil.get_terminal_size((100, 24)).columns)
    is_coloured = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    lines = list(panel_lines(title, fields, width=width, is_coloured=is_coloured, reveal=reveal))
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


def panel_lines(
    title: str, fields: Sequence[Field], *, width: int, is_coloured: bool, reveal: bool
) -> Iterable[str]:
    """Return the lines of a box; each is `width` characters wide."""
    inner = width - 4
    head = safe(title, inner - 2)
    yield f"╭─ {head} {'─' * (inner - len(head) - 1)}╮"
    label = max((len(f.label) + 2 * f.depth for f in fields if f.value), default=0)
    column = min(label, 28) + 2
    for field in fields:
        for text, tone in _wrap_field(field, column, inner, reveal):
            body = text
            if is_coloured:
                body = _colour(text, tone)
            yield f"│ {body}{' ' * (inner - len(text))} │"
    yield f"╰{'─' * (width - 2)}╯"


def _colour(text: str, tone: Tone) -> str:
    if not COLOURS[tone]:
        return text
    return f"\x1b[{COLOURS[tone]}m{text}\x1b[0m"


def _clear_value(field: Field) -> str:
    """Return a value with its secret in clear, where it is at hand."""
    clear = None
    if field.secret and field.secret.is_at_hand:
        clear = field.secret.reveal()
    if clear is None:
        return field.value
    return safe(clear, LONGEST)


def _wrap_field(field: Field, column: int, inner: int, reveal: bool) -> Iterable[tuple[str, Tone]]:
    label = "  " * field.depth + field.label
    if not field.value:
        yield label[:inner], field.tone
        return
    value = field.value
    if reveal:
        value = _clear_value(field)
    start = f"{label[: inner // 2]}  ".ljust(column)
    rows = textwrap.wrap(value, inner - len(start), break_on_hyphens=False) or [""]
    lead = start
    for row in rows:
        yield f"{lead}{row}", field.tone
        lead = " " * len(start)
