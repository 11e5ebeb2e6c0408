"""Options in store URLs: some are ours, the rest is the driver's."""

from __future__ import annotations

from collections.abc import Container
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

OWN_OPTIONS = frozenset({"table", "notify", "collection", "prefix"})
"""Options of a store's URL that no driver knows."""


def read_options(url: str) -> dict[str, str]:
    """Return the options of a URL; of one that stands twice, the last."""
    return dict(parse_qsl(urlsplit(url).query))


def drop_options(url: str, names: Container[str] = OWN_OPTIONS) -> str:
    """Return a URL without some of its options."""
    parts = urlsplit(url)
    options = [(name, value) for name, value in parse_qsl(parts.query) if name not in names]
    return urlunsplit(parts._replace(query=urlencode(options)))
