"""Which rows of a store are wanted: `user:zoe expires:<10m size:>4k`, as the app's filter has it.

All words must fit; `-` before a word turns it round. An engine may leave out rows that cannot fit;
what it brings is checked here again, so that one filter means the same in every store.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.core.numbers import SIZES, TIMES, Bound, Units, parse_bound
from session_inspector.devserver.core.values import Seconds

Name: TypeAlias = Literal["user", "expires", "size"]
UNITS: dict[str, tuple[Name, Units]] = {"expires": ("expires", TIMES), "size": ("size", SIZES)}
FEWEST_BYTES = 0.5
"""Of the characters of its compact JSON, which are shown, a value has at least so much in bytes."""
NOT = ("-", "!")
EXAMPLE = "user:zoe expires:<10m size:>4k"
_HARMLESS = re.compile(r"[a-z0-9@._|:-]+")
"""What any writer of JSON writes as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowFacts:
    """What a filter asks of one row."""

    user: str
    left: Seconds | None
    """Until it ends; None: it has ended, or never does."""
    size: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One condition."""

    name: Name
    text: str = ""
    """Of a user: what the name must contain, in small letters."""
    bound: Bound | None = None
    is_turned: bool = False
    """It must not fit."""

    def fits(self, facts: RowFacts) -> bool:
        """Check one row."""
        return self._is_met(facts) is not self.is_turned

    def _is_met(self, facts: RowFacts) -> bool:
        if self.bound is None:
            return self.text in facts.user.lower()
        if self.name == "expires":
            return self.bound.fits(facts.left)
        return self.bound.fits(facts.size)


@dataclass(frozen=True, slots=True)
class RowFilter:
    """Conditions that must all fit; none: every row does."""

    words: tuple[Word, ...] = ()
    hidden: frozenset[Name] = frozenset()

    def keeps(self, facts: RowFacts) -> bool:
        """Check one row."""
        return all(word.fits(facts) for word in self.words)

    def hide(self, *names: Name) -> RowFilter:
        """Return the filter with conditions that only we can check: the engine cannot see them."""
        return replace(self, hidden=self.hidden | set(names))

    @property
    def names(self) -> list[Name]:
        """What is compared, each once."""
        return list(dict.fromkeys(word.name for word in self.words))

    def bounds(self, name: Name) -> Iterator[Bound]:
        """Yield the amounts that a row must have."""
        for word in self.words:
            if word.name == name and word.bound is not None and self._is_visible(word):
                yield word.bound

    def user_parts(self) -> Iterator[str]:
        """Yield what must stand in a row's text, as far as every writer spells it alike."""
        for word in self.words:
            if word.name == "user" and self._is_visible(word):
                part = max(_HARMLESS.findall(word.text), key=len, default="")
                if part:
                    yield part

    def _is_visible(self, word: Word) -> bool:
        return not word.is_turned and word.name not in self.hidden


def parse_filter(text: str) -> RowFilter:
    """Return a filter. Raises: InputError, which names the word."""
    return RowFilter(tuple(_parse_word(word) for word in text.lower().split()))


def _parse_word(word: str) -> Word:
    is_turned = word[0] in NOT
    name, colon, value = word.lstrip("-!").partition(":")
    if colon and name == "user" and value:
        return Word(name="user", text=value, is_turned=is_turned)
    if name not in UNITS:
        raise InputError(f"--filter {word!a} is none of user:, expires:, size:. Fix: {EXAMPLE}")
    known, units = UNITS[name]
    bound = parse_bound(value, units)
    if bound is None:
        raise InputError(f"--filter {word!a} is no amount. Fix: {EXAMPLE}")
    return Word(name=known, bound=bound, is_turned=is_turned)
