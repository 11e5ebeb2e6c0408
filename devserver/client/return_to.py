"""Where a login may end: a path of the app's own origin, resolved as browsers resolve URLs.

The rules are those of the WHATWG URL Standard for http(s), as far as they can leave the origin:
control characters, backslashes, missing or extra slashes, dot segments, encoded dots.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

_TRIM = "".join(map(chr, range(0x21)))
_DROPPED = str.maketrans("", "", "\t\n\r")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*):")
_HOST = re.compile(r"[a-z0-9.\-]+|\[[0-9a-f:.]+\]")
_DOT = re.compile(r"(?:\.|%2e)", re.IGNORECASE)
_DEFAULT_PORTS = {"http": 80, "https": 443}
# percent-encode sets of the standard, written as what is left alone
_PATH_SAFE = "/%!$&'()*+,;=:@[]\\|~-._"
_QUERY_SAFE = "/%!$&()*+,;=:@[]\\|~-._?^`{}"
_FRAGMENT_SAFE = "/%!$&'()*+,;=:@[]\\|~-._?^{}#"


@dataclass(frozen=True, slots=True)
class _Target:
    authority: str | None
    path: str
    query: str
    fragment: str


def resolve_own_path(text: str, base: str) -> str | None:
    """Return path, query and fragment of a URL on the origin of `base`; None for any other.

    The path has exactly one leading slash: `/.//evil.example` would leave the origin when it is
    resolved a second time.
    """
    scheme, _, _ = base.partition(":")
    target = _parse(text, scheme)
    if target is None or not _is_own(target.authority, base):
        return None
    path = "/" + _without_dots(_merged(target, base)).lstrip("/")
    query = f"?{quote(target.query, _QUERY_SAFE)}" if target.query else ""
    fragment = f"#{quote(target.fragment, _FRAGMENT_SAFE)}" if target.fragment else ""
    return quote(path, _PATH_SAFE) + query + fragment


def _parse(text: str, base_scheme: str) -> _Target | None:
    """Split a URL; None when its scheme is another."""
    text = text.strip(_TRIM).translate(_DROPPED).encode("utf-8", "replace").decode()
    scheme = _SCHEME.match(text)
    rest = text[scheme.end() :] if scheme else text
    rest, _, fragment = rest.partition("#")
    rest, _, query = rest.partition("?")
    rest = rest.replace("\\", "/")
    if scheme and scheme[1].lower() != base_scheme:
        return None
    if rest.startswith("//"):
        authority, slash, path = rest.lstrip("/").partition("/")
        return _Target(authority, slash + path, query, fragment)
    return _Target(None, rest, query, fragment)


def _is_own(authority: str | None, base: str) -> bool:
    if authority is None:
        return True
    own = urlsplit(base)
    host, colon, port = authority.rpartition("@")[2].lower().partition(":")
    if authority.rpartition("@")[2].startswith("["):
        host, _, port = authority.rpartition("@")[2].lower().rpartition("]")
        host, port, colon = host + "]", port.removeprefix(":"), ":" if port else ""
    if not _HOST.fullmatch(host) or (colon and port and not port.isdecimal()):
        return False
    default = _DEFAULT_PORTS.get(own.scheme, 0)
    own_host = f"[{own.hostname}]" if ":" in (own.hostname or "") else own.hostname
    return (host, int(port or default)) == (own_host, own.port or default)


def _merged(target: _Target, base: str) -> str:
    """Return the path resolved against the base's (RFC 3986 §5.2.3)."""
    if target.authority is not None or target.path.startswith("/"):
        return target.path
    own = urlsplit(base).path or "/"
    return own.rpartition("/")[0] + "/" + target.path if target.path else own


def _without_dots(path: str) -> str:
    kept: list[str] = []
    segments = path.split("/")[1:]
    for number, segment in enumerate(segments):
        plain = _DOT.sub(".", segment) if len(segment) <= 6 else segment
        if plain == "..":
            kept = kept[:-1]
        elif plain != ".":
            kept.append(segment)
            continue
        if number == len(segments) - 1:
            kept.append("")
    return "/" + "/".join(kept)
