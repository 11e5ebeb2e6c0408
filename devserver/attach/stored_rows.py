"""Rows of frameworks whose cookie is only an id: their decoders say how a row is read."""

from __future__ import annotations

import re
from collections.abc import Callable

from session_inspector.devserver.attach.ends import InnerEnd
from session_inspector.devserver.attach.row_content import RowContent
from session_inspector.devserver.attach.row_layout import (
    Parse,
    RowLayout,
    is_anybody_s,
    is_no_json,
)
from session_inspector.devserver.attach.rows.base import (
    Attributes,
    RawRow,
    RowLocations,
    Shape,
)
from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.decoders.base import Material
from session_inspector.devserver.decoders.codecs.json_text import parse_object
from session_inspector.devserver.decoders.formats.go import scs
from session_inspector.devserver.decoders.formats.jvm import spring_session
from session_inspector.devserver.decoders.formats.php import php_session
from session_inspector.devserver.decoders.formats.proxies.oauth2_proxy import NAME
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


TICKET_START = f"{NAME}-"
LOCK = ".lock"
SEALED_SIZE = 12 + 16
"""Bytes of a nonce and a tag of AES-GCM: a sealed session has more."""
SPRING_MEMBERS = (
    ("creation_time", "creationTime"),
    ("last_access_time", "lastAccessedTime"),
    ("max_inactive_interval", "maxInactiveInterval"),
)


def _make_spring_table(spell: Callable[[str], str]) -> Shape:
    """Return Spring Session's two tables; engines spell the names of its scripts differently."""
    table = spell("spring_session")
    attributes = Attributes(
        members=tuple((spell(column), member) for column, member in SPRING_MEMBERS),
        row_id=spell("primary_id"),
        table=spell("spring_session_attributes"),
        owner=spell("session_primary_id"),
        name=spell("attribute_name"),
        value=spell("attribute_bytes"),
        prefix=spring_session.ATTRIBUTE,
    )
    return Shape(
        table=table,
        key=spell("session_id"),
        data="",
        expires=spell("expiry_time"),
        is_obeyed=False,  # its clean-up deletes by it; a request is judged by the members
        attributes=attributes,
    )


SPRING_SESSION = RowLayout(
    name="spring-session",
    # findById deletes a session whose lastAccessedTime + maxInactiveInterval is over
    parse=parse_with(spring_session.row_of, is_obeyed=True),
    places=RowLocations(
        hashes=("spring:session:sessions:*",),
        tables=(_make_spring_table(str.lower), _make_spring_table(str.upper)),
    ),
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


def read_ticket_row(row: RawRow, material: Material) -> RowContent:
    """Return what is known of a row of oauth2-proxy. Raises: DecodeError for another's."""
    if row.key.endswith(LOCK):
        return RowContent(note="a lock while a session is refreshed, no session")
    if len(row.value) < SEALED_SIZE or parse_object(row.value) is not None:
        raise DecodeError("the row is no sealed session of oauth2-proxy", code="not_a_session")
    return RowContent(note="sealed with a key that only its cookie carries")


OAUTH2_PROXY = RowLayout(
    name="oauth2-proxy",
    parse=read_ticket_row,
    may_be=is_anybody_s,
    # the ticket in the cookie names the whole key
    before_id=re.compile(""),
    row_ids=lambda ticket: (ticket.removeprefix(TICKET_START),),
    places=RowLocations(redis=(f"{TICKET_START}*",)),
)
STORED_LAYOUTS = (SPRING_SESSION, SCS, PHP, OAUTH2_PROXY)
