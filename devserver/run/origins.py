"""Other origins of an app, as a person names them: `api=http://localhost:4000`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from session_inspector.devserver.attach.proxy.origins import OtherOrigin
from session_inspector.devserver.attach.proxy.route import Route, route_to
from session_inspector.devserver.core.access import LOOPBACK_NAMES
from session_inspector.devserver.core.errors import InputError
from session_inspector.devserver.core.listening import in_url
from session_inspector.devserver.tls import TlsFiles

NAME = re.compile(r"[a-z][a-z0-9-]{0,30}")
FORM = "--with api=http://localhost:4000"


def read_origins(words: Sequence[str], front: TlsFiles | None = None) -> dict[str, Route]:
    """Return where each origin is, by name; `front` is the certificate of their proxies.

    Raises: InputError.
    """
    found: dict[str, Route] = {}
    for word in words:
        name, is_pair, url = word.partition("=")
        if not is_pair or not NAME.fullmatch(name):
            raise InputError(f"--with {word!r} is no name and URL. Fix: {FORM}")
        if name in found:
            raise InputError(f"--with {name} is there twice. Fix: a name of its own for each")
        found[name] = replace(route_to(url), front=front, is_in_run=True)
    return found


def place_origins(routes: Mapping[str, Route], ports: Mapping[str, int]) -> list[OtherOrigin]:
    """Return the origins with the ports of their proxies."""
    return [OtherOrigin(name=name, route=route, port=ports[name]) for name, route in routes.items()]


def origin_variables(known: Mapping[str, str], origins: Sequence[OtherOrigin]) -> dict[str, str]:
    """Return variables that lead the app through the proxies: `API_URL`, and all that name them."""
    found: dict[str, str] = {}
    for origin in origins:
        found[f"{origin.name.upper().replace('-', '_')}_URL"] = origin.url
        for name, text in known.items():
            moved = _lead_through(text, origin)
            if moved:
                found[name] = moved
    return found


def _lead_through(text: str, origin: OtherOrigin) -> str:
    """Return an address of an origin as the proxy's; empty: it is none of its."""
    names = {origin.route.host}
    if origin.route.host in LOOPBACK_NAMES:
        names = set(LOOPBACK_NAMES)
    scheme = urlsplit(origin.route.url).scheme
    for name in sorted(names):
        start = f"{scheme}://{in_url(name)}:{origin.route.port}"
        rest = text.removeprefix(start)
        if text.startswith(start) and (not rest or rest[0] in "/?#"):
            return origin.url + rest
    return ""
