"""What is in a session, by path, so that two writes of it can be compared.

    {"cart": {"items": ["a", "b"], "note": ""}}     cart.items[…a], cart.items[…b], cart.note

An entry of a list is a member by what it holds: where it stands two lists may disagree. What is
empty is no member: whoever puts something into it takes nothing away.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TypeAlias

from session_inspector.devserver.core.json.writing import strict_json
from session_inspector.devserver.core.values import Shown, ShownObject, fingerprint
from session_inspector.inspector.model.facts.kept.content_marks import ContentMarks, put_in_order

Members: TypeAlias = Mapping[str, Shown]
"""Members by path."""
BOOKKEEPING = frozenset({"internal", "exp", "_expire", "_maxAge"})
"""Members of the whole session that each write changes."""
DEEPEST = 8
"""Levels; what lies deeper is one member."""
LONGEST = 500
"""Entries; a longer list is one member."""
PATHS = 1000
"""Paths that sessions share: of 100,000 remembered writes they took 40 MB."""
NAMED = 4
"""Members that are named at most."""
ENTRY = re.compile(r"\[[0-9a-f]{12} \d+\]$")


def read_members(data: ShownObject) -> Members:
    """Return the members of a session by path; bookkeeping is left out."""
    found: dict[str, Shown] = {}
    for name, value in data.items():
        if name not in BOOKKEEPING:
            found.update(_walk(name, value, 1))
    return found


def mark_members(data: ShownObject) -> ContentMarks:
    """Return the marks of a session's members."""
    return ContentMarks(read_members(data))


def name_members(paths: Iterable[str]) -> str:
    """Return paths for people, each name once, and not too many."""
    names = dict.fromkeys(_name_member(path) for path in sorted(paths))
    return ", ".join(list(names)[:NAMED])


def _walk(path: str, value: Shown, depth: int) -> Iterator[tuple[str, Shown]]:
    if value in ({}, []):
        return
    if isinstance(value, dict) and depth < DEEPEST:
        for name, member in value.items():
            yield from _walk(_join(path, name), member, depth + 1)
    elif isinstance(value, list) and len(value) <= LONGEST:
        yield from _walk_entries(path, value)
    else:
        yield path, value


@lru_cache(PATHS)
def _join(path: str, name: str) -> str:
    """Return a path, the same one each time: the sessions of an app have the same members."""
    return f"{path}.{name}"


def _walk_entries(path: str, entries: Sequence[Shown]) -> Iterator[tuple[str, Shown]]:
    """Yield the entries of a list; equal ones are counted."""
    seen: Counter[str] = Counter()
    for entry in entries:
        digest = fingerprint(strict_json(put_in_order(entry)))
        yield f"{path}[{digest} {seen[digest]}]", entry
        seen[digest] += 1


def _name_member(path: str) -> str:
    found = ENTRY.search(path)
    if found is None:
        return path
    return f"an entry of {path[: found.start()]}"
