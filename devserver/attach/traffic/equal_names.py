"""Cookies of equal names in one request: which one the app reads is known by the family.

    Cookie: sid=OLD; sid=NEW        Express reads OLD, Django reads NEW

A browser keeps one cookie for each name, Path and Domain, and sends all that match.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from session_inspector.devserver.cookies.jar import Pairs
from session_inspector.devserver.core.values import fingerprint
from session_inspector.devserver.decoders.base import Decoded
from session_inspector.devserver.decoders.traits import WhichIsRead


@dataclass(frozen=True, slots=True, kw_only=True)
class EqualCookies:
    """Cookies of one name in one request."""

    name: str
    values: tuple[str, ...] = field(repr=False)
    reads: WhichIsRead = ""
    family: str = ""
    """Whose rule that is; empty: no decoder knows these cookies."""

    @property
    def digest(self) -> str:
        """Identity of name and values."""
        return fingerprint("\x00".join((self.name, *self.values)))


def first_of_each(pairs: Pairs) -> dict[str, str]:
    """Return a jar with the first of equal names."""
    jar: dict[str, str] = {}
    for name, value in pairs:
        jar.setdefault(name, value)
    return jar


def choose_read(
    first: Sequence[Decoded], last: Sequence[Decoded], repeated: Iterable[str]
) -> list[Decoded]:
    """Return what the app reads.

    `first` and `last` is what was found in the jars with the first and the last of equal names.
    What no rule is known of counts as the first.
    """
    names = set(repeated)
    chosen = [one for one in first if one.traits.reads != "last" or not names & set(one.cookies)]
    taken = {name for one in chosen for name in one.cookies}
    for one in last:
        is_read = one.traits.reads == "last" and names & set(one.cookies)
        if is_read and not taken & set(one.cookies):
            chosen.append(one)
            taken |= set(one.cookies)
    return chosen


def describe_repeated(
    repeated: Mapping[str, tuple[str, ...]], chosen: Sequence[Decoded]
) -> tuple[EqualCookies, ...]:
    """Return each name that comes more than once, with the rule of the family that knows it."""
    families = {name: one for one in chosen for name in one.cookies}
    found: list[EqualCookies] = []
    for name, values in repeated.items():
        one = families.get(name)
        if one is None:
            found.append(EqualCookies(name=name, values=values))
        else:
            found.append(
                EqualCookies(name=name, values=values, reads=one.traits.reads, family=one.family)
            )
    return tuple(found)


def read_jar(pairs: Pairs, equal: Sequence[EqualCookies]) -> dict[str, str]:
    """Return the jar as the app reads it."""
    jar = first_of_each(pairs)
    for one in equal:
        if one.reads == "last":
            jar[one.name] = one.values[-1]
    return jar
