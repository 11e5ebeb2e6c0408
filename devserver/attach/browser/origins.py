"""The origins that were asked for: of anything else in a browser nothing is kept."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import urlsplit

from session_inspector.devserver.cookies.scope import is_address, is_domain_match, is_public_suffix
from session_inspector.devserver.cookies.url_parts import head_of
from session_inspector.devserver.core.configuration.web_urls import is_web_url
from session_inspector.devserver.core.errors import InputError

PORTS = {"http": 80, "https": 443}


class Origins:
    """What is watched; grows when a login returns under another name."""

    def __init__(self, urls: Iterable[str]) -> None:
        """Raises: InputError for what is no URL of http or https."""
        self._origins: dict[str, None] = {}
        for url in urls:
            self.add(url)

    def add(self, url: str) -> None:
        """Watch one more. Raises: InputError."""
        origin = origin_of(url)
        if not origin or not is_web_url(url):
            raise InputError(f"{url!r} must be a URL of http or https: http://localhost:3000")
        self._origins[origin] = None

    @property
    def names(self) -> tuple[str, ...]:
        """The origins, as people write them."""
        return tuple(self._origins)

    def has(self, url: str) -> bool:
        """Check whether a URL is of one of them."""
        return origin_of(url) in self._origins

    def may_get(self, domain: str, *, is_host_only: bool) -> bool:
        """Check whether a cookie of a domain goes to one of them; cookies ignore ports."""
        hosts = ((urlsplit(origin).hostname or "") for origin in self._origins)
        if is_host_only:
            return domain in hosts
        return any(is_domain_match(host, domain) for host in hosts)

    def cookie_domains(self) -> tuple[str, ...]:
        """Return the domains whose cookies go to them, as jars write them: `.app.test` for all."""
        domains: dict[str, None] = {}
        for origin in self._origins:
            host = urlsplit(origin).hostname or ""
            domains[host] = None
            while host and not is_address(host) and not is_public_suffix(host):
                domains[f".{host}"] = None
                host = host.partition(".")[2]
        return tuple(domains)


def origin_of(url: str) -> str:
    """Return scheme, host and port of a URL; empty: it has none."""
    return _spell_origin(head_of(url))


@lru_cache(maxsize=1024)
def _spell_origin(head: str) -> str:
    try:
        parts = urlsplit(head)
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme not in PORTS or not parts.hostname:
        return ""
    host = parts.hostname
    if ":" in host:
        host = f"[{host}]"
    if port is None or port == PORTS[parts.scheme]:
        return f"{parts.scheme}://{host}"
    return f"{parts.scheme}://{host}:{port}"


def port_of_url(url: str) -> int:
    """Return the port that a page came from; 0: its URL has none that is a number."""
    try:
        parts = urlsplit(url)
        return parts.port or PORTS.get(parts.scheme, 0)
    except ValueError:
        return 0
