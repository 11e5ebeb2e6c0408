"""What a session costs in bytes, as it is or as it might be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import ceil

from session_inspector.devserver.cookies.header_text import measure_cookie_header
from session_inspector.devserver.core.events.base import COOKIES_BESIDE
from session_inspector.devserver.core.json.writing import strict_json
from session_inspector.devserver.core.numbers import count_noun
from session_inspector.devserver.core.values import Secret, Shown
from session_inspector.inspector.model.facts.state import KnownSession
from session_inspector.inspector.model.words.text import safe

CHUNK = 3500
SEALED = 39 + 1 + 1 + 16 + 1 + 1 + 22
"""Characters of a compact JWE beside its ciphertext: header, dots, IV, tag."""
EXP = len(',"exp":1760000000')
AUDIENCE = 1300
"""Bytes an access token for one more audience adds: a JWT of 1.1 KB, its scope and times."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """A session as it might be."""

    dropped: frozenset[str] = frozenset()
    """Paths of members that are left out: `tokenSet.idToken`."""
    audiences: int = 0
    """Further access tokens."""
    grown: int = 0
    """Bytes of further claims."""

    @property
    def is_asked(self) -> bool:
        """True when anything is changed."""
        return bool(self.dropped or self.audiences or self.grown)

    def describe(self) -> str:
        """Return the changes in a few words; empty: none."""
        changes: list[str] = []
        if self.dropped:
            changes.append(f"without {', '.join(sorted(self.dropped))}")
        if self.audiences:
            changes.append(count_noun(self.audiences, "more audience"))
        if self.grown:
            changes.append(f"{self.grown:+} B of claims")
        return safe(" · ".join(changes), 120)


def sealed_size(payload: int) -> int:
    """Return characters of a sealed cookie's value for `payload` bytes of JSON."""
    return SEALED + ceil(payload * 4 / 3)


def chunks_of(value: int) -> int:
    """Return how many cookies a value of that size takes."""
    return max(1, ceil(value / CHUNK))


def header_of(name: str, value: int) -> int:
    """Return bytes of the Cookie header that carries a value, chunk names included."""
    count = chunks_of(value)
    if count == 1:
        return measure_cookie_header(len(name) + 1 + value)
    names = sum(len(f"{name}__{number}=") for number in range(count))
    return measure_cookie_header(names + value + 2 * (count - 1))


def json_size(value: Shown) -> int:
    """Return bytes of a value as compact JSON; a masked secret counts with its length."""
    if isinstance(value, Secret):
        return value.length + 2
    if isinstance(value, dict):
        members = sum(json_size(name) + 1 + json_size(member) for name, member in value.items())
        return 2 + members + _commas(len(value))
    if isinstance(value, list):
        return 2 + sum(map(json_size, value)) + _commas(len(value))
    return len(strict_json(value, is_ascii=False).encode("utf-8", "replace"))


def find_inside(known: KnownSession) -> Mapping[str, Shown]:
    """Return what was read inside a session: nothing, where only its cookies are known."""
    return {name: value for name, value in known.facts.data.items() if name != COOKIES_BESIDE}


def parts_of(data: Mapping[str, Shown], whatif: WhatIf) -> list[tuple[str, int]]:
    """Return (path, bytes) of members and of the members of those, the largest first."""
    parts: list[tuple[str, int]] = []
    for name, value in data.items():
        parts += _split_member(name, value)
    kept = [part for part in parts if part[0] not in whatif.dropped]
    return sorted(kept, key=lambda part: -part[1])


def payload_size(known: KnownSession, parts: Iterable[tuple[str, int]], whatif: WhatIf) -> int:
    """Return bytes of a session's payload as it might be."""
    saved = sum(count for path, count in parts if path in whatif.dropped)
    return known.facts.size - saved + whatif.audiences * AUDIENCE + whatif.grown


def exp_size(known: KnownSession) -> int:
    """Return bytes the end adds when it is sealed; a stateless session has it already."""
    if "exp" in known.facts.data:
        return 0
    return EXP


def _split_member(name: str, value: Shown) -> list[tuple[str, int]]:
    cost = json_size(name) + 2
    if isinstance(value, dict) and value:
        parts = [
            (f"{name}.{inner}", json_size(inner) + 2 + json_size(member))
            for inner, member in value.items()
        ]
        return [*parts, (f"{name} {{}}", cost + 2)]
    if isinstance(value, list) and value:
        parts = [(f"{name}[{n}]", json_size(member) + 1) for n, member in enumerate(value)]
        return [*parts, (f"{name} []", cost + 2)]
    return [(name, cost + json_size(value))]


def _commas(count: int) -> int:
    return max(0, count - 1)
