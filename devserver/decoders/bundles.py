"""Values and chunks: which cookies belong together, in numeric order, and what is missing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_CHUNK = re.compile(r"(.+?)(\.|__|_)([0-9]{1,3})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """One value, whole or put together."""

    name: str
    """The cookie's name without the chunk's number."""
    value: str
    names: Sequence[str]
    parts: Sequence[str] = ()
    """The chunks' values; empty for a cookie that is whole."""
    separator: str = ""
    gap: str = ""
    """What is missing, in a sentence."""

    @property
    def size(self) -> int:
        """Bytes of the value."""
        return len(self.value.encode("utf-8", "replace"))


def bundles(
    cookies: Mapping[str, str], separators: Sequence[str] = (".", "_", "__")
) -> list[Bundle]:
    """Return whole cookies first, then what chunks make; an empty cookie is none."""
    whole = [
        Bundle(name=name, value=value, names=(name,)) for name, value in cookies.items() if value
    ]
    groups: dict[tuple[str, str], dict[int, str]] = {}
    for name in cookies:
        found = _CHUNK.fullmatch(name)
        if found and found[2] in separators:
            groups.setdefault((found[1], found[2]), {})[int(found[3])] = name
    return whole + [_joined(cookies, base, mark, by) for (base, mark), by in groups.items()]


def whole_first(bundle: Bundle, cookies: Mapping[str, str]) -> Bundle:
    """Return the cookie of the plain name where there is one: libraries read it, not the chunks."""
    if not bundle.parts or not cookies.get(bundle.name):
        return bundle
    return Bundle(name=bundle.name, value=cookies[bundle.name], names=(bundle.name,))


def split(
    names: Sequence[str], value: str, *, size: int, separator: str, is_always: bool = False
) -> dict[str, str]:
    """Return the cookies of a value, in chunks of `size` where it is longer; `names` it had."""
    found = _CHUNK.fullmatch(names[0])
    base = found[1] if found and found[2] == separator else names[0]
    if len(value) <= size and not is_always:
        return {base: value}
    starts = range(0, len(value), size)
    return {f"{base}{separator}{number}": value[at : at + size] for number, at in enumerate(starts)}


def _joined(cookies: Mapping[str, str], base: str, mark: str, by: dict[int, str]) -> Bundle:
    numbers = sorted(by)
    names = [by[number] for number in numbers]
    missing = [number for number in range(numbers[-1] + 1) if number not in by]
    gap = ""
    if missing:
        lost = ", ".join(f"{base}{mark}{number}" for number in missing)
        gap = (
            f"{lost} is missing between {names[0]} and {names[-1]}: the browser lost or evicted it"
        )
    parts = tuple(cookies[name] for name in names)
    return Bundle(
        name=base, value="".join(parts), names=names, parts=parts, separator=mark, gap=gap
    )
