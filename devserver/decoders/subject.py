"""The subject of a session: whose it is, as far as its content names somebody."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from fnmatch import fnmatchcase

from session_inspector.devserver.core.values import Json, JsonObject
from session_inspector.devserver.decoders.codecs.base64_text import from_base64url
from session_inspector.devserver.decoders.codecs.json_text import parse_object

USERS = ("user", "userinfo", "profile", "passport")
CLAIMS = (
    "sub",
    "email",
    "name",
    "preferred_username",
    "u",
    "e",
    "user_id",
    "_user_id",
    "_auth_user_id",
    "userId",
    "username",
    "user",
)
ACCOUNTS = ("sub", "user_id", "_user_id", "_auth_user_id", "userId", "uid")
"""Claims that identify a user: one that edits a name or an address keeps them."""
OF_USERS = (*ACCOUNTS, "id", "_id", "user")
"""The same inside the object of a user."""
ID_TOKENS = ("id_token", "idToken")
BETWEEN = " · "
MOST_WORDS = 2
"""Claims that a subject is made of."""
DEEPEST = 12
"""Levels in which a user is looked for."""
STAMPS = frozenset({"exp", "iat", "nbf", "uat"})
"""Members that say when a cookie was written, and nothing of anybody."""
VOID_DEPTH = 6
PLAIN_WORD = re.compile(
    "deleted?|removed?|log(ged)?[-_]?out|gone|none|null|nil|undefined|false|empty|expired"
    "|invalid(ated)?|revoked",
    re.IGNORECASE,
)
"""What apps write over the cookie of a session that is over."""


def find_subject(payload: JsonObject, depth: int = 0) -> str:
    """Return the user of a session, as far as it names one; empty when it does not."""
    if depth > DEEPEST:
        return ""
    for name in USERS:
        found = _name_in(payload.get(name))
        if found:
            return found
    return _name_in(payload) or _subject_of_members(payload, depth) or _subject_of_id_token(payload)


def find_accounts(payload: JsonObject) -> dict[str, str]:
    """Return member to what identifies the user there, and no edit of a profile changes.

    Passport keeps it as `passport.user`, tutorials as `user`.
    """
    found = {name: payload.get(name) for name in (*ACCOUNTS, "user")}
    for name in USERS:
        user = payload.get(name)
        if isinstance(user, dict):
            found |= {f"{name}.{member}": user.get(member) for member in OF_USERS}
    for number, claims in enumerate(_list_id_tokens(payload)):
        found[f"id token {number}"] = claims.get("sub")
    return {name: str(one) for name, one in found.items() if isinstance(one, (str, int)) and one}


def is_another_user(before: str, after: str) -> bool:
    """Check whether two subjects are of two users; one of whom less is known may be the same.

    `1 · zoe@a` and `1 · zoe@b` are one, and so are `zoe@a` and `1 · zoe@a`.
    """
    if not before or not after:
        return False
    first = before.split(BETWEEN)
    second = after.split(BETWEEN)
    if first[0] == second[0]:
        return False
    return len(first) == len(second) == MOST_WORDS or not set(first) & set(second)


def is_of_nobody(content: JsonObject, left: Collection[str] = ()) -> bool:
    """Check whether a session holds nothing of anybody, but what its framework gives to visitors.

    `left` are the members of that, as a form's token or a message that was not shown yet; one that
    ends in `*` stands for all that begin so.
    """
    return all(
        name in STAMPS or is_void(value) or any(fnmatchcase(name, one) for one in left)
        for name, value in content.items()
    )


def is_word(value: str) -> bool:
    """Check for a word that says that there is no session: too short for a value of one."""
    return PLAIN_WORD.fullmatch(value) is not None


def is_void(value: Json, depth: int = 0) -> bool:
    """Check for nothing, for a word that says so, and for what holds only such."""
    if value is None or value is False:
        return True
    if isinstance(value, str):
        return not value or is_word(value)
    if depth > VOID_DEPTH or not isinstance(value, (dict, list)):
        return False
    return all(is_void(member, depth + 1) for member in _members_of(value))


def _members_of(value: dict[str, Json] | list[Json]) -> Iterable[Json]:
    if isinstance(value, dict):
        return value.values()
    return value


def is_another_account(before: JsonObject, after: JsonObject) -> bool:
    """Check whether two contents are of two users, whatever these are called."""
    accounts = find_accounts(after)
    known = find_accounts(before)
    both = accounts.keys() & known.keys()
    return bool(both) and all(accounts[name] != known[name] for name in both)


def has_lost_user(before: JsonObject, after: JsonObject, *, is_logout: bool) -> bool:
    """Check whether the user of a session is not in it any more, and nobody else is.

    What is named deeper inside may be a thing in a cart: it counts where a logout was asked for.
    """
    depth = DEEPEST
    if is_logout:
        depth = 0
    return bool(find_subject(before, depth)) and not find_subject(after)


def find_label(payload: JsonObject) -> str:
    """Return a session's user for people: the name, else what else names somebody.

    The same user has the same label, wherever the session is kept.
    """
    for name in USERS:
        user = payload.get(name)
        if isinstance(user, dict):
            label = user.get("name")
            if isinstance(label, str) and label:
                return label
    subject = find_subject(payload)
    return _find_token_name(payload, subject, 0) or subject


def token_claims(token: str) -> JsonObject:
    """Return the claims of a JWT without verifying it; empty when the text is none."""
    parts = token.split(".")
    if len(parts) != 3:
        return {}
    return parse_object(from_base64url(parts[1]) or b"") or {}


def _find_token_name(payload: JsonObject, subject: str, depth: int) -> str:
    """Return the name in an ID token that the subject is from; empty: it is from elsewhere."""
    if depth > DEEPEST:
        return ""
    for claims in _list_id_tokens(payload):
        name = claims.get("name")
        if isinstance(name, str) and _name_in(claims) == subject:
            return name
    inner = (member for member in payload.values() if isinstance(member, dict))
    found = (_find_token_name(member, subject, depth + 1) for member in inner)
    return next(filter(None, found), "")


def _subject_of_members(payload: JsonObject, depth: int) -> str:
    for member in payload.values():
        if isinstance(member, dict):
            found = find_subject(member, depth + 1)
            if found:
                return found
    return ""


def _subject_of_id_token(payload: JsonObject) -> str:
    return next(filter(None, map(_name_in, _list_id_tokens(payload))), "")


def _list_id_tokens(payload: JsonObject) -> list[JsonObject]:
    """Return the claims of the ID tokens among the members of a session."""
    tokens = (payload.get(name) for name in ID_TOKENS)
    return [token_claims(token) for token in tokens if isinstance(token, str)]


def _name_in(values: Json) -> str:
    """Return the first two claims that name somebody: `google|1 · zoe@example.com`."""
    if not isinstance(values, dict):
        return ""
    claims = [values.get(name) for name in CLAIMS]
    words = [str(claim) for claim in claims if isinstance(claim, (str, int))]
    named = [word for word in dict.fromkeys(words) if word]
    return BETWEEN.join(named[:MOST_WORDS])
