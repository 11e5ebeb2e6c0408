"""Rows of frameworks whose cookie is only an id: their decoders say how a row is read."""

from __future__ import annotations

from session_inspector.devserver.attach.ends import InnerEnd
from session_inspector.devserver.attach.row_content import RowContent
from session_inspector.devserver.attach.row_layout import Parse, RowLayout, is_no_json
from session_inspector.devserver.attach.rows.base import RawRow, RowLocations, Shape
from session_inspector.devserver.decoders.base import Material
from session_inspector.devserver.decoders.formats.go import scs
from session_inspector.devserver.decoders.formats.jvm import spring_session
from session_inspector.devserver.decoders.formats.php import php_session
from session_inspector.devserver.decoders.stored import ReadRow


def parse_with(read: ReadRow, *, is_obeyed: bool) -> Parse:
    """Return how a layout reads a row as its decoder does.

    `is_obeyed`: the framework refuses the row once the end inside it has come.
    """

    def parse(row: RawRow, material: Material) -> RowContent:
        stored = read(row.value)
        ends: tuple[InnerEnd, ...] = ()
        if stored.expires is not None:
            ends = (InnerEnd(where=stored.ends_by, at=stored.expires, is_obeyed=is_obeyed),)
        return RowContent(
            data=stored.payload,
            created=stored.issued,
            ends=ends,
            note=", ".join((stored.format, *stored.notes)).removeprefix(", "),
        )

    return parse


SPRING_SESSION = RowLayout(
    name="spring-session",
    # findById deletes a session whose lastAccessedTime + maxInactiveInterval is over
    parse=parse_with(spring_session.row_of, is_obeyed=True),
    places=RowLocations(hashes=("spring:session:sessions:*",)),
)
SCS = RowLayout(
    name="scs",
    # the stores check their own end; Deadline only limits the next one
    parse=parse_with(scs.row_of, is_obeyed=False),
    row_ids=lambda token: (token, scs.hash_token(token)),  # HashTokenInStore
    places=RowLocations(
        redis=("scs:session:*",),
        tables=(Shape(table="sessions", key="token", data="data", expires="expiry"),),
    ),
)
PHP = RowLayout(
    name="php",
    parse=parse_with(php_session.row_of, is_obeyed=True),
    may_be=is_no_json,
    places=RowLocations(
        redis=("PHPREDIS_SESSION:*", "ci_session:*", "sf_s*"),
        tables=(Shape(table="sessions", key="sess_id", data="sess_data", expires="sess_lifetime"),),
    ),
)
STORED_LAYOUTS = (SPRING_SESSION, SCS, PHP)
