"""Rows of frameworks whose cookie is only an id: their decoders say how a row is read."""

from __future__ import annotations

import re
from collections.abc import Callable

from session_inspector.devserver.attach.ends import InnerEnd, starsessions_ends
from session_inspector.devserver.attach.frameworks import marks
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
    RowTexts,
    Shape,
)
from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.numbers import to_number
from session_inspector.devserver.decoders.base import Material
from session_inspector.devserver.decoders.codecs.json_text import parse_object
from session_inspector.devserver.decoders.formats.go import scs
from session_inspector.devserver.decoders.formats.jvm import spring_session
from session_inspector.devserver.decoders.formats.php import php_session
from session_inspector.devserver.decoders.formats.proxies.oauth2_proxy import NAME
from session_inspector.devserver.decoders.formats.python.starlette import SessionContent, content_of
from session_inspector.devserver.decoders.stored import ReadRow

NO_KEY = "no secret was given; if it is encrypted, its key opens it"
FERNET_START = b"gAAAA"
"""How Fernet's tokens start, which are text."""


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
    json="strict",
    # findById deletes a session whose lastAccessedTime + maxInactiveInterval is over
    parse=parse_with(spring_session.row_of, is_obeyed=True),
    visitors=spring_session.SpringSessionDecoder.traits,
    is_own=marks.is_spring,
    places=RowLocations(
        hashes=("spring:session:sessions:*",),
        tables=(_make_spring_table(str.lower), _make_spring_table(str.upper)),
    ),
)
SCS = RowLayout(
    name="scs",
    json="strict",
    # the stores check their own end; Deadline only limits the next one
    parse=parse_with(scs.row_of, is_obeyed=False),
    visitors=scs.ScsDecoder.traits,
    is_own=marks.is_scs,
    texts=RowTexts(inner_marks=()),
    row_ids=lambda token: (token, scs.hash_token(token)),  # HashTokenInStore
    places=RowLocations(
        redis=("scs:session:*",),
        tables=(Shape(table="sessions", key="token", data="data", expires="expiry"),),
    ),
)
PHP = RowLayout(
    name="php",
    json="strict",
    parse=parse_with(php_session.row_of, is_obeyed=True),
    visitors=php_session.PhpSessionDecoder.traits,
    is_own=marks.is_php,
    may_be=is_no_json,
    places=RowLocations(
        redis=("PHPREDIS_SESSION:*", "ci_session:*", "sf_s*"),
        tables=(Shape(table="sessions", key="sess_id", data="sess_data", expires="sess_lifetime"),),
    ),
)


def read_ticket_row(row: RawRow, material: Material) -> RowContent:
    """Return what is known of a row of oauth2-proxy. Raises: DecodeError for another's."""
    if row.key.endswith(LOCK):
        return RowContent(note="a lock while a session is refreshed, no session", is_session=False)
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


def read_starsessions(row: RawRow, material: Material) -> RowContent:
    """Return the session of a row. Raises: DecodeError."""
    content = _open_starsessions(row.value, material)
    data = content.payload
    meta = data.get("__metadata__")
    if not isinstance(meta, dict):
        raise DecodeError("the row has no __metadata__", code="no_metadata")
    return RowContent(
        data=data,
        created=to_number(meta.get("created")),
        ends=starsessions_ends(meta),
        note=", ".join(content.notes),
        is_verified=True,
    )


def _open_starsessions(raw: bytes, material: Material) -> SessionContent:
    """Return what is inside, decrypted where a secret does it. Raises: DecodeError."""
    try:
        return content_of(raw, material)
    except DecodeError as error:
        if _is_text(raw) and not raw.startswith(FERNET_START):
            raise DecodeError("the row is text, and no session", code="not_a_session") from error
        why = "none of the secrets is the key that its content is encrypted with"
        if not material.secrets:
            why = NO_KEY
        raise DecodeError(why, code="wrong_secret") from error


def _is_text(raw: bytes) -> bool:
    """Check for UTF-8 that a person could read: ciphertext is none."""
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return False
    return all(letter.isprintable() or letter.isspace() for letter in text)
