"""The parts of URLs that strangers send: for what is none (`http://[`), `urlsplit` raises.

A URL in a request, a redirect, a token or a recording is anybody's text. What is computed from
events, and what judges requests, splits it here.
"""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit

NO_URL = SplitResult(scheme="", netloc="", path="", query="", fragment="")


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
