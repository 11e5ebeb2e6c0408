"""How one framework keeps its rows, and what is in one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from session_inspector.devserver.attach.ends import InnerEnd
from session_inspector.devserver.attach.rows.base import RawRow, RowLocations
from session_inspector.devserver.core.values import JsonObject, Seconds
from session_inspector.devserver.decoders.base import Material


@dataclass(frozen=True, slots=True, kw_only=True)
class RowContent:
    """What is in a row."""

    data: JsonObject = field(default_factory=dict)
    created: Seconds | None = None
    ends: tuple[InnerEnd, ...] = ()
    """Those that the row has inside, beside the store's."""
    note: str = ""


Parse = Callable[[RawRow, Material], RowContent]


@dataclass(frozen=True, slots=True, kw_only=True)
class RowLayout:
    """How one framework keeps its rows."""

    name: str
    places: RowLocations
    parse: Parse
    """Raises: DecodeError for a row that is not of this layout."""
