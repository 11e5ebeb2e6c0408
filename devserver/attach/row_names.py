"""Which id a key stands for: the one that the cookie has.

What stands before an id is known from the layout or from `?prefix=`; all the rest is the id, with
its dots and colons (`genid` of express-session may draw any). Where an app puts more before it, or
keeps a digest of the id, the first request that brings the id shows it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from session_inspector.devserver.attach.row_layout import RowLayout
from session_inspector.devserver.core.bounded import Bounded

SEPARATED = re.compile(r".*[:.](?=.)", re.DOTALL)
"""What may stand before an id, where only its rows are known."""
MOST_STARTS = 16
"""So many beginnings of keys are tried for an id; where each key has its own, it is the id's."""
KEPT = 20_000


def show_key(key: str) -> str:
    """Return a key as text; bytes that are no UTF-8 are written as `\\xff`."""
    return key.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


class RowNames:
    """The ids of one layout's keys in one store."""

    def __init__(self, layout: RowLayout, prefixes: Sequence[str] = ()) -> None:
        self._layout = layout
        self._prefixes = tuple(prefixes)
        self._starts: dict[str, None] = {}
        """What was seen before the last part of keys."""
        self._shown: Bounded[str] = Bounded(KEPT)
        """Key to the id that a request brought for it."""
        self._odd: Bounded[str] = Bounded(KEPT)
        """Name to its key, where the one cannot be made of the other."""

    def begin(self, prefixes: Sequence[str]) -> None:
        """Take what the layout's places, or the URL, have before ids."""
        self._prefixes = tuple(prefixes)

    def name_of(self, key: str) -> str:
        """Return the id of a key, as far as it is known."""
        return self._shown.get(key) or show_key(self._cut(key))

    def note(self, key: str) -> None:
        """Remember how a key of the store begins."""
        name = self._cut(key)
        if show_key(name) != name:
            self._odd.put(show_key(name), key)
        begin = SEPARATED.match(key)
        starts = [key.removesuffix(name)]
        if begin is not None:
            starts.append(begin[0])
        for start in starts:
            if len(self._starts) < MOST_STARTS:
                self._starts.setdefault(start)

    def keys_of(self, name: str) -> Iterator[str]:
        """Yield the keys that the row of an id may have."""
        odd = self._odd.get(name)
        if odd is not None:
            yield odd
        if self._layout.is_key_in_cookie:
            yield name
        for row_id in self._layout.row_ids(name):
            for start in dict.fromkeys((*self._prefixes, *self._starts)):
                yield start + row_id

    def show(self, key: str, name: str) -> None:
        """Remember that a key is the row of an id."""
        if self.name_of(key) != name:
            self._shown.put(key, name)

    def _cut(self, key: str) -> str:
        found = self._layout.before_id.match(key) if self._layout.before_id else None
        if found is not None:
            return key[found.end() :]
        fitting = [start for start in self._prefixes if key.startswith(start)]
        return key.removeprefix(max(fitting, key=len, default=""))
