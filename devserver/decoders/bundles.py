"""Values that decoders read: whole cookies, and what chunks make when they are joined."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote

from session_inspector.devserver.cookies.chunk_rules import (
    FULL,
    ChunkGroup,
    ChunkRule,
    group_chunks,
    may_have_chunks,
)
from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.decoders.base import Decoded

MOST_NAMED = 5
"""Chunks that a sentence names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """One value, whole or put together."""

    name: str
    """The cookie's name without the chunk's number."""
    value: str
    names: Sequence[str]
    """The cookies it is in: the head where there is one, then chunks in order."""
    parts: Sequence[str] = ()
    """The chunks' values; empty for a cookie that is whole."""
    rule: ChunkRule | None = None
    gap: str = ""
    """What is missing, in a sentence."""

    @property
    def size(self) -> int:
        """Bytes of the value."""
        return len(self.value.encode("utf-8", "replace"))

    @property
    def chunk_names(self) -> Sequence[str]:
        """The names of the chunks."""
        return self.names[len(self.names) - len(self.parts) :]


def bundles(cookies: Mapping[str, str], *rules: ChunkRule) -> list[Bundle]:
    """Return whole cookies first, then what chunks make; an empty cookie is none."""
    whole = list(_whole(tuple(cookies.items())))
    if not may_have_chunks(cookies, rules):
        return whole
    groups = group_chunks(cookies, rules)
    rows = [group for group in groups if group.names and _is_row(group, cookies)]
    return whole + [join_chunks(cookies, group) for group in rows]


def _is_row(group: ChunkGroup, cookies: Mapping[str, str]) -> bool:
    """Check that numbered cookies may be chunks: `app-1` and `app-2`, both short, are two cookies.

    Where the first one is missing, each but the last must be as long as libraries make them, which
    some count percent-encoded.
    """
    if group.count is not None or group.rule.first in group.by_number:
        return True
    return all(len(quote(cookies[name], safe="")) >= FULL for name in group.names[:-1])


@lru_cache(maxsize=4)
def _whole(pairs: tuple[tuple[str, str], ...]) -> tuple[Bundle, ...]:
    """Return the cookies that are whole: each family asks for those of the same request."""
    return tuple(Bundle(name=name, value=value, names=(name,)) for name, value in pairs if value)


def joined_first(cookies: Mapping[str, str], *rules: ChunkRule) -> list[Bundle]:
    """Return what chunks make before whole cookies: one chunk alone may look like a whole value."""
    return sorted(bundles(cookies, *rules), key=lambda bundle: not bundle.parts)


def join_chunks(cookies: Mapping[str, str], group: ChunkGroup) -> Bundle:
    """Return the value of a group's chunks, with what is missing."""
    parts = tuple(cookies[name] for name in group.names)
    names = group.names
    if group.count is not None:
        names = (group.base, *names)
    return Bundle(
        name=group.base,
        value="".join(parts),
        names=names,
        parts=parts,
        rule=group.rule,
        gap=_describe_gap(group),
    )


def _describe_gap(group: ChunkGroup) -> str:
    """Return which chunks are missing, and where in the value; empty when none is."""
    if not group.missing:
        return ""
    lost = "the browser lost or evicted it"
    if len(group.missing) > 1:
        lost = "the browser lost or evicted them"
    if group.count is not None:
        return f"{_name_missing(group.missing)}, of {group.count} chunks: {lost}"
    first = min(group.by_number)
    start = max(0, first - group.rule.first)  # as many are missing before the first that is there
    places: list[str] = []
    if start:
        before = _name_missing(group.missing[:start])
        places.append(f"{before}, before {group.by_number[first]}, the first that is here")
    inner = group.missing[start:]
    if inner:
        between = f"between {group.names[0]} and {group.names[-1]}"
        places.append(f"{_name_missing(inner)} {between}")
    return f"{'; '.join(places)}: {lost}"


def _name_missing(names: Sequence[str]) -> str:
    """Return that chunks are missing; of many the first few by name."""
    if len(names) == 1:
        return f"{names[0]} is missing"
    listed = ", ".join(names[:MOST_NAMED])
    if len(names) > MOST_NAMED:
        listed = f"{listed} and {len(names) - MOST_NAMED} more"
    return f"{listed} are missing"


def has_full_chunk(bundle: Bundle) -> bool:
    """Check that one of the chunks is as long as libraries make those before the last."""
    return any(len(part) >= FULL for part in bundle.parts)


def whole_first(bundle: Bundle, cookies: Mapping[str, str]) -> Bundle:
    """Return the cookie of the plain name where there is one: libraries read it, not the chunks.

    A head holds no value: chunks that have one stay as they are.
    """
    value = cookies.get(bundle.name)
    if not bundle.parts or not value or bundle.name in bundle.names:
        return bundle
    return Bundle(name=bundle.name, value=value, names=(bundle.name,))


def open_bundle(bundle: Bundle, work: Callable[[str], Decoded]) -> Decoded:
    """Open a value that may be in chunks; leftovers of an older, longer session are found.

    Raises: DecodeError (chunk_gap, orphan_chunks, or what `work` raises).
    """
    if bundle.gap:
        found = open_lone(bundle.parts, work)
        if found is not None:
            return found
        raise DecodeError(bundle.gap, code="chunk_gap")
    try:
        return work(bundle.value)
    except DecodeError:
        _refuse_orphans(bundle, work)
        raise


def open_lone(parts: Sequence[str], work: Callable[[str], Decoded]) -> Decoded | None:
    """Open a cookie whose own name ends in a number (`app-1`); None: it is a chunk, or several."""
    if len(parts) != 1:
        return None
    try:
        return work(parts[0])
    except DecodeError:
        return None


def _refuse_orphans(bundle: Bundle, work: Callable[[str], Decoded]) -> None:
    """Look for first chunks that open alone. Raises: DecodeError (orphan_chunks)."""
    for count in range(1, len(bundle.parts)):
        try:
            found = work("".join(bundle.parts[:count]))
        except DecodeError:
            continue
        opened = ", ".join(bundle.chunk_names[:count])
        lost = ", ".join(bundle.chunk_names[count:])
        why = f"{opened} opens alone; {lost} is left over from an earlier, longer session: the"
        why += " application never deleted it, and reads no session"
        raise DecodeError(why, code="orphan_chunks", payload=found.payload) from None


def base_name(name: str, rule: ChunkRule) -> str:
    """Return a cookie's name without the chunk's number."""
    found = rule.split_name(name)
    if found is None:
        return name
    return found[0]


def are_one_value(names: Collection[str], others: Collection[str], rule: ChunkRule | None) -> bool:
    """Check whether two writes of one format are of one cookie: whole, or in chunks of that name.

    Only a row of chunks from the first number on is one: `app-1` and `app-2` are two cookies.
    """
    return not _value_names(names, rule).isdisjoint(_value_names(others, rule))


def _value_names(names: Collection[str], rule: ChunkRule | None) -> set[str]:
    """Return the names of cookies, with the one that chunks would have as a whole."""
    found = set(names)
    if rule is None:
        return found
    chunks = (rule.split_name(name) for name in names)
    return found | {base for base, number in filter(None, chunks) if number == rule.first}


def split_value(names: Sequence[str], value: str, rule: ChunkRule) -> dict[str, str]:
    """Return the cookies of a value, in chunks where it is too long for one.

    `names`: the cookies that the value was read from.
    """
    base = base_name(names[0], rule)
    if len(value) <= rule.size and not rule.is_always:
        return {base: value}
    pieces = [value[at : at + rule.size] for at in range(0, len(value), rule.size)]
    chunks = {
        rule.chunk_name(base, number): piece for number, piece in enumerate(pieces, rule.first)
    }
    if rule.head:
        return {base: f"{rule.head}{len(pieces)}"} | chunks
    return chunks
