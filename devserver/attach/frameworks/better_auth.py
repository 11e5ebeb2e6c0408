"""Rows of better-auth: in Redis the session and its user, in tables and collections the session.

It refuses a row from `expiresAt` on, wherever that stands.
"""

from __future__ import annotations

from session_inspector.devserver.attach.ends import better_auth_ends
from session_inspector.devserver.attach.frameworks.marks import is_better_auth
from session_inspector.devserver.attach.row_content import RowContent
from session_inspector.devserver.attach.row_layout import RowLayout, is_anybody_s
from session_inspector.devserver.attach.rows.base import RawRow, RowLocations, RowTexts, Shape
from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.decoders.base import Material
from session_inspector.devserver.decoders.codecs.json_text import object_member, parse_js_object
from session_inspector.devserver.decoders.codecs.timestamp import from_iso

INDEX = ("active-sessions-", "revoked-before-")
NAMES = ("session", "sessions", "Session")


def read_row(row: RawRow, material: Material) -> RowContent:
    """Return what is in a row. Raises: DecodeError for a row that is not of better-auth."""
    if any(start in row.key for start in INDEX):
        return RowContent(note="an index of one user's tokens, no session")
    found = parse_js_object(row.value)
    if found is None:
        return _read_column(row)
    session = object_member(found, "session")
    if "userId" not in session or "expiresAt" not in session:
        raise DecodeError("the row has no session with userId and expiresAt", code="not_a_session")
    data: JsonObject = {**found, "session": _without_token(session)}
    return RowContent(
        data=data,
        created=from_iso(session.get("createdAt")),
        ends=better_auth_ends(session),
    )


def _read_column(row: RawRow) -> RowContent:
    """Return the row of a table: whose session it is; the user's data are in another table."""
    user = row.value.decode("utf-8", "replace")
    if row.value[:1] in (b"{", b"[", b'"'):
        raise DecodeError("the row is no JSON object", code="not_a_session")
    return RowContent(data={"userId": user})


def _without_token(session: JsonObject) -> JsonObject:
    """Return a session without its own id, which is the row's key."""
    return {name: member for name, member in session.items() if name != "token"}


def warn_of_cookie_cache(key: str) -> str:
    """better-auth's `cookieCache` keeps the session in a cookie, for 5 minutes by default."""
    return "with session.cookieCache the copy in the cookie session_data counts until it ends"


BETTER_AUTH = RowLayout(
    name="better-auth",
    parse=read_row,
    warn_of_copy=warn_of_cookie_cache,
    texts=RowTexts(names_user=True, inner_marks=("expiresat",)),
    is_own=is_better_auth,
    may_be=is_anybody_s,
    places=RowLocations(
        redis=("better-auth:*",),
        tables=(
            *(Shape(table=t, key="token", data="userId", expires="expiresAt") for t in NAMES),
            *(Shape(table=t, key="token", data="user_id", expires="expires_at") for t in NAMES),
        ),
        collections=tuple(
            Shape(table=t, key="token", data="userId", expires="expiresAt") for t in NAMES[:2]
        ),
    ),
)
