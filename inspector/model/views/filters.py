"""The filter box: `user:alice state:live kind:stateful size:>4k expires:<10m` and words."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from session_inspector.inspector.model.views.glance import Glance

Keep: TypeAlias = Callable[[Glance], bool]
_AMOUNT = re.compile(r"([<>])(\d+(?:\.\d+)?)([a-z]*)")
_SIZES = {"": 1, "b": 1, "k": 1024, "kb": 1024, "m": 1024**2, "mb": 1024**2}
_TIMES = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86_400}
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
        test, problem = _test(word.lower())
        if test is None:
            return Filter(lambda row: True, problem)
        tests.append(test)
    return Filter(lambda row: all(test(row) for test in tests))


def _test(word: str) -> tuple[Keep | None, str]:
    key, colon, value = word.partition(":")
    if not colon:
        return (lambda row: row.has(word)), ""
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
            return _amount(word, value, _SIZES, lambda row: row.size)
        case "expires":
            return _amount(word, value, _TIMES, _left)
        case _:
            return None, f"{key}: is no key; use {', '.join(KEYS)} or plain words"


def _amount(
    word: str,
    value: str,
    units: dict[str, int],
    measure: Callable[[Glance], float | None],
) -> tuple[Keep | None, str]:
    found = _AMOUNT.fullmatch(value)
    if found is None or found[3] not in units:
        example = "size:>4k" if units is _SIZES else "expires:<10m"
        return None, f"{word} is no amount; write it like {example}"
    limit, is_more = float(found[2]) * units[found[3]], found[1] == ">"

    def keep(row: Glance) -> bool:
        measured = measure(row)
        return measured is not None and (measured > limit) == is_more and measured != limit

    return keep, ""


def _left(row: Glance) -> float | None:
    return None if row.ends is None or row.life != "live" else row.ends - row.now
