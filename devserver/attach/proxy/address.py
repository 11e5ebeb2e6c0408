"""Under which name people open the proxy: the one that the app itself goes by.

Cookies belong to a host name. An app that lives at http://localhost:4000 has its logins come back
there, and one that was begun at http://127.0.0.1:4000 has left its state behind.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Sequence
from urllib.parse import parse_qs, urlsplit

from session_inspector.devserver.attach.proxy.route import Route, is_own_name
from session_inspector.devserver.core.access import LOOPBACK_NAMES
from session_inspector.devserver.core.listening import in_url

CALLBACK = "redirect_uri"


class ProxyAddress:
    """The URL that people open; it follows what the app says of itself."""

    def __init__(self, listen: str, port: int, route: Route, app_urls: Sequence[str] = ()) -> None:
        self._listen = listen
        self._port = port
        self._route = route
        self._name = self._choose(app_urls)

    @property
    def url(self) -> str:
        """`http://localhost:4000`."""
        return f"{self._route.scheme}://{in_url(self._name)}:{self._port}"

    def learn(self, location: str) -> bool:
        """Take the host of the callback in a redirect to a provider; True: it is another."""
        name = self._own_name(_callback_in(location), self._is_port_of_ours)
        if name in ("", self._name):
            return False
        self._name = name
        return True

    def _choose(self, app_urls: Sequence[str]) -> str:
        """Return the app's own name: of a base URL at this port, of another one, of its address."""
        rules: list[Callable[[int | None], bool]] = [self._is_this_port, _is_any_port]
        for rule in rules:
            for url in app_urls:
                name = self._own_name(url, rule)
                if name:
                    return name
        if self._reaches_us(self._route.host) and self._route.host in LOOPBACK_NAMES:
            return self._route.host
        return self._listen

    def _own_name(self, url: str, is_right_port: Callable[[int | None], bool]) -> str:
        """Return the host of a URL, if this proxy answers under that name; or nothing."""
        try:
            parts = urlsplit(url)
            name = parts.hostname or ""
            port = parts.port
        except ValueError:
            return ""
        if parts.scheme not in ("http", "https") or not is_own_name(self._route, name):
            return ""
        if not is_right_port(port) or not self._reaches_us(name):
            return ""
        return name

    def _reaches_us(self, name: str) -> bool:
        """Check whether a browser that opens a name gets here, as far as can be told."""
        if name == self._listen or name not in LOOPBACK_NAMES:
            return True
        address = ipaddress.ip_address(self._listen)
        return address.is_unspecified or (address.is_loopback and name == "localhost")

    def _is_this_port(self, port: int | None) -> bool:
        return port == self._port

    def _is_port_of_ours(self, port: int | None) -> bool:
        return port in (self._port, self._route.port)


def _is_any_port(port: int | None) -> bool:
    return True


def _callback_in(location: str) -> str:
    try:
        query = urlsplit(location).query
        return parse_qs(query, max_num_fields=100).get(CALLBACK, [""])[0]
    except ValueError:
        return ""
