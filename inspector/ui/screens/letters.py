"""A letter for each line of a menu: pressed, it picks the line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from string import ascii_letters, digits

RESERVED = "jk"
"""They move the cursor, unless a menu gives them to a line of its own."""


def assign_letters(
    choices: Sequence[tuple[str, str]], chosen: Mapping[str, str], *, taken: str = ""
) -> dict[str, str]:
    """Return {letter: value}: a line's own letter, else one of its words', else any that is free.

    `choices` are (value, label), `chosen` is {letter: value}, `taken` are letters that mean
    something else.
    """
    letters = dict(chosen)
    with_letter = set(chosen.values())
    for value, label in choices:
        if value in with_letter:
            continue
        letter = _find_free(label, {*letters, *RESERVED, *taken})
        if letter:
            letters[letter] = value
    return letters


def _find_free(label: str, used: set[str]) -> str:
    """Return the first free letter: of the beginnings of words, of the words, of all; or none."""
    words = label.lower().split()
    beginnings = "".join(word[0] for word in words)
    for letter in beginnings + "".join(words) + ascii_letters + digits:
        is_letter = letter.isascii() and letter.isalnum()
        if is_letter and letter not in used:
            return letter
    return ""
