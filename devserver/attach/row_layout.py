"""How one framework keeps its rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from session_inspector.devserver.attach.row_content import RowContent
from session_inspector.devserver.attach.rows.base import RawRow, RowLocations
from session_inspector.devserver.decoders.base import Material

Parse = Callable[[RawRow, Material], RowContent]


@dataclass(frozen=True, slots=True, kw_only=True)
class RowLayout:
    """How one framework keeps its rows."""

    name: str
    places: RowLocations
    parse: Parse
    """Raises: DecodeError for a row that is not of this layout."""
