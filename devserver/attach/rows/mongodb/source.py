"""A collection of another framework's rows in MongoDB, as a window."""

from __future__ import annotations

from pymongo.asynchronous.collection import AsyncCollection

from session_inspector.devserver.attach.rows.base import RawRow, RowTexts, Shape
from session_inspector.devserver.attach.rows.mongodb.documents import to_raw_row
from session_inspector.devserver.attach.rows.sql import HIDDEN_USERS
from session_inspector.devserver.core.values import Seconds
from session_inspector.devserver.stores.mongodb.client import Document
from session_inspector.devserver.stores.mongodb.source import (
    MongoList,
    MongoSource,
    describe_query,
    match_ends,
    match_marks,
    match_user,
)
from session_inspector.devserver.stores.querying.filters import RowFilter
from session_inspector.devserver.stores.querying.sources import WindowSource


def open_collection(
    rows: AsyncCollection[Document],
    shape: Shape,
    texts: RowTexts,
    wanted: RowFilter,
    now: Seconds,
) -> WindowSource[RawRow]:
    """Return the documents of a collection."""
    visible = texts.hide_from(wanted)
    if not shape.is_obeyed:
        visible = visible.hide("expires")
    marked = match_marks(shape.data, texts.inner_marks or ())
    return MongoSource(
        MongoList(
            rows=rows,
            to_row=lambda document: to_raw_row(shape, document),
            is_row={name: {"$exists": True} for name in shape.columns},
            wanted=[
                *match_user(visible, shape.data, HIDDEN_USERS),
                *match_ends(visible, shape.expires, now, marked),
            ],
            how=describe_query(visible, ("user", "expires")),
            is_filtered=bool(wanted.words),
        )
    )
