"""Numbers of the environment, read as JavaScript reads them."""

from __future__ import annotations

import re

_LEADING = re.compile(r"\s*([+-]?[0-9]+)")


def parse_int(text: str | None, default: int) -> int:
    """Return what parseInt(text, 10) finds: leading digits count, the rest is ignored.

    Absent, empty and what starts with no digits: the default.
    """
    found = _LEADING.match(text or "")
    if found is None:
        return default
    return int(found[1])
