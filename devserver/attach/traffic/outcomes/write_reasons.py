"""Why a session was written, by what changed in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from session_inspector.devserver.attach.traffic.arrival import BOOKKEEPING
from session_inspector.devserver.core.events.base import WriteReason
from session_inspector.devserver.core.values import Json, JsonObject
from session_inspector.devserver.decoders.members import (
    ACCESS_TOKENS,
    ID_TOKENS,
    REFRESH_TOKENS,
    TOKEN_ENDS,
)

Path: TypeAlias = tuple[str, ...]
DEEPEST = 8
"""Levels in which a change is looked for."""
TOKEN_SETS = frozenset({"tokenSet", "token_sets"})
"""Members of Auth0's SDKs that hold tokens and what belongs to them."""
TOKEN_ANSWER = REFRESH_TOKENS | ACCESS_TOKENS | ID_TOKENS | TOKEN_ENDS | {"scope", "expires_in"}
"""Members that come with new tokens (RFC 6749 §5.1), as apps keep them."""


def write_reason(before: JsonObject | None, after: JsonObject) -> WriteReason:
    """Return why a session was written, by what changed in it."""
    if before is None:
        return "login"
    changed = list(_changed_members(before, after))
    if not changed:
        return "roll"
    if all(_is_of_tokens(path) for path in changed):
        return "refresh"
    return "update"


def _changed_members(before: Json, after: Json, path: Path = ()) -> Iterator[Path]:
    """Yield the path of each member that is another one, but those that each write changes."""
    if before == after:
        return
    pair = (_members_of(before), _members_of(after))
    if pair[0] is None or pair[1] is None or len(path) == DEEPEST:
        yield path
        return
    for name in {*pair[0], *pair[1]} - BOOKKEEPING:
        yield from _changed_members(pair[0].get(name), pair[1].get(name), (*path, name))


def _members_of(value: Json) -> JsonObject | None:
    """Return the members of an object or a list, by name; None: it is neither."""
    if isinstance(value, dict):
        return value
    if isinstance(value, list):
        return {str(number): member for number, member in enumerate(value)}
    return None


def _is_of_tokens(path: Path) -> bool:
    """Check whether a member comes with the provider's answer to a refresh."""
    return path[-1] in TOKEN_ANSWER or any(name in TOKEN_SETS for name in path)
