"""The language of every filter box: `user:alice -status:404 ms:>100` and plain words.

All words must fit; `-` or `!` before a word turns it round. What a list has to compare is said
once, as a `Vocabulary`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeAlias, TypeVar

from session_inspector.devserver.core.numbers import Units, parse_bound

T = TypeVar("T")
Keep: TypeAlias = Callable[[T], bool]
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
class Filter(Generic[T]):
    """A compiled filter; with a problem it keeps everything."""

    keep: Keep[T]
    problem: str = ""


def compile_query(text: str, vocabulary: Vocabulary[T]) -> Filter[T]:
    """Return a filter; all its words must fit. A word that is wrong is named in `problem`."""
    tests: list[Keep[T]] = []
    for word in text.split():
        test, problem = _compile_word(word.lower(), vocabulary)
        if test is None:
            return Filter(lambda row: True, problem)
        tests.append(test)
    return Filter(lambda row: all(test(row) for test in tests))


def toggle_word(text: str, word: str) -> str:
    """Return a query with a word that it did not have, or without it."""
    words = text.split()
    if word in words:
        return " ".join(one for one in words if one != word)
    return " ".join([*words, word])


def _compile_word(word: str, vocabulary: Vocabulary[T]) -> tuple[Keep[T] | None, str]:
    """Return the test of a word, and what is wrong with it; `-` or `!` before it turns it round."""
    if word in NOT:
        return (lambda row: True), ""  # the word is still being typed
    if word[0] not in NOT:
        return _compile_plain(word, vocabulary)
    test, problem = _compile_plain(word[1:], vocabulary)
    if test is None:
        return None, problem
    return (lambda row: not test(row)), ""


def _compile_plain(word: str, vocabulary: Vocabulary[T]) -> tuple[Keep[T] | None, str]:
    key, colon, value = word.partition(":")
    if not colon:
        return (lambda row: vocabulary.has_word(row, word)), ""
    if key == "is" and vocabulary.flags:
        return _compile_flag(value, vocabulary)
    is_text = key in vocabulary.parts or key in vocabulary.beginnings
    if key in vocabulary.amounts and not (is_text and value[:1] not in MARKED):
        return _compile_amount(word, value, vocabulary.amounts[key])
    if key in vocabulary.parts:
        part = vocabulary.parts[key]
        return (lambda row: value in part(row).lower()), ""
    if key in vocabulary.beginnings:
        whole = vocabulary.beginnings[key]
        return (lambda row: whole(row).lower().startswith(value)), ""
    return None, f"{key}: is not a filter key; use {', '.join(vocabulary.keys)} or plain words"


def _compile_flag(value: str, vocabulary: Vocabulary[T]) -> tuple[Keep[T] | None, str]:
    for name, test in vocabulary.flags.items():
        if value and name.startswith(value):
            return test, ""
    if not value:
        return (lambda row: True), ""  # it is still being typed
    return None, f"is:{value} is not known; use is:{' is:'.join(vocabulary.flags)}"


def _compile_amount(word: str, value: str, amount: Amount[T]) -> tuple[Keep[T] | None, str]:
    bound = parse_bound(value, amount.units)
    if bound is None:
        return None, f"{word} is not an amount; write it like {amount.example}"
    return (lambda row: bound.fits(amount.measure(row))), ""
