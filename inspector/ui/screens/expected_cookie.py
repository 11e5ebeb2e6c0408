"""A cookie that was just written: the cursor goes to it once it is listed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from session_inspector.inspector.model.boards.edited_cookie import digest_cookies, find_written
from session_inspector.inspector.model.facts.rows import Field


class ExpectedCookie:
    """Knows what was listed when it was written."""

    def __init__(self) -> None:
        self._written: str | None = None
        self._before: Mapping[str, str] = {}

    def expect(self, line: str, fields: Sequence[Field]) -> None:
        """Wait for the cookie of a Set-Cookie line; `fields` are listed now."""
        self._written = line.partition(";")[0].partition("=")[0].strip()
        self._before = digest_cookies(fields)

    def forget(self) -> None:
        """Wait no longer: the person has gone elsewhere, or it was refused."""
        self._written = None

    def find(self, fields: Sequence[Field]) -> str:
        """Return the key of the cookie, once; empty: it is not listed."""
        if self._written is None:
            return ""
        key = find_written(fields, self._written, self._before)
        if key:
            self.forget()
        return key
