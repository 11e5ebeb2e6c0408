"""A JSON tree as fields of a detail panel: tokens with their claims, times with what is left."""

from __future__ import annotations

import base64
import binascii

from session_inspector.devserver.core.json.reading import read_json
from session_inspector.devserver.core.json.writing import strict_json
from session_inspector.devserver.core.numbers import is_number, to_number
from session_inspector.devserver.core.values import (
    Json,
    Seconds,
    Secret,
    Shown,
    ShownObject,
    mask,
)
from session_inspector.inspector.model.facts.rows import Field
from session_inspector.inspector.model.words.text import NO_DATE, duration, is_moment, moment, safe

TIMES = frozenset(
    {"exp", "iat", "nbf", "auth_time", "expiresAt", "createdAt", "sessionExpiresAt"}
    | {"session_expiry", "updated_at"}
)
DEEPEST = 12


def claims_of(secret: Secret) -> dict[str, Json]:
    """Return the claims of a JWT without verifying it; empty when the text is none."""
    if not secret.is_at_hand:
        return {}
    parts = secret.reveal().split(".")
    if len(parts) != 3:
        return {}
    try:
        body = parts[1] + "=" * (-len(parts[1]) % 4)
        found = read_json(base64.urlsafe_b64decode(body.encode()))
    except (ValueError, binascii.Error):
        return {}
    if isinstance(found, dict):
        return found
    return {}


def tree_fields(name: str, value: Shown, depth: int, now: Seconds) -> list[Field]:
    """Return a JSON tree as fields, tokens with their claims, times with what is left."""
    label = safe(name, 60)
    if depth > DEEPEST:
        return [Field(depth=depth, label=label, value="… deeper than is shown", tone="dim")]
    if isinstance(value, Secret):
        return _token_fields(label, value, depth, now)
    if isinstance(value, dict):
        return _dict_fields(label, value, depth, now)
    if isinstance(value, list):
        return _list_fields(label, value, depth, now)
    return [Field(depth=depth, label=label, value=_scalar_text(name, value, now))]


def _dict_fields(label: str, value: ShownObject, depth: int, now: Seconds) -> list[Field]:
    text = ""
    if not value:
        text = "{}"
    fields = [Field(depth=depth, label=label, value=text, tone="accent")]
    for name, member in value.items():
        fields += tree_fields(name, member, depth + 1, now)
    return fields


def _list_fields(label: str, value: list[Shown], depth: int, now: Seconds) -> list[Field]:
    count = f"{len(value)} entries"
    if len(value) == 1:
        count = "1 entry"
    fields = [Field(depth=depth, label=label, value=count, tone="accent")]
    for number, member in enumerate(value):
        fields += tree_fields(f"[{number}]", member, depth + 1, now)
    return fields


def _token_fields(label: str, secret: Secret, depth: int, now: Seconds) -> list[Field]:
    claims = claims_of(secret)
    kind = "opaque"
    if claims:
        kind = "JWT"
    text = f"{kind} {secret}"
    if secret.masked:
        text = safe(secret.masked)
    fields = [Field(depth=depth, label=label, value=text, secret=secret)]
    for name, value in claims.items():
        fields += tree_fields(name, mask(value), depth + 1, now)
    return fields


def _scalar_text(name: str, value: Shown, now: Seconds) -> str:
    if isinstance(value, str):
        return safe(value)
    if isinstance(value, (int, float)) and not isinstance(value, bool) and not is_number(value):
        return "too large a number"
    moment = to_number(value)
    if name in TIMES and moment is not None:
        return f"{value}  {describe_time(moment, now)}"
    return safe(strict_json(value))


def describe_time(at: Seconds, now: Seconds) -> str:
    """Return a moment, and how far it is from now."""
    if not is_moment(at):
        return NO_DATE
    left = at - now
    if left > 0:
        return f"{moment(at)} (in {duration(left)})"
    return f"{moment(at)} ({duration(-left)} ago)"
