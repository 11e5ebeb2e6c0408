"""The app's own URLs: its routes under base URL and base path, and the path a request asks for.

Built as the SDK builds them, which is by WHATWG's URL parser: a base path may lack its slash
(`docs` is `/docs`), and a route is compared as it stands on the wire, percent escapes included.
"""

from __future__ import annotations

from urllib.parse import quote, unquote, urlsplit

from starlette.types import Scope

from session_inspector.devserver.client.urls.return_to import (
    PATH_SAFE,
    remove_dots,
    resolve_own_path,
)

_DEFAULT_PORTS = {"http": 80, "https": 443}


def origin_of(url: str) -> str:
    """Return scheme, host and port of a URL, in lower case, without the scheme's own port."""
    parts = urlsplit(url.strip())
    host = parts.hostname or ""
    if ":" in host:
        host = f"[{host}]"
    if parts.port is None or parts.port == _DEFAULT_PORTS.get(parts.scheme):
        return f"{parts.scheme}://{host}"
    return f"{parts.scheme}://{host}:{parts.port}"


def is_https(url: str) -> bool:
    """Check a base URL's scheme, in whatever case it is written."""
    return url.strip().lower().startswith("https://")


def route_url(path: str, base_url: str, base_path: str) -> str:
    """Return the URL of a path of the app, which keeps query and fragment.

    It never leaves the origin of the base URL: what a base path like `///host` would do to it is
    read as a path.
    """
    relative = _join(base_path, path).removeprefix("/")
    folder = base_url.strip()
    if not folder.endswith("/"):
        folder += "/"
    found = resolve_own_path(relative, folder)
    if found is None:
        found = resolve_own_path("/" + quote(relative.lstrip("/\\"), PATH_SAFE), folder)
    return origin_of(base_url) + (found or "/")


def _join(base_path: str, path: str) -> str:
    if not base_path:
        return path
    folder = with_slash(base_path)
    if not folder.endswith("/"):
        folder += "/"
    return folder + path.removeprefix("/")


def is_below(path: str, base_path: str) -> bool:
    """Check whether a path is the base path or one below it; without a base path none is."""
    folder = with_slash(base_path).rstrip("/")
    return bool(folder) and (path == folder or path.startswith(f"{folder}/"))


def with_slash(path: str) -> str:
    """Return a path that begins with a slash; an empty one stays empty."""
    if not path or path.startswith("/"):
        return path
    return f"/{path}"


def find_route(scope: Scope, base_path: str) -> str:
    """Return the path a request asks for, below the base path and without one slash at its end."""
    path = _wire_path(scope)
    if is_below(path, base_path):
        path = path[len(with_slash(base_path).rstrip("/")) :]
    return path.removesuffix("/")


def _wire_path(scope: Scope) -> str:
    """Return the path as a URL has it: escapes kept, dot segments resolved.

    Where something on the way here has rewritten the path, that counts.
    """
    path: str = scope["path"]
    raw: bytes | None = scope.get("raw_path")
    text = path
    if raw is not None:
        text = raw.decode("latin-1").partition("?")[0]
        if text != path and unquote(text) != path:
            text = path
    return normalise_path(text)


def normalise_path(path: str) -> str:
    """Return a path as WHATWG's parser leaves it."""
    if path.isascii() and not any(mark in path for mark in ("/.", "%2", "\\", " ", '"')):
        return path  # nothing to do, as for nearly every request
    return quote(remove_dots(path.replace("\\", "/")), PATH_SAFE)
