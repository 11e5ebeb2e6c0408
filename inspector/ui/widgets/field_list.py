"""Titled fields as a tree: decoded contents, sealed parts, the store's row. Markup is off."""

from __future__ import annotations

from collections.abc import Mapping

from rich.text import Text

from session_inspector.inspector.model.facts.rows import Field, Tone
from session_inspector.inspector.model.words.text import safe
from session_inspector.inspector.ui.widgets.line_list import LineList

LONGEST_SECRET = 4096
"""Characters of a revealed secret that are drawn."""


class FieldList(LineList[Field]):
    """One line a field; `revealed` maps digests to the texts a person asked for."""

    revealed: Mapping[str, str] = {}  # replaced, never changed

    def key_of(self, row: Field) -> str:
        return row.key or f"{row.depth}{row.label}{row.value}"

    def look(self) -> Mapping[str, str]:
        return self.revealed

    def line(self, row: Field, width: int) -> Text:
        text = Text(no_wrap=True)
        text.append("  " * row.depth)
        for piece, tone in row.lead:
            text.append(piece, self.tone(tone))
        text.append(row.label, self.tone("accent" if row.tone == "accent" else "dim"))
        if not row.value:
            return text
        if row.label:
            text.append("  ")
        text.append(_mask_value(row, self.revealed), self.tone(_tone_of_value(row)))
        return text


def _mask_value(row: Field, revealed: Mapping[str, str]) -> str:
    """Return a value as it is drawn: a secret masked, unless a person asked for it."""
    if row.secret is None or row.secret.digest not in revealed:
        return row.value
    return safe(revealed[row.secret.digest], LONGEST_SECRET)


def _tone_of_value(row: Field) -> Tone:
    if row.secret:
        return "warn"
    if row.tone == "accent":  # the label has it
        return "plain"
    return row.tone
