"""What only one framework writes into its rows.

A key under a prefix that a person named says where a row lies, not whose it is: there a layout is
recognised by its own marks alone.
"""

from __future__ import annotations

import re

from session_inspector.devserver.attach.ends import KOA_MEMBERS, KOA_OPEN
from session_inspector.devserver.attach.row_content import RowContent
from session_inspector.devserver.attach.rows.base import RawRow
from session_inspector.devserver.core.numbers import to_number
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.decoders.codecs.json_text import object_member, parse_js_object

EXPRESS_COOKIE = frozenset({"originalMaxAge", "maxAge", "expires", "httpOnly", "path"})
FLASK_MEMBERS = frozenset({"_permanent", "_user_id", "_fresh"})
"""Of Flask's own session, and of Flask-Login."""
SPRING_MEMBERS = frozenset({"creationTime", "lastAccessedTime", "maxInactiveInterval"})
_DJANGO_SIGNED = re.compile(rb"\.?[A-Za-z0-9_-]+:[A-Za-z0-9]{6,7}:[A-Za-z0-9_-]{43}")
_PHP_MEMBER = re.compile(rb"[^|{}\[\]\"]+\|(?:[abdisCO]:|N;)")


def is_express(row: RawRow, content: RowContent) -> bool:
    """Check for the cookie object of express-session, or express-openid-connect's two objects."""
    found = _members_of(row)
    if object_member(found, "cookie").keys() & EXPRESS_COOKIE:
        return True
    return "iat" in object_member(found, "header") and isinstance(found.get("data"), dict)


def is_flask(row: RawRow, content: RowContent) -> bool:
    """Check for a member that Flask or Flask-Login writes; a pickle is searched, never loaded."""
    if content.data:
        return not FLASK_MEMBERS.isdisjoint(content.data)
    return b"_permanent" in row.value


def is_django(row: RawRow, content: RowContent) -> bool:
    """Check for signed text with its time stamp, or what Django's login writes."""
    has_login = any(name.startswith("_auth_user_") for name in content.data)
    return has_login or b"_auth_user_" in row.value or bool(_DJANGO_SIGNED.fullmatch(row.value))


def is_starsessions(row: RawRow, content: RowContent) -> bool:
    """Check for the metadata of a session that was read."""
    meta = object_member(content.data, "__metadata__")
    return "created" in meta and "lifetime" in meta


def is_authjs(row: RawRow, content: RowContent) -> bool:
    """Check for the members of an adapter's session."""
    return {"sessionToken", "userId", "expires"} <= _members_of(row).keys()


def is_better_auth(row: RawRow, content: RowContent) -> bool:
    """Check for a session with its token and its user beside it."""
    found = _members_of(row)
    session = object_member(found, "session")
    return {"token", "userId", "expiresAt"} <= session.keys() and "user" in found


def is_spring(row: RawRow, content: RowContent) -> bool:
    """Check for the three members of each session."""
    return _members_of(row).keys() >= SPRING_MEMBERS


def is_scs(row: RawRow, content: RowContent) -> bool:
    """Check for the two members of its struct, by their names in the gob."""
    return b"Deadline" in row.value and b"Values" in row.value


def is_php(row: RawRow, content: RowContent) -> bool:
    """Check for a name, a bar and a serialised value."""
    return _PHP_MEMBER.match(row.value) is not None


def is_koa(row: RawRow, content: RowContent) -> bool:
    """Check for koa-session's own members."""
    found = _members_of(row)
    has_end = all(to_number(found.get(name)) is not None for name in KOA_MEMBERS)
    return has_end or found.get(KOA_OPEN) is True


def _members_of(row: RawRow) -> JsonObject:
    return parse_js_object(row.value) or {}
