"""What a token endpoint's answer with status 200 must hold (RFC 6749 §5.1), as the SDK checks it.

Only the status says whether a grant succeeded: an `error` beside good tokens is ignored.
Source: docs/sdk.md, Access tokens.
"""

from __future__ import annotations

import math

from session_inspector.devserver.cookies.js_values import parse_float
from session_inspector.devserver.core.errors import OAuthError
from session_inspector.devserver.core.json.reading import read_strict_json
from session_inspector.devserver.core.values import Json, JsonObject

CODE = "invalid_token_response"
REQUIRED = ("access_token", "token_type")
OPTIONAL = ("refresh_token", "id_token")
"""Members that may be left out, but not be empty."""
TYPES = ("bearer", "dpop")
"""In small letters: the case of a type means nothing."""


def read_token_answer(raw: bytes) -> JsonObject:
    """Return the members that count of an answer: the type in small letters, numbers as such.

    Raises: OAuthError for what the SDK refuses; ValueError for what is no JSON object.
    """
    found = read_strict_json(raw.decode("utf-8-sig", "replace"))
    if not isinstance(found, dict):
        raise ValueError("its answer is not a JSON object")
    answer: JsonObject = {name: _require_text(found, name) for name in REQUIRED}
    answer |= {name: _require_text(found, name) for name in OPTIONAL if name in found}
    answer["token_type"] = _read_type(found)
    if "scope" in found:
        answer["scope"] = _read_scope(found["scope"])
    if "expires_in" in found:
        answer["expires_in"] = _read_lifetime(found["expires_in"])
    return answer


def _require_text(found: JsonObject, name: str) -> str:
    value = found.get(name)
    if isinstance(value, str) and value:
        return value
    why = f"the token endpoint's answer has no {name}"
    if name in found:
        why = f"{name} in the token endpoint's answer is no text, or empty"
    error = found.get("error")
    if isinstance(error, str):
        why = f"{why}; its error is {error}"
    raise OAuthError(why, code=CODE)


def _read_type(found: JsonObject) -> str:
    kind = _require_text(found, "token_type").lower()
    if kind in TYPES:
        return kind
    raise OAuthError("the token endpoint's token_type is not Bearer or DPoP", code=CODE)


def _read_scope(value: Json) -> str:
    if isinstance(value, str):
        return value
    raise OAuthError("scope in the token endpoint's answer is no text", code=CODE)


def _read_lifetime(value: Json) -> float:
    """Return seconds: a number, or what a text begins with."""
    seconds = parse_float(value)
    if not math.isfinite(seconds) or seconds < 0:
        raise OAuthError("expires_in in the token endpoint's answer is no lifetime", code=CODE)
    if seconds.is_integer():
        return int(seconds)
    return seconds
