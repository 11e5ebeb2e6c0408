"""Names of keys in sentences: which key it is, only the table of keys and a person's choice say.

A name stands between two characters that no text from outside keeps (`safe` spells them out), until
the screen puts the key in its place.
"""

from __future__ import annotations

import re
from collections.abc import Callable

BEGINS = "\ue000"
_WRITTEN = re.compile(r"<([a-z_]+)>")
_NAMED = re.compile("\ue000([a-z_]+)\ue001")


def mark_keys(text: str) -> str:
    """Return a sentence of ours that names keys by their actions: `press <login>`."""
    return _WRITTEN.sub("\ue000\\1\ue001", text)


def replace_key_names(text: str, spell: Callable[[str], str]) -> str:
    """Return a sentence with its keys as they are spelled."""
    if BEGINS not in text:
        return text
    return _NAMED.sub(lambda found: spell(found[1]), text)
