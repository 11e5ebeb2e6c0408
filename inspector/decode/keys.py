"""Public keys that verify tokens: from a JWKS at a URL or in a file, and from PEM files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from session_inspector.devserver.core.configuration.web_urls import is_web_url
from session_inspector.devserver.core.errors import InputError
from session_inspector.inspector.decode.secrets import FoundKeys

if TYPE_CHECKING:  # 50 ms, for those who give a key
    from joserfc.jwk import Key

LARGEST = 1_000_000
"""Bytes of a key set that are read."""
PATIENCE = 10.0
"""Seconds that a server has to answer with its keys."""
FIX = "Fix: name the provider's jwks_uri, or a file with its keys"


def find_keys(jwks: Sequence[str], files: Sequence[str]) -> FoundKeys:
    """Return the keys of `--jwks` (files or URLs) and `--key` (files). Raises: InputError."""
    keys: list[Key] = []
    for place in jwks:
        keys += _read_keys(_read_place(place), place)
    for place in files:
        keys += _read_keys(_read_file(place), place)
    named = [*(f"--jwks {place}" for place in jwks), *(f"--key {place}" for place in files)]
    return FoundKeys(tuple(keys), ", ".join(named))


def _read_keys(text: str, source: str) -> list[Key]:
    from session_inspector.devserver.decoders.token_keys import read_keys  # see above

    return read_keys(text, source)


def _read_place(place: str) -> str:
    if place.startswith(("http://", "https://")):
        return _fetch(place)
    return _read_file(place)


def _fetch(url: str) -> str:
    if not is_web_url(url):
        raise InputError(f"--jwks {url!r:.200} is no URL. {FIX}")
    # a tenth of a second, for those who name a URL
    import httpx

    try:
        response = httpx.get(url, timeout=PATIENCE, follow_redirects=True)
        response.raise_for_status()
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise InputError(f"{url} gives no keys: {error or type(error).__name__}. {FIX}") from error
    return response.text[:LARGEST]


def _read_file(place: str) -> str:
    try:
        return Path(place).read_bytes()[:LARGEST].decode("utf-8", "replace")
    except (OSError, ValueError) as error:
        raise InputError(f"{place} cannot be read: {error}. Fix: name a file with keys") from error
