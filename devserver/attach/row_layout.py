"""How one framework keeps its rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from session_inspector.devserver.attach.row_content import RowContent
from session_inspector.devserver.attach.rows.base import (
    NOTHING_SEEN,
    RawRow,
    RowLocations,
    RowTexts,
)
from session_inspector.devserver.attach.visitors.visitor_content import describe_visitor
from session_inspector.devserver.decoders.base import Material
from session_inspector.devserver.decoders.codecs.json_text import parse_object
from session_inspector.devserver.decoders.no_json import check_row
from session_inspector.devserver.decoders.traits import JsonReader, Traits
from session_inspector.devserver.stores.tables import table_of
from session_inspector.devserver.stores.url_options import read_options


def is_anybody_s(row: RawRow) -> bool:
    """Return False: the layout reads almost anything, only its keys or columns identify it."""
    return False


def has_no_mark(row: RawRow, content: RowContent) -> bool:
    """Return False: nothing in a row is of this layout alone."""
    return False


def is_no_json(row: RawRow) -> bool:
    """Check that a row is no JSON object, which the layout would keep whatever is in it."""
    return parse_object(row.value) is None


def has_no_copy(key: str) -> str:
    """Return nothing: the framework keeps a session in one place."""
    return ""


def is_id_itself(row_id: str) -> Sequence[str]:
    """Return the id: the row is kept under it."""
    return (row_id,)


Parse = Callable[[RawRow, Material], RowContent]


@dataclass(frozen=True, slots=True, kw_only=True)
class RowLayout:
    """How one framework keeps its rows."""

    name: str
    places: RowLocations
    parse: Parse
    """Raises: DecodeError for a row that is not of this layout."""
    texts: RowTexts = NOTHING_SEEN
    """What a database can compare of its rows."""
    may_be: Callable[[RawRow], bool] = lambda row: True
    """Checks by its bytes that a row can be of it, where neither key nor columns tell."""
    is_own: Callable[[RawRow, RowContent], bool] = has_no_mark
    """Checks what only this framework writes, where the row lies elsewhere than by default."""
    before_id: re.Pattern[str] | None = None
    """What stands before an id in any of its stores; None: what its places or the URL name."""
    row_ids: Callable[[str], Sequence[str]] = is_id_itself
    """Returns under what the row of an id may be kept: a digest of it, too."""
    warn_of_copy: Callable[[str], str] = has_no_copy
    """Returns where else a session of a key may live on when its row is gone; empty: nowhere."""
    json: JsonReader = ""
    visitors: Traits | None = None
    """The format that knows what the framework gives to visitors; None: it makes rows for users."""

    def read(self, row: RawRow, material: Material) -> RowContent:
        """Return what is in a row. Raises: DecodeError for another's, or an unreadable one."""
        content = self.parse(row, material)
        check_row(content.data, self.json)
        visitors = self.visitors
        is_read = content.is_session and not content.refused
        if visitors is not None and is_read and visitors.is_of_visitor(content.data):
            return replace(content, visitor=describe_visitor(content.data))
        return content

    def at(self, url: str) -> RowLayout:
        """Return it where a URL says that its rows are: `?table=NAME`, `?collection=NAME`.

        Raises: InputError for a table that is no SQL name.
        """
        options = read_options(url)
        table = ""
        if "table" in options:
            table = table_of(urlsplit(url).query)
        collection = options.get("collection", "")
        if not table and not collection:
            return self
        return replace(self, places=self.places.at(table, collection))

    @property
    def is_key_in_cookie(self) -> bool:
        """True: the id is the whole key, whatever stands before it."""
        return self.before_id is not None and not self.before_id.pattern
