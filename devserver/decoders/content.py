"""What is sealed again: JSON is written anew; gob, Marshal, pickles and terms go back as they were.

Those say more than is shown of them (types, classes, atoms): from what is shown they could not be
written as the application wrote them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.values import Json, JsonObject, fingerprint
from session_inspector.devserver.decoders.base import Decoded
from session_inspector.devserver.decoders.codecs.json_text import compact_json, parse_json


def write_content(found: Decoded, shown: Json, read: Callable[[bytes], JsonObject]) -> bytes:
    """Return the content to seal: `shown` as JSON where it was JSON, else as it was.

    `read` shows a content as `found.payload` does. Raises: DecodeError (not_sealable) for an edit
    of what is not JSON.
    """
    if _is_json(found.content):
        return compact_json(shown)
    return keep_content(found, read)


def keep_content(found: Decoded, read: Callable[[bytes], JsonObject]) -> bytes:
    """Return the content as it was. Raises: DecodeError (not_sealable) when an edit changed it."""
    if read(found.content) != found.payload:
        raise DecodeError(
            "what is inside is shown as structure, and is not written anew: its secret and its"
            " time stamp can be changed, its members cannot",
            code="not_sealable",
        )
    return found.content


def find_key(mark: Json, secrets: Iterable[str]) -> str:
    """Return the secret that a header names by its fingerprint. Raises: DecodeError."""
    for secret in secrets:
        if fingerprint(secret) == mark:
            return secret
    raise DecodeError(
        "the key that its content was encrypted with is not among the secrets", code="not_sealable"
    )


def _is_json(raw: bytes) -> bool:
    try:
        parse_json(raw)
    except ValueError:
        return False
    return True
