"""By which host, path and site browsers tell cookies apart and decide which to send."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import ip_address
from typing import TYPE_CHECKING

from session_inspector.devserver.cookies.url_parts import head_of, split_url

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList


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


def cookie_domain(attribute: str, host: str) -> str:
    """Return the domain of a cookie in lower case; empty: it is its host's own.

    `host` is the one that has set it; empty: not known.
    """
    domain = attribute.lower().removeprefix(".")
    if is_whole_host(domain.strip("[]"), host):
        return ""
    return domain


def is_whole_host(domain: str, host: str) -> bool:
    """Check for the Domain of a host that can have none below it: an address, or `localhost`.

    Browsers take it as if it were not there (RFC 6265bis §5.7, 9 and 10; tried in Chromium).
    """
    return domain == host and (is_address(host) or is_public_suffix(host))


def is_public_suffix(domain: str) -> bool:
    """Check for a name under which anybody has hosts: `com`, `co.uk`, `github.io`, `localhost`."""
    if is_address(domain):
        return False
    return _public_suffix_of(domain) == domain


@lru_cache(maxsize=4096)
def _public_suffix_of(domain: str) -> str:
    """Return the public suffix of a domain by the kept list; without an entry its last part."""
    if "." not in domain:
        return domain
    suffix: str | None = _load_suffixes().publicsuffix(domain)
    return suffix or domain


@lru_cache(maxsize=1)
def _load_suffixes() -> PublicSuffixList:
    # read once, and only where a host has several parts: 60 ms
    from publicsuffixlist import PublicSuffixList

    return PublicSuffixList()


def is_address(host: str) -> bool:
    """Check for an IP address, which has no domain above it."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def is_loopback(host: str) -> bool:
    """Check for this machine: browsers count it as secure without TLS."""
    if is_address(host):
        return ip_address(host).is_loopback
    return host == "localhost" or host.endswith(".localhost")


def is_secure_url(url: str) -> bool:
    """Check whether Secure cookies may be set by and sent to a URL."""
    parts = split_url(url)
    return parts.scheme in ("https", "wss") or is_loopback(parts.hostname or "")


def is_same_site(one: str, other: str) -> bool:
    """Check whether two URLs are of one site: its scheme, and its domain without the hosts."""
    return _site_of(head_of(one)) == _site_of(head_of(other))


@lru_cache(maxsize=4096)
def _site_of(head: str) -> tuple[str, str]:
    parts = split_url(head)
    host = parts.hostname or ""
    if is_address(host):
        return parts.scheme, host
    return parts.scheme, registrable_domain(host)


def registrable_domain(host: str) -> str:
    """Return the domain that somebody owns: the public suffix and one part more.

    A host that is a public suffix itself has none above it, and is its own.
    """
    suffix = _public_suffix_of(host)
    if host == suffix:
        return host
    part = host.removesuffix(f".{suffix}").rpartition(".")[2]
    return f"{part}.{suffix}"
