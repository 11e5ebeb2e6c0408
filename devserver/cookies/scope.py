"""By which host, path and site browsers tell cookies apart and decide which to send."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

LOOPBACK = ("localhost", "127.0.0.1", "::1")


def default_path(path: str) -> str:
    """Return the path of a cookie that was set without one (RFC 6265 §5.1.4)."""
    folder = path.partition("?")[0].rpartition("/")[0]
    if not path.startswith("/") or not folder:
        return "/"
    return folder


def cookie_path(attribute: str, request_path: str) -> str:
    """Return the path of a cookie: its attribute's, if that begins with a slash."""
    if attribute.startswith("/"):
        return attribute
    return default_path(request_path)


def is_path_match(request_path: str, path: str) -> bool:
    """Check whether a cookie of a path goes with a request (RFC 6265 §5.1.4)."""
    if request_path == path:
        return True
    if not request_path.startswith(path):
        return False
    return path.endswith("/") or request_path[len(path)] == "/"


def is_domain_match(host: str, domain: str) -> bool:
    """Check whether a host is a domain or one below it (RFC 6265 §5.1.3)."""
    if host == domain:
        return True
    return host.endswith(f".{domain}") and not is_address(host)


def is_public_suffix(domain: str) -> bool:
    """Check for a name under which anybody has hosts, as far as that shows: it has no dot.

    `com`, and `localhost`: browsers take `Domain=localhost` from localhost itself only.
    """
    return "." not in domain and not is_address(domain)


def is_address(host: str) -> bool:
    """Check for an IP address, which has no domain above it."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def is_loopback(host: str) -> bool:
    """Check for this machine: browsers count it as secure without TLS."""
    return host in LOOPBACK or host.endswith(".localhost")


def is_secure_url(url: str) -> bool:
    """Check whether Secure cookies may be set by and sent to a URL."""
    parts = urlsplit(url)
    return parts.scheme in ("https", "wss") or is_loopback(parts.hostname or "")


def is_same_site(one: str, other: str) -> bool:
    """Check whether two URLs are of one site: its scheme, and its domain without the hosts."""
    return _site_of(urlsplit(one)) == _site_of(urlsplit(other))


def _site_of(url: SplitResult) -> tuple[str, str]:
    host = url.hostname or ""
    if is_address(host):
        return url.scheme, host
    return url.scheme, ".".join(host.split(".")[-2:])
