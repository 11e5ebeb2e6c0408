"""Checks the names of a request's cookies: chunks that are missing, left over, or mixed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from session_inspector.devserver.cookies.chunk_rules import FULL, ChunkGroup, recognise_chunks
from session_inspector.devserver.core.events.base import CookieSeen
from session_inspector.inspector.model.words.explanations import AlarmKind

Problem = tuple[AlarmKind, str]
"""(kind, what was seen)"""


def find_chunk_problems(
    cookies: Sequence[CookieSeen], written: Mapping[str, frozenset[str]]
) -> list[Problem]:
    """Return what is wrong with the chunks of a request.

    `written` are the chunks that the last write of a cookie set, by the cookie's name, as far as
    was seen.
    """
    sizes = {cookie.name: cookie.size for cookie in cookies}
    heads = {cookie.name: cookie.head for cookie in cookies if cookie.head}
    groups = recognise_chunks(sizes, heads=heads)
    groups = sorted(groups, key=lambda group: (group.base, group.rule.separator))
    names = set(sizes)
    proven = [group for group in groups if _is_shown(group, sizes, written)]
    problems = [problem for group in proven for problem in _check_gaps(group, names)]
    return [*problems, *_check_orphans(groups, names, written)]


def _is_shown(
    group: ChunkGroup, sizes: Mapping[str, int], written: Mapping[str, frozenset[str]]
) -> bool:
    """Check that one cookie alone, and not the first, is a chunk: its own name may end so."""
    if group.rule.head or len(group.by_number) > 1 or group.rule.first in group.by_number:
        return True
    (name,) = group.by_number.values()
    others = written.get(group.base, frozenset())
    return group.base in sizes or sizes[name] >= FULL or name in others


def find_written_chunks(sizes: Mapping[str, int]) -> dict[str, frozenset[str]]:
    """Return the chunks that one response set, by the name of the cookie they carry.

    `sizes`: bytes of the values by name. A cookie that was set whole has no chunk.
    """
    written: dict[str, frozenset[str]] = {name: frozenset() for name in sizes}
    for group in recognise_chunks(sizes):
        written[group.base] = frozenset(group.by_number.values())
        for name in group.by_number.values():
            written.pop(name, None)
    return written


def _check_gaps(group: ChunkGroup, names: set[str]) -> list[Problem]:
    """Return a group of chunks that has a gap, or is sent beside the whole cookie."""
    chunks = ", ".join(group.names)
    if group.rule.head:
        return _check_head(group, names)
    if group.base in names:
        return [("mixed chunks", f"{group.base} and {chunks} are both sent")]
    if group.missing:
        lost = ", ".join(group.missing)
        return [("missing chunk", f"{lost} is not sent, {group.names[-1]} is")]
    return []


def _check_head(group: ChunkGroup, names: set[str]) -> list[Problem]:
    """Return what is wrong with chunks whose number a head announces."""
    if group.count is None and group.base in names:
        return []  # the plain cookie holds the value: all chunks are left over
    missing = list(group.missing)
    witness = f"{group.base} announces {group.count}"
    if group.count is None:
        missing.insert(0, group.base)
        witness = f"{group.names[-1]} is"
    if not missing:
        return []
    return [("missing chunk", f"{', '.join(missing)} is not sent, {witness}")]


def _check_orphans(
    groups: Sequence[ChunkGroup], names: set[str], written: Mapping[str, frozenset[str]]
) -> list[Problem]:
    """Return chunks that are sent although the last write of their session has none of them."""
    lost: list[str] = []
    for group in groups:
        lost += _left_over(group, names, written)
    if not lost:
        return []
    return [("orphan chunk", f"{', '.join(lost)} is left over")]


def _left_over(
    group: ChunkGroup, names: set[str], written: Mapping[str, frozenset[str]]
) -> Sequence[str]:
    if group.count is not None:
        return group.left_over
    if group.rule.head and group.base in names:
        return group.names
    last = written.get(group.base)
    if not last:
        return ()  # nothing was seen of it, or it was set whole: `mixed chunks` reports that
    return [name for name in group.names if name not in last]
