"""The filter box: `user:alice state:live -kind:stateful size:>4k expires:<10m` and words."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from session_inspector.inspector.model.views.session_summary import SessionSummary

Keep: TypeAlias = Callable[[SessionSummary], bool]
_AMOUNT = re.compile(r"([<>])(\d+(?:\.\d+)?)([a-z]*)")
_SIZES = {"": 1, "b": 1, "k": 1024, "kb": 1024, "m": 1024**2, "mb": 1024**2}
_TIMES = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86_400}
_EXAMPLES = {"size": "size:>4k", "expires": "expires:<10m"}
NOT = ("-", "!")
"""What begins a word that must not fit."""
KEYS = ("user", "state", "kind", "client", "size", "expires")


@dataclass(frozen=True, slots=True)
class Filter:
    """A compiled filter; with a problem it keeps everything."""

    keep: Keep
    problem: str = ""


def compile_filter(text: str) -> Filter:
    """Return a filter; all its words must fit. A word that is wrong is named in `problem`."""
    tests: list[Keep] = []
    for word in text.split():
        test, problem = _compile_word(word.lower())
        if test is None:
            return Filter(lambda row: True, problem)
        tests.append(test)
    return Filter(lambda row: all(test(row) for test in tests))


def _compile_word(word: str) -> tuple[Keep | None, str]:
    """Return the test of a word, and what is wrong with it; `-` or `!` before it turns it round."""
    if word in NOT:
        return (lambda row: True), ""  # the word is still being typed
    if word[0] not in NOT:
        return _compile_plain(word)
    test, problem = _compile_plain(word[1:])
    if test is None:
        return None, problem
    return (lambda row: not test(row)), ""


def _compile_plain(word: str) -> tuple[Keep | None, str]:
    key, colon, value = word.partition(":")
    if not colon:
        return (lambda row: row.has_word(word)), ""
    match key:
        case "user":
            return (lambda row: value in row.who.lower()), ""
        case "state":
            return (lambda row: row.life.startswith(value)), ""
        case "kind":
            return (lambda row: row.kind.startswith(value)), ""
        case "client":
            return (lambda row: value in row.client.lower()), ""
        case "size":
            return _compile_amount(word, value, _SIZES, lambda row: row.size)
        case "expires":
            return _compile_amount(word, value, _TIMES, _seconds_left)
        case _:
            return None, f"{key}: is not a filter key; use {', '.join(KEYS)} or plain words"


def _compile_amount(
    word: str,
    value: str,
    units: dict[str, int],
    measure: Callable[[SessionSummary], float | None],
) -> tuple[Keep | None, str]:
    found = _AMOUNT.fullmatch(value)
    if found is None or found[3] not in units:
        return None, f"{word} is not an amount; write it like {_EXAMPLES[word.partition(':')[0]]}"
    limit = float(found[2]) * units[found[3]]

    def is_more(row: SessionSummary) -> bool:
        measured = measure(row)
        return measured is not None and measured > limit

    def is_less(row: SessionSummary) -> bool:
        measured = measure(row)
        return measured is not None and measured < limit

    if found[1] == ">":
        return is_more, ""
    return is_less, ""


def _seconds_left(row: SessionSummary) -> float | None:
    if row.ends is None or row.life != "live":
        return None
    return row.ends - row.now
