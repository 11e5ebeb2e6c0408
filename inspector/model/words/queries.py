"""The language of every filter box: `user:alice -status:404 ms:>100` and plain words.

All words must fit; `-` or `!` before a word turns it round. What a list has to compare is said
once, as a `Vocabulary`. A query is read into words first: Python compares rows with them, and so
does a table that holds rows (`views/table/conditions.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Generic, Literal, TypeAlias, TypeVar, assert_never

from session_inspector.devserver.core.numbers import Bound, Units, parse_bound

T = TypeVar("T")
Keep: TypeAlias = Callable[[T], bool]
WordKind: TypeAlias = Literal["nothing", "word", "part", "beginning", "flag", "amount"]
"""What a word asks of a row; `nothing`: all fit."""
ANY = Bound(True, float("-inf"))
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
class QueryWord:
    """One word of a query, as it was read."""

    asks: WordKind
    key: str = ""
    """What stands before the colon; of a flag the whole name."""
    value: str = ""
    bound: Bound = ANY
    """What an amount is compared with, in the unit of the rows."""
    is_negated: bool = False


EVERYTHING = QueryWord(asks="nothing")
"""A word that is still being typed."""


@dataclass(frozen=True, slots=True)
class Filter(Generic[T]):
    """A compiled filter; with a problem it keeps everything."""

    keep: Keep[T]
    problem: str = ""
    words: tuple[QueryWord, ...] = ()
    """The same for an engine that keeps the rows itself."""


def compile_query(text: str, vocabulary: Vocabulary[T]) -> Filter[T]:
    """Return a filter; all its words must fit. A word that is wrong is named in `problem`."""
    words: list[QueryWord] = []
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


def _read_word(text: str, vocabulary: Vocabulary[T]) -> tuple[QueryWord, str]:
    """Return a word, and what is wrong with it; `-` or `!` before it turns it round."""
    if text in NOT:
        return EVERYTHING, ""
    if text[0] not in NOT:
        return _read_plain(text, vocabulary)
    word, problem = _read_plain(text[1:], vocabulary)
    return replace(word, is_negated=True), problem


def _read_plain(text: str, vocabulary: Vocabulary[T]) -> tuple[QueryWord, str]:
    key, colon, value = text.partition(":")
    if not colon:
        return QueryWord(asks="word", value=text), ""
    if key == "is" and vocabulary.flags:
        return _read_flag(value, vocabulary)
    is_text = key in vocabulary.parts or key in vocabulary.beginnings
    if key in vocabulary.amounts and not (is_text and value[:1] not in MARKED):
        return _read_amount(text, vocabulary.amounts[key])
    if key in vocabulary.parts:
        return QueryWord(asks="part", key=key, value=value), ""
    if key in vocabulary.beginnings:
        return QueryWord(asks="beginning", key=key, value=value), ""
    known = ", ".join(vocabulary.keys)
    return EVERYTHING, f"{key}: is not a filter key; use {known} or plain words"


def _read_flag(value: str, vocabulary: Vocabulary[T]) -> tuple[QueryWord, str]:
    if not value:
        return EVERYTHING, ""
    for name in vocabulary.flags:
        if name.startswith(value):
            return QueryWord(asks="flag", key=name), ""
    return EVERYTHING, f"is:{value} is not known; use is:{' is:'.join(vocabulary.flags)}"


def _read_amount(text: str, amount: Amount[T]) -> tuple[QueryWord, str]:
    key, _, value = text.partition(":")
    bound = parse_bound(value, amount.units)
    if bound is None:
        return EVERYTHING, f"{text} is not an amount; write it like {amount.example}"
    return QueryWord(asks="amount", key=key, bound=bound), ""


def _compile_word(word: QueryWord, vocabulary: Vocabulary[T]) -> Keep[T]:
    test = _compile_plain(word, vocabulary)
    if word.is_negated:
        return lambda row: not test(row)
    return test


def _compile_plain(word: QueryWord, vocabulary: Vocabulary[T]) -> Keep[T]:
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
        case "amount":
            measure = vocabulary.amounts[word.key].measure
            return lambda row: word.bound.fits(measure(row))
        case _:
            assert_never(word.asks)
