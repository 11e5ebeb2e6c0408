"""Which texts are URLs of http or https that a person may name: checked before anything starts."""

from __future__ import annotations

import re
from ipaddress import IPv6Address
from urllib.parse import SplitResult, urlsplit

SCHEMES = ("http", "https")
_HOST = re.compile(r"[a-z0-9._-]+")


def read_web_url(text: str) -> SplitResult | None:
    """Return the parts of a URL whose scheme, host and port are good; None: it is none."""
    if not text.isprintable() or " " in text:
        return None
    try:
        parts = urlsplit(text)
        is_port = parts.port != 0
    except ValueError:
        return None
    if parts.scheme not in SCHEMES or not is_port or not _is_host(parts):
        return None
    return parts


def is_web_url(text: str) -> bool:
    """Check for an http(s) URL that names a host."""
    return read_web_url(text) is not None


def _is_host(parts: SplitResult) -> bool:
    host = parts.hostname or ""
    if "[" in parts.netloc:
        return _is_ipv6(host)
    try:
        return _HOST.fullmatch(host.encode("idna").decode("ascii").lower()) is not None
    except UnicodeError:
        return False


def _is_ipv6(host: str) -> bool:
    try:
        IPv6Address(host)
    except ValueError:
        return False
    return True
