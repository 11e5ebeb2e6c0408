"""Titles of borders as they are: Textual reads square brackets in them as markup."""

from __future__ import annotations

from rich.text import Text


def plain_title(title: str) -> Text:
    """Return a title that is drawn letter by letter."""
    return Text(title)
