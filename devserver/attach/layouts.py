"""What other frameworks keep in their stores: where, how to read a row, whose it is."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field

from session_inspector.devserver.attach.rows.base import RawReader, RawRow, RowLocations, Shape
from session_inspector.devserver.core.errors import DecodeError, InputError
from session_inspector.devserver.core.numbers import to_number
from session_inspector.devserver.core.values import JsonObject, Seconds
from session_inspector.devserver.decoders.base import Material
from session_inspector.devserver.decoders.codecs.json_text import parse_object
from session_inspector.devserver.decoders.codecs.pickles import read_pickle
from session_inspector.devserver.decoders.formats.js.express_session import row_of as express_row
from session_inspector.devserver.decoders.formats.python.django import ROW_SALT, unsign
from session_inspector.devserver.decoders.formats.python.flask import row_of as flask_row
from session_inspector.devserver.decoders.formats.python.starlette import content_of

SAMPLE = 50
"""Rows a layout is recognised by."""
OURS = "nextjs-auth0"
PICKLE = b"\x80"


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a row says."""

    data: JsonObject = field(default_factory=dict)
    created: Seconds | None = None
    expires: Seconds | None = None
    """Its own word for the end, beside the store's."""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignRow:
    """A row of another framework, read."""

    key: str
    content: Content
    size: int
    """Bytes of the value."""
    store_expires: Seconds | None

    @property
    def expires(self) -> Seconds | None:
        """The earlier of both ends; None: nothing will ever clean it up."""
        known = [end for end in (self.content.expires, self.store_expires) if end is not None]
        return min(known, default=None)


Parse = Callable[[RawRow, Material], Content]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """One framework's way."""

    name: str
    places: RowLocations
    parse: Parse
    """Raises: DecodeError for a row that is not of this layout."""


def layout_named(name: str) -> Layout:
    """Return a layout. Raises: InputError."""
    found = next((layout for layout in LAYOUTS if layout.name == name), None)
    if found is None:
        known = ", ".join([OURS, *(layout.name for layout in LAYOUTS)])
        raise InputError(f"--layout is {name!r}; it must be one of {known}")
    return found


async def recognised(reader: RawReader, material: Material) -> Layout | None:
    """Return the layout that most of the sampled rows are of; None for none, or for ours.

    Raises: StoreUnavailable.
    """
    best: tuple[int, Layout | None] = (0, None)
    for layout in LAYOUTS:
        good = 0
        async for row in reader.rows(layout.places, SAMPLE, is_sample=True):
            good += _is_of(layout, row, material)
        if good > best[0]:
            best = (good, layout)
    return best[1]


def _is_of(layout: Layout, row: RawRow, material: Material) -> bool:
    if {"user", "internal"} & set(parse_object(row.value) or {}) == {"user", "internal"}:
        return False  # ours, under the same prefix
    try:
        layout.parse(row, material)
    except DecodeError as error:
        return error.code in ("wrong_secret", "no_secret", "unsafe_serialisation")
    return True


async def foreign_rows(
    reader: RawReader, layout: Layout, material: Material, limit: int
) -> AsyncIterator[ForeignRow]:
    """Yield the rows of a layout; one that does not read says why. Raises: StoreUnavailable."""
    async for row in reader.rows(layout.places, limit):
        yield foreign_row(row, layout, material)


def foreign_row(row: RawRow, layout: Layout, material: Material) -> ForeignRow:
    """Return a row, read; one that does not read says why."""
    try:
        content = layout.parse(row, material)
    except DecodeError as error:
        content = Content(data=error.payload or {}, note=f"{error.code}: {error.message}")
    return ForeignRow(key=row.key, content=content, size=len(row.value), store_expires=row.expires)


def _connect(row: RawRow, material: Material) -> Content:
    """express-session's, and what express-openid-connect keeps in the same stores."""
    found = parse_object(row.value)
    if found is None:
        raise DecodeError("the row is no JSON object", code="not_a_session")
    header, data = found.get("header"), found.get("data")
    if isinstance(header, dict) and isinstance(data, dict):
        created, ends = to_number(header.get("iat")), to_number(header.get("exp"))
        return Content(data=data, created=created, expires=ends, note="express-openid-connect")
    payload, expires = express_row(row.value)
    if "|" in row.key and not payload:
        return Content(expires=expires, note="a back-channel logout's record, no session")
    if "cookie" not in found:
        raise DecodeError("the row has no cookie object", code="not_a_session")
    return Content(data=payload, expires=expires)


def _flask(row: RawRow, material: Material) -> Content:
    data = flask_row(row.value)
    kind = "permanent" if data.get("_permanent") is True else ""
    return Content(data=data, note=kind)


def _django(row: RawRow, material: Material) -> Content:
    """A database row is signed text; a cache's row is a pickle, and is never loaded."""
    if row.value.startswith(PICKLE):
        return Content(data=read_pickle(row.value), note="a pickle: read, not loaded")
    text = row.value.decode("latin-1")
    try:
        found = unsign(text, ROW_SALT, material)
    except DecodeError as error:
        if error.code != "no_secret" or error.payload is None:
            raise
        return Content(data=error.payload, note="signature not checked: no secret")
    return Content(data=found.payload, created=found.issued)


def _starsessions(row: RawRow, material: Material) -> Content:
    content = content_of(row.value, material)
    data = content.payload
    meta = data.get("__metadata__")
    if not isinstance(meta, dict):
        raise DecodeError("the row has no __metadata__", code="not_a_session")
    created, life = to_number(meta.get("created")), to_number(meta.get("lifetime"))
    ends = created + life if created is not None and life else None
    return Content(data=data, created=created, expires=ends, note=", ".join(content.notes))


def _authjs(row: RawRow, material: Material) -> Content:
    """The row of an adapter: whose session a token is; the user's data are in another table."""
    if ":by-user-id:" in row.key:
        return Content(note="an index of one user's tokens, no session")
    found = parse_object(row.value)
    if found is None:
        return Content(data={"userId": row.value.decode("utf-8", "replace")})
    if "userId" not in found:
        raise DecodeError("the row has no userId", code="not_a_session")
    return Content(data={name: v for name, v in found.items() if name != "sessionToken"})


LAYOUTS: tuple[Layout, ...] = (
    Layout(
        name="connect-redis",
        parse=_connect,
        places=RowLocations(
            redis=("sess:*",),
            tables=(
                Shape(table="session", key="sid", data="sess", expires="expire", is_local=True),
                Shape(table="sessions", key="sid", data="sess", expires="expired"),
            ),
            collections=(Shape(table="sessions", key="_id", data="session", expires="expires"),),
        ),
    ),
    Layout(
        name="flask-session",
        parse=_flask,
        places=RowLocations(
            redis=("session:*",),
            tables=(
                Shape(table="sessions", key="session_id", data="data", expires="expiry"),
                Shape(table="flask_sessions", key="session_id", data="data", expires="expiry"),
            ),
            collections=(Shape(table="sessions", key="id", data="val", expires="expiration"),),
        ),
    ),
    Layout(
        name="django",
        parse=_django,
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
    Layout(
        name="starsessions", parse=_starsessions, places=RowLocations(redis=("starsessions.*",))
    ),
    Layout(
        name="authjs",
        parse=_authjs,
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
    ),
)


def layout_names() -> Sequence[str]:
    """Return the names `--layout` takes, ours first."""
    return (OURS, *(layout.name for layout in LAYOUTS))
