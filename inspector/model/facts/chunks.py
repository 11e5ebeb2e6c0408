"""Checks the names of a request's cookies: chunks that are missing, left over, or mixed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from session_inspector.devserver.core.events.base import CookieSeen
from session_inspector.inspector.model.words.explanations import AlarmKind

_CHUNK = re.compile(r"(.+?)(__|\.)([0-9]{1,3})")


def find_chunk_problems(
    cookies: Sequence[CookieSeen], known: set[str]
) -> list[tuple[AlarmKind, str]]:
    """Return (kind, what was seen) for a request's cookies.

    `known` are the cookies the browser was given and not asked to delete, as far as was seen.
    """
    return [*_check_gaps(cookies), *_check_orphans(cookies, known)]


def _check_gaps(cookies: Sequence[CookieSeen]) -> list[tuple[AlarmKind, str]]:
    """Return groups of chunks that have a gap, or are sent beside the whole cookie."""
    names = {cookie.name for cookie in cookies}
    problems: list[tuple[AlarmKind, str]] = []
    for (base, mark), numbers in sorted(_group_chunks(names).items()):
        missing = sorted(set(range(max(numbers))) - set(numbers))
        if base in names:
            chunks = _join_names(base, mark, sorted(numbers))
            problems.append(("mixed chunks", f"{base} and {chunks} are both sent"))
        elif missing:
            lost = _join_names(base, mark, missing)
            last = f"{base}{mark}{max(numbers)}"
            problems.append(("missing chunk", f"{lost} is not sent, {last} is"))
    return problems


def _check_orphans(cookies: Sequence[CookieSeen], known: set[str]) -> list[tuple[AlarmKind, str]]:
    """Return chunks that are sent although the last write of their session has none of them."""
    lost = [cookie.name for cookie in cookies if _is_orphan(cookie.name, known)]
    if not lost:
        return []
    return [("orphan chunk", f"{', '.join(lost)} is left over")]


def _is_orphan(name: str, known: set[str]) -> bool:
    found = _CHUNK.fullmatch(name)
    if found is None or name in known:
        return False
    return any(other.startswith(found[1]) for other in known)


def _group_chunks(names: Iterable[str]) -> dict[tuple[str, str], list[int]]:
    """Return (name of the whole cookie, separator) to the numbers of its chunks."""
    groups: dict[tuple[str, str], list[int]] = {}
    for name in names:
        found = _CHUNK.fullmatch(name)
        if found:
            groups.setdefault((found[1], found[2]), []).append(int(found[3]))
    return groups


def _join_names(base: str, mark: str, numbers: Iterable[int]) -> str:
    return ", ".join(f"{base}{mark}{number}" for number in numbers)
