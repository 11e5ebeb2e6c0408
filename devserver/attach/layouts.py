"""What other frameworks keep in their stores: where, and how to read a row."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

from session_inspector.devserver.attach.ends import (
    EARLIER_ENDS,
    express_ends,
    is_fastify_row,
    openid_ends,
)
from session_inspector.devserver.attach.frameworks import marks
from session_inspector.devserver.attach.frameworks.authjs import AUTHJS
from session_inspector.devserver.attach.frameworks.better_auth import BETTER_AUTH
from session_inspector.devserver.attach.frameworks.node_and_go import GORILLA, KOA_SESSION
from session_inspector.devserver.attach.frameworks.row_owner import find_owner
from session_inspector.devserver.attach.row_content import (
    ForeignRow,
    RowContent,
    refused_content,
)
from session_inspector.devserver.attach.row_layout import RowLayout, is_anybody_s, is_no_json
from session_inspector.devserver.attach.row_names import RowNames
from session_inspector.devserver.attach.rows.base import (
    RawReader,
    RawRow,
    RowLocations,
    RowTexts,
    Shape,
)
from session_inspector.devserver.attach.stored_rows import STORED_LAYOUTS, read_starsessions
from session_inspector.devserver.core.errors import DecodeError, InputError, describe_error
from session_inspector.devserver.core.numbers import to_number
from session_inspector.devserver.decoders.base import Material
from session_inspector.devserver.decoders.codecs.json_text import parse_js_object, parse_object
from session_inspector.devserver.decoders.codecs.serialised.encodings import name_encoding
from session_inspector.devserver.decoders.formats.js.express_session import ExpressSessionDecoder
from session_inspector.devserver.decoders.formats.js.express_session import row_of as express_row
from session_inspector.devserver.decoders.formats.python.django import (
    ROW_SALT,
    SHAPE,
    DjangoDecoder,
    unsign,
)
from session_inspector.devserver.decoders.formats.python.django_rows import read_cache_row
from session_inspector.devserver.decoders.formats.python.flask import FlaskSessionDecoder
from session_inspector.devserver.decoders.formats.python.flask import row_of as flask_row
from session_inspector.devserver.decoders.formats.python.starlette import StarletteDecoder
from session_inspector.devserver.stores.querying.sampling import OURS, SAMPLE

OUR_MEMBERS = frozenset({"user", "internal"})
CACHE = "django.contrib.sessions.cache"
CACHED_DB = "django.contrib.sessions.cached_db"
MANY = 10
"""So many rows of another layout weigh as much as one of ours: ours say what they are, and many
a damaged row can be read as Flask's."""


def find_layout(name: str) -> RowLayout:
    """Return a layout. Raises: InputError."""
    found = next((layout for layout in LAYOUTS if layout.name == name), None)
    if found is None:
        known = ", ".join(layout_names())
        raise InputError(f"--layout is {name!r}; it must be one of {known}")
    return found


async def recognise_layout(
    reader: RawReader, material: Material, url: str = ""
) -> RowLayout | None:
    """Return the layout that most of the sampled rows are of; None for none, or for ours.

    `url` may name their table. Raises: InputError, StoreUnavailable.
    """
    best: RowLayout | None = None
    most = 0
    for usual in LAYOUTS:
        layout = usual.at(url)
        count = 0
        ours = 0
        async for row in reader.rows(layout.places, SAMPLE, is_sample=True):
            count += _is_of(layout, row, material)
            ours += is_ours(row)
        if count > max(most, ours * MANY):
            best = layout
            most = count
    return best


def is_ours(row: RawRow) -> bool:
    """Check that a row is of @auth0/nextjs-auth0: both members of a session are in it."""
    return set(parse_object(row.value) or {}) >= OUR_MEMBERS


def _is_of(layout: RowLayout, row: RawRow, material: Material) -> bool:
    if is_ours(row):
        return False  # under the same prefix
    try:
        content = layout.read(row, material)
    except DecodeError as error:
        if error.code not in ("wrong_secret", "no_secret", "unsafe_serialisation", "not_json"):
            return False
        content = refused_content(error)
    return row.is_placed or layout.is_own(row, content)


async def foreign_rows(
    reader: RawReader,
    layout: RowLayout,
    material: Material,
    limit: int,
    *,
    is_sample: bool = False,
) -> AsyncIterator[ForeignRow]:
    """Yield the rows of a layout; the note of an unreadable one has the reason.

    Raises: StoreUnavailable.
    """
    names = RowNames(layout, reader.prefixes(layout.places))
    async for row in reader.rows(layout.places, limit, is_sample=is_sample):
        yield replace(foreign_row(row, layout, material), name=names.name_of(row.key))


def foreign_row(row: RawRow, layout: RowLayout, material: Material) -> ForeignRow:
    """Return a row, read; the note of an unreadable one has the reason."""
    try:
        content = layout.read(row, material)
    except DecodeError as error:
        content = refused_content(error)
    except Exception as error:  # a supervised watcher: one odd row must not hide the others
        content = RowContent(data={}, note=f"not read: {describe_error(error)}")
    return ForeignRow(
        key=row.key,
        content=content,
        size=len(row.value),
        store_expires=row.expires,
        is_store_obeyed=row.is_obeyed,
        layout=layout.name,
        owner=find_owner(row, layout, content, LAYOUTS),
        encoding=_name_encoding(row, layout),
    )


def _name_encoding(row: RawRow, layout: RowLayout) -> str:
    if layout.places.hashes:
        return "fields"  # the JSON around them is our reader's
    return name_encoding(row.value)


def _connect(row: RawRow, material: Material) -> RowContent:
    """express-session's, and what express-openid-connect keeps in the same stores."""
    found = parse_js_object(row.value)
    if found is None:
        raise DecodeError("the row is no JSON object", code="not_a_session")
    header = found.get("header")
    data = found.get("data")
    if isinstance(header, dict) and isinstance(data, dict):
        return RowContent(
            data=data,
            created=to_number(header.get("iat")),
            ends=openid_ends(header, data),
            note="express-openid-connect",
        )
    payload, _ = express_row(row.value)
    if "|" in row.key and not payload:
        return RowContent(
            ends=express_ends(found),
            note="a back-channel logout's record, no session",
            is_session=False,
        )
    if not isinstance(found.get("cookie"), (dict, list)):  # both are objects of JavaScript
        raise DecodeError("the row has no cookie object", code="not_a_session")
    note = "@fastify/session" if is_fastify_row(found) else ""
    return RowContent(data=payload, ends=express_ends(found), note=note)


def _flask(row: RawRow, material: Material) -> RowContent:
    data = flask_row(row.value)
    note = "permanent" if data.get("_permanent") is True else ""
    return RowContent(data=data, note=note)


def _django(row: RawRow, material: Material) -> RowContent:
    """A database row is signed text; a cache's is what its serialiser and compressor wrote."""
    text = row.value.decode("latin-1")
    if not SHAPE.fullmatch(text):
        cached = read_cache_row(row.value)
        return RowContent(data=cached.payload, note=cached.note)
    found = unsign(text, ROW_SALT, material)
    note = ""
    if found.unverified is not None:
        note = "signature not checked: no secret"
    return RowContent(
        data=found.payload,
        note=note,
        is_signed=True,
        is_verified=found.unverified is None,
    )


def _warn_of_django_copy(key: str) -> str:
    """Django's cached_db reads its cache first, and the database where the cache has nothing."""
    if CACHED_DB in key:
        return "cached_db: a row of it in django_session, where that is left, is read again"
    if CACHE in key:
        return ""
    return "with SESSION_ENGINE cached_db the copy in Django's cache counts until it ends there"


def _may_be_django(row: RawRow) -> bool:
    """A cache keeps any JSON as it is: of Django's own is only what it has logged in."""
    return is_no_json(row) or any(
        name.startswith("_auth_") for name in parse_object(row.value) or {}
    )


LAYOUTS: tuple[RowLayout, ...] = (
    RowLayout(
        name="connect-redis",
        parse=_connect,
        visitors=ExpressSessionDecoder.traits,
        texts=RowTexts(names_user=True, inner_marks=EARLIER_ENDS),
        is_own=marks.is_express,
        places=RowLocations(
            redis=("sess:*",),
            tables=(
                Shape(table="session", key="sid", data="sess", expires="expire", is_local=True),
                Shape(table="sessions", key="sid", data="sess", expires="expired"),
            ),
            collections=(Shape(table="sessions", key="_id", data="session", expires="expires"),),
        ),
    ),
    RowLayout(
        name="flask-session",
        json="strict",  # msgspec's
        parse=_flask,
        visitors=FlaskSessionDecoder.traits,
        texts=RowTexts(inner_marks=()),
        is_own=marks.is_flask,
        before_id=re.compile(r".*[:.]"),
        may_be=is_anybody_s,
        places=RowLocations(
            redis=("session:*",),
            tables=(
                Shape(table="sessions", key="session_id", data="data", expires="expiry"),
                Shape(table="flask_sessions", key="session_id", data="data", expires="expiry"),
            ),
            collections=(
                Shape(
                    table="sessions",
                    key="id",
                    data="val",
                    expires="expiration",
                    is_obeyed=False,
                ),
            ),
        ),
    ),
    RowLayout(
        name="django",
        parse=_django,
        visitors=DjangoDecoder.traits,
        texts=RowTexts(inner_marks=()),
        is_own=marks.is_django,
        warn_of_copy=_warn_of_django_copy,
        before_id=re.compile(r".*\.sessions\.cache(?:d_db)?"),
        may_be=_may_be_django,
        places=RowLocations(
            redis=("*django.contrib.sessions.cache*",),
            tables=(
                Shape(
                    table="django_session",
                    key="session_key",
                    data="session_data",
                    expires="expire_date",
                ),
            ),
        ),
    ),
    RowLayout(
        name="starsessions",
        parse=read_starsessions,
        visitors=StarletteDecoder.traits,
        is_own=marks.is_starsessions,
        places=RowLocations(redis=("starsessions.*",)),
    ),
    AUTHJS,
    BETTER_AUTH,
    *STORED_LAYOUTS,
    KOA_SESSION,
    GORILLA,
)


def layout_names() -> Sequence[str]:
    """Return the names `--layout` takes, ours first."""
    return (OURS, *(layout.name for layout in LAYOUTS))
