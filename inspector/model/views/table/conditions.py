"""The words of a filter, and the orders of the list, as SQL.

`views/filters.py` and `views/search.py` say the same of sessions that are not in a table; a test
asks both.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import assert_never, get_args

from session_inspector.devserver.core.events.base import TimerName
from session_inspector.devserver.core.values import Seconds
from session_inspector.inspector.model.facts.rows import Life
from session_inspector.inspector.model.facts.state import State
from session_inspector.inspector.model.fold.endings import describe_expiry
from session_inspector.inspector.model.views.session_summary import TROUBLED
from session_inspector.inspector.model.views.table.schema import (
    CLOCKS,
    FORCED,
    HAS_ENDED,
    KIND,
    LIFE,
    LONGEST_REASON,
    OVER_AT,
    quote,
    to_key,
)
from session_inspector.inspector.model.words.queries import QueryWord
from session_inspector.inspector.model.words.text import safe

ID = "coalesce(id_lower, id)"
PARTS: Mapping[str, str] = {"user": "who", "client": "client"}
BEGINNINGS: Mapping[str, str] = {"state": LIFE, "kind": KIND, "id": ID}
AMOUNTS: Mapping[str, str] = {
    "size": "size",
    "expires": f"(CASE WHEN {LIFE} = 'live' THEN ends - :now END)",
}
ORDERS: Mapping[str, Sequence[str]] = {
    "newest": ("created DESC",),
    "user": ("who",),
    "size": ("size DESC",),
    "expires": (f"{LIFE} <> 'live'", "ends IS NULL", "coalesce(ends, 0)"),
    "browser": ("client",),
    "kind": (KIND,),
    "request": ("sent DESC",),
    "rolls": ("rolls DESC",),
}
LATEST_FIRST = "number DESC"
"""The latest known first, so that logins of one second stay in their order."""


def order_by(sort: str, *, is_reversed: bool) -> str:
    """Return the terms of an order."""
    terms = (*ORDERS[sort], LATEST_FIRST)
    if is_reversed:
        terms = tuple(_turn_round(term) for term in terms)
    return ", ".join(terms)


def _turn_round(term: str) -> str:
    if term.endswith(" DESC"):
        return term.removesuffix(" DESC")
    return f"{term} DESC"


@dataclass(slots=True)
class ConditionWriter:
    """Writes words as a condition; what they compare with becomes a parameter."""

    state: State
    now: Seconds
    values: dict[str, str | float] = field(default_factory=dict)
    """The parameters by name."""

    def __post_init__(self) -> None:
        self.values["now"] = float(self.now)

    def write(self, words: Sequence[QueryWord]) -> str:
        """Return a condition that holds for a session that all words fit."""
        if not words:
            return "1"
        return " AND ".join(self._write_word(word) for word in words)

    def _write_word(self, word: QueryWord) -> str:
        condition = self._write_plain(word)
        if word.is_negated:
            return f"NOT {condition}"
        return condition

    def _write_plain(self, word: QueryWord) -> str:
        """Return a condition that is never NULL: NOT would leave that NULL."""
        match word.asks:
            case "nothing":
                return "1"
            case "word":
                return self._write_anywhere(word.value)
            case "part":
                return f"(instr({PARTS[word.key]}, {self._bind(word.value)}) > 0)"
            case "beginning":
                whole = BEGINNINGS[word.key]
                value = self._bind(word.value)
                return f"(substr({whole}, 1, {len(word.value)}) = {value})"
            case "flag":
                return self._write_problem()
            case "amount":
                sign = ">" if word.bound.is_above else "<"
                limit = self._bind(word.bound.limit)
                return f"coalesce({AMOUNTS[word.key]} {sign} {limit}, 0)"
            case _:
                assert_never(word.asks)

    def _bind(self, value: str | float) -> str:
        name = f"v{len(self.values)}"
        if isinstance(value, str):
            value = to_key(value)
        self.values[name] = value
        return f":{name}"

    def _write_anywhere(self, text: str) -> str:
        """Return whether a text stands in what the list shows of a session."""
        value = self._bind(text)
        tests = [f"instr({column}, {value})" for column in ("who", "client", KIND, ID)]
        tests.append(f"({HAS_ENDED} AND instr(reason, {value}))")
        lives = [life for life in get_args(Life) if text in life]
        if lives:
            tests.append(f"{LIFE} IN ({quote(lives)})")
        clocks = [clock for clock, reason in self._describe_clocks() if text in reason]
        if clocks:
            has_run_out = f"NOT {HAS_ENDED} AND coalesce({OVER_AT} <= :now, 0)"
            tests.append(f"({has_run_out} AND clock IN ({', '.join(clocks)}))")
        return f"({' OR '.join(tests)})"

    def _describe_clocks(self) -> Iterator[tuple[str, str]]:
        """Yield the number of each clock, as SQL, with the reason that it is for an end."""
        for name in get_args(TimerName):
            for mark, is_forced in (("", False), (FORCED, True)):
                reason = describe_expiry(name, self.state.lab, is_forced=is_forced)
                number = CLOCKS.index(name + mark)
                yield str(number), safe(reason, LONGEST_REASON).lower()

    def _write_problem(self) -> str:
        alarmed = ", ".join(self._bind(session) for session in self.state.alarms.sessions)
        return f"({LIFE} IN ({quote(sorted(TROUBLED))}) OR id IN ({alarmed}))"
