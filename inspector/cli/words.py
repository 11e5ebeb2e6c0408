"""Words of the command line that argparse would read otherwise than they are meant."""

from __future__ import annotations

from collections.abc import Sequence

SEPARATOR = "--"
SPANS = ("--issued", "--expires")
"""Flags whose value may begin with a minus."""


def join_spans(argv: Sequence[str]) -> list[str]:
    """Return the words with `--issued -30m` as `--issued=-30m`: argparse takes it for a flag."""
    words: list[str] = []
    for word in argv:
        if words and words[-1] in SPANS and _is_negative_span(word):
            words[-1] += f"={word}"
        else:
            words.append(word)
    return words


def _is_negative_span(word: str) -> bool:
    """Check for `-30m`: a minus, digits, perhaps a unit."""
    number = word.removeprefix("-")
    digits = number.rstrip("smhdw")
    return number != word and digits.isdecimal() and len(number) - len(digits) <= 1


def split_command(argv: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return our own words and the app's command: what stands behind the first `--` of `run`."""
    words = list(argv)
    if "run" not in words or SEPARATOR not in words:
        return words, []
    at = words.index(SEPARATOR)
    if words.index("run") > at:
        return words, []
    return words[:at], words[at + 1 :]
