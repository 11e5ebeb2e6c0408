"""The language of every filter box: `user:alice -status:404 ms:>100` and plain words.

All words must fit; `-` or `!` before a word turns it round. What a list has to compare is said
once, as a `Vocabulary`. A query is read into words first: Python compares rows with them, and so
does a table that holds rows (`views/table/conditions.py`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Generic, Literal, TypeAlias, TypeVar, assert_never

T = TypeVar("T")
Keep: TypeAlias = Callable[[T], bool]
Units: TypeAlias = Mapping[str, float]
WordKind: TypeAlias = Literal["nothing", "word", "part", "beginning", "flag", "more", "less"]
"""What a word asks of a row; `nothing`: all fit."""
_AMOUNT = re.compile(r"([<>])(\d+(?:\.\d+)?)([a-z]*)")
SIZES: Units = {"": 1, "b": 1, "k": 1024, "kb": 1024, "m": 1024**2, "mb": 1024**2}
TIMES: Units = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86_400}
MILLISECONDS: Units = {"": 1, "ms": 1, "s": 1000}
PLAIN: Units = {"": 1}
NOT = ("-", "!")
"""What begins a word that must not fit."""
MARKED = ("<", ">")


@dataclass(frozen=True, slots=True)
class Amount(Generic[T]):
    """A number that a row may have."""

    measure: Callable[[T], float | None]
    units: Units
    example: str


@dataclass(frozen=True, slots=True)
class Vocabulary(Generic[T]):
    """What the words of a filter are compared with, in one kind of row."""

    has_word: Callable[[T, str], bool]
    """Whether a plain word, in lower case, stands in any text of a row."""
    parts: Mapping[str, Callable[[T], str]] = field(default_factory=dict)
    """Key to a text that must contain the value."""
    beginnings: Mapping[str, Callable[[T], str]] = field(default_factory=dict)
    """Key to a text that must begin with the value."""
    amounts: Mapping[str, Amount[T]] = field(default_factory=dict)
    flags: Mapping[str, Keep[T]] = field(default_factory=dict)
    """What can stand behind `is:`."""

    @property
    def keys(self) -> tuple[str, ...]:
        """All that can stand before a colon."""
        found = dict.fromkeys((*self.parts, *self.beginnings, *self.amounts))
        if self.flags:
            found["is"] = None
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a query, as it was read."""

    asks: WordKind
    key: str = ""
    """What stands before the colon; of a flag the whole name."""
    value: str = ""
    limit: float = 0.0
    """What an amount is compared with, in the unit of the rows."""
    is_negated: bool = False


EVERYTHING = Word(asks="nothing")
"""A word that is still being typed."""


@dataclass(frozen=True, slots=True)
class Filter(Generic[T]):
    """A compiled filter; with a problem it keeps everything."""

    keep: Keep[T]
    problem: str = ""
    words: tuple[Word, ...] = ()
    """The same for an engine that keeps the rows itself."""


def compile_query(text: str, vocabulary: Vocabulary[T]) -> Filter[T]:
    """Return a filter; all its words must fit. A word that is wrong is named in `problem`."""
    words: list[Word] = []
    for one in text.split():
        word, problem = _read_word(one.lower(), vocabulary)
        if problem:
            return Filter(lambda row: True, problem)
        words.append(word)
    tests = [_compile_word(word, vocabulary) for word in words]
    return Filter(lambda row: all(test(row) for test in tests), words=tuple(words))


def toggle_word(text: str, word: str) -> str:
    """Return a query with a word that it did not have, or without it."""
    words = text.split()
    if word in words:
        return " ".join(one for one in words if one != word)
    return " ".join([*words, word])


def _read_word(text: str, vocabulary: Vocabulary[T]) -> tuple[Word, str]:
    """Return a word, and what is wrong with it; `-` or `!` before it turns it round."""
    if text in NOT:
        return EVERYTHING, ""
    if text[0] not in NOT:
        return _read_plain(text, vocabulary)
    word, problem = _read_plain(text[1:], vocabulary)
    return replace(word, is_negated=True), problem


def _read_plain(text: str, vocabulary: Vocabulary[T]) -> tuple[Word, str]:
    key, colon, value = text.partition(":")
    if not colon:
        return Word(asks="word", value=text), ""
    if key == "is" and vocabulary.flags:
        return _read_flag(value, vocabulary)
    is_text = key in vocabulary.parts or key in vocabulary.beginnings
    if key in vocabulary.amounts and not (is_text and value[:1] not in MARKED):
        return _read_amount(text, vocabulary.amounts[key])
    if key in vocabulary.parts:
        return Word(asks="part", key=key, value=value), ""
    if key in vocabulary.beginnings:
        return Word(asks="beginning", key=key, value=value), ""
    known = ", ".join(vocabulary.keys)
    return EVERYTHING, f"{key}: is not a filter key; use {known} or plain words"


def _read_flag(value: str, vocabulary: Vocabulary[T]) -> tuple[Word, str]:
    if not value:
        return EVERYTHING, ""
    for name in vocabulary.flags:
        if name.startswith(value):
            return Word(asks="flag", key=name), ""
    return EVERYTHING, f"is:{value} is not known; use is:{' is:'.join(vocabulary.flags)}"


def _read_amount(text: str, amount: Amount[T]) -> tuple[Word, str]:
    key, _, value = text.partition(":")
    found = _AMOUNT.fullmatch(value)
    if found is None or found[3] not in amount.units:
        return EVERYTHING, f"{text} is not an amount; write it like {amount.example}"
    limit = float(found[2]) * amount.units[found[3]]
    if found[1] == ">":
        return Word(asks="more", key=key, limit=limit), ""
    return Word(asks="less", key=key, limit=limit), ""


def _compile_word(word: Word, vocabulary: Vocabulary[T]) -> Keep[T]:
    test = _compile_plain(word, vocabulary)
    if word.is_negated:
        return lambda row: not test(row)
    return test


def _compile_plain(word: Word, vocabulary: Vocabulary[T]) -> Keep[T]:
    value = word.value
    match word.asks:
        case "nothing":
            return lambda row: True
        case "word":
            return lambda row: vocabulary.has_word(row, value)
        case "part":
            part = vocabulary.parts[word.key]
            return lambda row: value in part(row).lower()
        case "beginning":
            whole = vocabulary.beginnings[word.key]
            return lambda row: whole(row).lower().startswith(value)
        case "flag":
            return vocabulary.flags[word.key]
        case "more" | "less":
            return _compile_amount(word, vocabulary.amounts[word.key])
        case _:
            assert_never(word.asks)


def _compile_amount(word: Word, amount: Amount[T]) -> Keep[T]:
    limit = word.limit

    def is_more(row: T) -> bool:
        measured = amount.measure(row)
        return measured is not None and measured > limit

    def is_less(row: T) -> bool:
        measured = amount.measure(row)
        return measured is not None and measured < limit

    if word.asks == "more":
        return is_more
    return is_less
