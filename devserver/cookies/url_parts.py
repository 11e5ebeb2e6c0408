"""The parts of URLs that strangers send: for what is none (`http://[`), `urlsplit` raises.

A URL in a request, a redirect, a token or a recording is anybody's text. What is computed from
events, and what judges requests, splits it here.
"""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urlsplit

NO_URL = SplitResult(scheme="", netloc="", path="", query="", fragment="")

_HEAD = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*://[^/?#\s]*(?=[/?#]|\Z)")


def head_of(url: str) -> str:
    """Return scheme and authority of a URL, `http://a.test:80`, without taking it apart.

    Of a browser's hundred URLs a second they are the same few: what is found out of them can be
    kept. What is no such URL is returned whole.
    """
    found = _HEAD.match(url)
    if found is None:
        return url
    return found[0]


def split_url(text: str) -> SplitResult:
    """Return the parts of a URL; of what is none no part."""
    try:
        return urlsplit(text)
    except ValueError:
        return NO_URL


def target_path(target: str) -> str:
    """Return the path of a request's target: `//a` is a path of this host, and names no other."""
    if target.startswith("/"):
        return target.partition("?")[0].partition("#")[0]
    return split_url(target).path or "/"
