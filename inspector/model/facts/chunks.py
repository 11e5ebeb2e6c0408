"""Checks the names of a request's cookies: chunks that are missing, left over, or mixed."""

from __future__ import annotations

from collections.abc import Sequence

from session_inspector.devserver.cookies.chunk_rules import ChunkGroup, recognise_chunks
from session_inspector.devserver.core.events.base import CookieSeen
from session_inspector.inspector.model.words.explanations import AlarmKind


def find_chunk_problems(
    cookies: Sequence[CookieSeen], known: set[str]
) -> list[tuple[AlarmKind, str]]:
    """Return (kind, what was seen) for a request's cookies.

    `known` are the cookies the browser was given and not asked to delete, as far as was seen.
    """
    sizes = {cookie.name: cookie.size for cookie in cookies}
    groups = recognise_chunks(sizes)
    return [*_check_gaps(groups, set(sizes)), *_check_orphans(groups, known)]


def _check_gaps(groups: Sequence[ChunkGroup], names: set[str]) -> list[tuple[AlarmKind, str]]:
    """Return groups of chunks that have a gap, or are sent beside the whole cookie."""
    problems: list[tuple[AlarmKind, str]] = []
    for group in sorted(groups, key=lambda group: (group.base, group.rule.separator)):
        chunks = ", ".join(group.names)
        if group.base in names and not group.rule.head:
            problems.append(("mixed chunks", f"{group.base} and {chunks} are both sent"))
        elif group.missing:
            lost = ", ".join(group.missing)
            problems.append(("missing chunk", f"{lost} is not sent, {group.names[-1]} is"))
    return problems


def _check_orphans(groups: Sequence[ChunkGroup], known: set[str]) -> list[tuple[AlarmKind, str]]:
    """Return chunks that are sent although the last write of their session has none of them."""
    lost: list[str] = []
    for group in groups:
        if any(name.startswith(group.base) for name in known):
            lost += [name for name in group.names if name not in known]
    if not lost:
        return []
    return [("orphan chunk", f"{', '.join(lost)} is left over")]
