"""Why a session was written, by what changed in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from session_inspector.devserver.attach.traffic.arrival import BOOKKEEPING, CookieAnswer
from session_inspector.devserver.attach.traffic.endings import is_deleted_by
from session_inspector.devserver.attach.traffic.logins import is_login, puts_user_in
from session_inspector.devserver.core.events.base import WriteReason
from session_inspector.devserver.core.values import Json, JsonObject
from session_inspector.devserver.decoders.members import (
    ACCESS_TOKENS,
    ID_TOKENS,
    REFRESH_TOKENS,
    TOKEN_ENDS,
)
from session_inspector.devserver.decoders.subject import is_another_user

Path: TypeAlias = tuple[str, ...]
DEEPEST = 8
"""Levels in which a change is looked for."""
TOKEN_SETS = frozenset({"tokenSet", "token_sets"})
"""Members of Auth0's SDKs that hold tokens and what belongs to them."""
TOKEN_ANSWER = REFRESH_TOKENS | ACCESS_TOKENS | ID_TOKENS | TOKEN_ENDS | {"scope", "expires_in"}
"""Members that come with new tokens (RFC 6749 §5.1), as apps keep them."""


def write_reason(before: JsonObject, after: JsonObject) -> WriteReason:
    """Return why a session was written that was there before, by what changed in it."""
    changed = list(_changed_members(before, after))
    if not changed:
        return "roll"
    if all(_is_of_tokens(path) for path in changed):
        return "refresh"
    return "update"


def find_reason(
    answer: CookieAnswer,
    before: JsonObject | None,
    after: JsonObject,
    *,
    taken: str,
    sub: str,
    has_login: bool,
) -> WriteReason:
    """Return why a session was written; `before` is what was in it, None: nothing.

    `has_login`: its login was seen, or this is one. `taken` is the user of the session whose place
    it takes, `sub` its own.
    """
    if before is not None and puts_user_in(answer, before, after):
        return "begun"
    if before is not None:
        return write_reason(before, after)
    if _is_begun_by_another(answer, taken, sub):
        return "created"
    if sub or has_login:
        return "login"
    return "created"


def _is_begun_by_another(answer: CookieAnswer, before: str, after: str) -> bool:
    """Check whether another user takes the place of one, and no login was seen."""
    return not is_login(answer) and not ends_login(answer) and is_another_user(before, after)


def ends_login(answer: CookieAnswer) -> bool:
    """Check whether a response deletes what a login under way has set."""
    others = answer.arrival.others
    return any(is_deleted_by(one, answer.lines, answer.at) for one in others)


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
