r"""Forms that a secret is written in: text, bytes (`hex:…`, `base64:…`, `b'…'`), several in a map.

A map of versions (`{"2": "new", "1": "old"}`, `2:new,1:old`) is what iron-session and better-auth
take: all of it is tried, the highest version first.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable

from session_inspector.devserver.cookies.secret_bytes import to_secret_text
from session_inspector.devserver.core.values import Json
from session_inspector.inspector.decode.inputs.literals import (
    NotLiteralError,
    read_literal,
    undo_escapes,
)

_PYTHON_BYTES = re.compile(r"b'(?:[^'\\]|\\.)*'|b\"(?:[^\"\\]|\\.)*\"", re.DOTALL)
_VERSIONS = re.compile(r"\d{1,6}:[^,]+(?:,\s*\d{1,6}:[^,]+)+")
_VERSION = re.compile(r"(\d{1,6}):([^,]+)")


def read_secret(text: str) -> list[tuple[str, str]]:
    """Return (secret, which one of a map) of a text; most are one secret, and empty."""
    found = _versions_of(text)
    if found and all(secret for _, secret in found):
        return [(_read_bytes(secret), f"version {version}") for version, secret in found]
    return [(_read_bytes(text), "")]


def _versions_of(text: str) -> list[tuple[str, str]]:
    """Return (version, secret), the highest version first; none for a text that is no map."""
    if _VERSIONS.fullmatch(text):
        return _sort_versions([(version, secret.strip()) for version, secret in _pairs(text)])
    if text[:1] not in ("{", "["):
        return []
    try:
        tree = read_literal(text)
    except NotLiteralError:
        return []
    return _sort_versions(_members(tree))


def _pairs(text: str) -> list[tuple[str, str]]:
    return [(match[1], match[2]) for match in _VERSION.finditer(text)]


def _members(tree: Json) -> list[tuple[str, str]]:
    """Return the texts of an object by name, or of a list in its order; else none."""
    if isinstance(tree, dict) and all(isinstance(each, str) for each in tree.values()):
        return [(name, str(each)) for name, each in tree.items()]
    if isinstance(tree, list) and all(isinstance(each, str) for each in tree):
        return [(str(len(tree) - place), str(each)) for place, each in enumerate(tree)]
    return []


def _sort_versions(found: list[tuple[str, str]]) -> list[tuple[str, str]]:
    if not all(version.isdecimal() for version, _ in found):
        return found
    return sorted(found, key=lambda pair: -int(pair[0]))


def _read_bytes(text: str) -> str:
    """Return a secret's bytes as the text it is carried as; a text that names none as it is."""
    readers: dict[str, Callable[[str], bytes | None]] = {"hex": _from_hex, "base64": _from_base64}
    kind, colon, rest = text.partition(":")
    if colon and kind in readers:
        raw = readers[kind](rest.strip())
        if raw:
            return to_secret_text(raw)
    if _PYTHON_BYTES.fullmatch(text):
        return to_secret_text(_from_python(text))
    return text


def _from_hex(text: str) -> bytes | None:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return None


def _from_base64(text: str) -> bytes | None:
    """Return the bytes of base64 in either alphabet, padded or not; None for other texts."""
    plain = text.replace("-", "+").replace("_", "/").rstrip("=")
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None


def _from_python(text: str) -> bytes:
    """Return the bytes of Python's b'…', as `repr` and the documentation write them."""
    inner = undo_escapes(text[2:-1])
    return inner.encode("latin-1", "replace")
