"""Compares the issuer a provider names with the configured one, as URLs (WHATWG)."""

from __future__ import annotations

from session_inspector.devserver.client.urls.app_urls import origin_of
from session_inspector.devserver.cookies.url_parts import split_url


def is_same_issuer(found: object, expected: str) -> bool:
    """Compare but for one slash at the end, which people add and leave out.

    The case of a host and a scheme's own port mean nothing. What the document says then counts, to
    the letter, for each token's `iss`.
    """
    return isinstance(found, str) and _normalise(found) == _normalise(expected)


def _normalise(url: str) -> str:
    parts = split_url(url)
    if not parts.netloc:
        return url
    start = url.index(parts.netloc) + len(parts.netloc)
    try:
        origin = origin_of(url)
    except ValueError:  # a port that is no number
        return url
    return origin + url[start:].removesuffix("/")
