"""The sessions table: where a URL says it is, and the types its columns have."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.core.values import JsonObject, Seconds
from session_inspector.devserver.stores.base import NEVER_LIVE
from session_inspector.devserver.stores.rows import as_whole, to_text
from session_inspector.devserver.stores.tables import missing_table, table_of
from session_inspector.devserver.stores.timestamps import FAR, FIRST, to_datetime
from session_inspector.devserver.stores.url_options import drop_options, read_options

DATA_TYPES = ("jsonb", "json", "text", "character varying")
PLAIN = "timestamp without time zone"
ZONED = "timestamp with time zone"
NO_TYPE = "missing"
TEXTS = ("text", "character varying")
EMPTY_END = "its end is empty: an app that asks for `expires_at > NOW()` never finds it"


@dataclass(frozen=True, slots=True)
class PostgresLocation:
    """What a URL names."""

    dsn: str
    """The URL as the driver takes it."""
    table: str
    has_trigger: bool
    """The trigger is wanted, when the table is made."""


@dataclass(frozen=True, slots=True)
class SessionTable:
    """A table, and the types of its columns."""

    name: str
    data: str
    expires_at: str
    id: str = "text"
    time_zone: str = "UTC"
    """What a timestamp without a zone means on this connection, and in the app's NOW()."""

    @property
    def key_column(self) -> str:
        """The id as text, whatever type it has."""
        if self.id in TEXTS:
            return "id"
        return "id::text"

    @property
    def is_jsonb(self) -> bool:
        """True where PostgreSQL reads the data without a cast."""
        return self.data == "jsonb"

    def to_column(self, at: Seconds | None) -> datetime:
        """Return a moment as statements take it; None: the far end."""
        seconds = FAR if at is None else at
        return to_datetime(seconds)

    def to_data(self, data: JsonObject) -> str:
        """Return a session as the column takes it; JSONB holds no NUL and no lone surrogate."""
        text = to_text(data)
        if self.is_jsonb and ("\\u0000" in text or "\\ud" in text):
            return to_text(as_whole(data))
        return text

    def describe(self) -> str:
        """Return the columns in a few words."""
        columns = f"id, data {self.data}, expires_at {self.expires_at}"
        if self.expires_at == ZONED:
            return f"table {self.name} ({columns})"
        return f"table {self.name} ({columns}, read in the server's zone {self.time_zone})"


def parse_location(url: str) -> PostgresLocation:
    """Return what a URL names. Raises: InputError for a table that is no SQL name."""
    parts = urlsplit(drop_options(url))
    return PostgresLocation(
        dsn=parts._replace(scheme="postgresql").geturl(),
        table=table_of(urlsplit(url).query),
        has_trigger=read_options(url).get("notify") == "create",
    )


def check_columns(
    table: str, columns: dict[str, str], url: str, time_zone: str = "UTC"
) -> SessionTable:
    """Return a table by its columns ({name: type}).

    Raises: MissingTable when it has none; InputError for columns of another kind.
    """
    if not columns:
        raise missing_table(table, url.rpartition("@")[2])
    data = columns.get("data", NO_TYPE)
    expires = columns.get("expires_at", NO_TYPE)
    if "id" not in columns or data not in DATA_TYPES or expires not in (PLAIN, ZONED):
        raise InputError(
            f"table {table} has id {columns.get('id', NO_TYPE)}, data {data}, expires_at"
            f" {expires}; it must be (id TEXT, data JSONB or TEXT, expires_at TIMESTAMP)."
            " Fix: name another with ?table="
        )
    return SessionTable(table, data, expires, columns["id"], time_zone)


def read_end(epoch: object) -> Seconds | None:
    """Return when a row ends by the seconds of its column; None: never."""
    if not isinstance(epoch, (int, float)):  # infinity is one: a timestamp may be it
        return NEVER_LIVE
    if epoch >= FAR:
        return None
    return max(float(epoch), FIRST)
