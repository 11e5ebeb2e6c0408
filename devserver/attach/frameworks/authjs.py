"""Rows of Auth.js and next-auth's adapters: whose session a token is."""

from __future__ import annotations

from session_inspector.devserver.attach.ends import authjs_ends
from session_inspector.devserver.attach.frameworks import marks
from session_inspector.devserver.attach.row_content import RowContent
from session_inspector.devserver.attach.row_layout import RowLayout, is_anybody_s
from session_inspector.devserver.attach.rows.base import RawRow, RowLocations, RowTexts, Shape
from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.decoders.base import Material
from session_inspector.devserver.decoders.codecs.json_text import parse_js_object


def read_row(row: RawRow, material: Material) -> RowContent:
    """The row of an adapter: whose session a token is; the user's data are in another table."""
    if ":by-user-id:" in row.key:
        return RowContent(note="an index of one user's tokens, no session")
    found = parse_js_object(row.value)
    if found is None:
        return RowContent(data={"userId": row.value.decode("utf-8", "replace")})
    if "userId" not in found:
        raise DecodeError("the row has no userId", code="not_a_session")
    data = {name: member for name, member in found.items() if name != "sessionToken"}
    return RowContent(data=data, ends=authjs_ends(found))


AUTHJS = RowLayout(
    name="authjs",
    parse=read_row,
    texts=RowTexts(names_user=True, inner_marks=("expires",)),
    is_own=marks.is_authjs,
    may_be=is_anybody_s,
    places=RowLocations(
        redis=("user:session:*",),
        tables=(
            Shape(table="sessions", key="sessionToken", data="userId", expires="expires"),
            Shape(table="Session", key="sessionToken", data="userId", expires="expires"),
        ),
        collections=(
            Shape(table="sessions", key="sessionToken", data="userId", expires="expires"),
        ),
    ),
)
