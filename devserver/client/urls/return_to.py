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
LONGEST_DOTS = len("%2e%2e")
_DOT = re.compile(r"(?:\.|%2e)", re.IGNORECASE)
_DEFAULT_PORTS = {"http": 80, "https": 443}
# percent-encode sets of the standard, written as what is left alone
PATH_SAFE = "/%!$&'()*+,;=:@[]\\|~-._"
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
    path = remove_dots(_merge_paths(target, base)).lstrip("/")
    found = "/" + quote(path, PATH_SAFE)
    if target.query:
        found += f"?{quote(target.query, _QUERY_SAFE)}"
    if target.fragment:
        found += f"#{quote(target.fragment, _FRAGMENT_SAFE)}"
    return found


def _parse(text: str, base_scheme: str) -> _Target | None:
    """Split a URL; None when its scheme is another."""
    text = text.strip(_TRIM).translate(_DROPPED).encode("utf-8", "replace").decode()
    scheme = _SCHEME.match(text)
    rest = text
    if scheme is not None:
        if scheme[1].lower() != base_scheme:
            return None
        rest = text[scheme.end() :]
    rest, _, fragment = rest.partition("#")
    rest, _, query = rest.partition("?")
    rest = rest.replace("\\", "/")
    if rest.startswith("//"):
        authority, slash, path = rest.lstrip("/").partition("/")
        return _Target(authority, slash + path, query, fragment)
    return _Target(None, rest, query, fragment)


def _is_own(authority: str | None, base: str) -> bool:
    """Return whether an authority is that of the base; None is."""
    if authority is None:
        return True
    host, port = _split_authority(authority)
    if not _HOST.fullmatch(host) or (port and not port.isdecimal()):
        return False
    own = urlsplit(base)
    default = _DEFAULT_PORTS.get(own.scheme, 0)
    own_host = own.hostname or ""
    if ":" in own_host:
        own_host = f"[{own_host}]"
    return (host, int(port or default)) == (own_host, own.port or default)


def _split_authority(authority: str) -> tuple[str, str]:
    """Return host and port, in lower case; an IPv6 host keeps its brackets."""
    host_and_port = authority.rpartition("@")[2].lower()
    if host_and_port.startswith("["):
        host, bracket, port = host_and_port.rpartition("]")
        return host + bracket, port.removeprefix(":")
    host, _, port = host_and_port.partition(":")
    return host, port


def _merge_paths(target: _Target, base: str) -> str:
    """Return the path resolved against the base's (RFC 3986 §5.2.3)."""
    if target.authority is not None or target.path.startswith("/"):
        return target.path
    own = urlsplit(base).path or "/"
    if not target.path:
        return own
    folder = own.rpartition("/")[0]
    return f"{folder}/{target.path}"


def remove_dots(path: str) -> str:
    """Return a path without its dot segments (RFC 3986 §5.2.4)."""
    kept: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        plain = _decode_dots(segment)
        if plain == "..":
            kept = kept[:-1]
        elif plain != ".":
            kept.append(segment)
    if segments and _decode_dots(segments[-1]) in (".", ".."):
        kept.append("")
    return "/" + "/".join(kept)


def _decode_dots(segment: str) -> str:
    if len(segment) > LONGEST_DOTS:
        return segment
    return _DOT.sub(".", segment)
