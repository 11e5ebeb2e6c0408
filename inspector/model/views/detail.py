"""One session as titled fields: what the cookie hides, what it shows, what the store holds."""

from __future__ import annotations

import base64
import binascii
import json

from session_inspector.devserver.core.numbers import is_number
from session_inspector.devserver.core.values import Json, Seconds, Secret, Shown
from session_inspector.inspector.model.facts.rows import Field, Tone
from session_inspector.inspector.model.facts.state import Known, State
from session_inspector.inspector.model.views.keeping import verdicts_of
from session_inspector.inspector.model.views.select import cookie_rows
from session_inspector.inspector.model.words.text import duration, moment, safe, size

TIMES = frozenset(
    {"exp", "iat", "nbf", "auth_time", "expiresAt", "createdAt", "sessionExpiresAt"}
    | {"session_expiry", "updated_at"}
)
PARTS = ("header", "key", "iv", "ciphertext", "tag")
DEEPEST = 12


def content_fields(state: State, session: str, now: Seconds) -> tuple[Field, ...]:
    """Return the decoded contents: user, tokens with their claims, internal, the rest."""
    known = state.sessions.get(session)
    if known is None:
        return ()
    fields: list[Field] = []
    for name, value in known.facts.data.items():
        fields += tree_fields(name, value, 0, now)
    return tuple(fields)


def sealed_fields(state: State, session: str) -> tuple[Field, ...]:
    """Return the encrypted side: each cookie, and the parts of the sealed value."""
    rows = [row for row in cookie_rows(state, session) if not row.is_deleted]
    fields: list[Field] = []
    for row in rows:
        title = f"{size(row.size)} value, {size(row.line_size)} as a Set-Cookie line"
        fields.append(Field(depth=0, label=row.name, value=title, tone="accent"))
        fields.append(Field(depth=1, label="value", value=str(row.value), secret=row.value))
        fields.append(Field(depth=1, label="attributes", value=row.attributes, tone="dim"))
    for said, tone in verdicts_of(state, session):
        fields.append(Field(depth=0, label="", value=said, tone=tone))
    fields += _segments([row.value for row in rows if not row.name.startswith("__FC_")])
    return tuple(fields)


def store_fields(state: State, session: str, now: Seconds) -> tuple[Field, ...]:
    """Return what the store holds for a session."""
    known = state.sessions.get(session)
    if known is None:
        return ()
    if known.facts.kind == "stateless" or known.facts.key is None:
        text = "nothing: the cookie is the session, so nothing on the server can end it early"
        return (Field(depth=0, label="store", value=text, tone="dim"),)
    stored = next((timer.ends for timer in known.facts.timers if timer.name == "store"), None)
    row, tone = _row_state(known, stored, now)
    return (
        Field(depth=0, label="store", value=safe(state.lab.store, 100)),
        Field(depth=0, label="row", value=row, tone=tone),
        Field(depth=0, label="id", value=str(known.facts.key), secret=known.facts.key),
        Field(depth=0, label="data", value=f"{size(known.facts.size)} of JSON"),
        Field(depth=0, label="expires", value=_when(stored, now) if stored else "never"),
        Field(depth=0, label="written", value=f"{known.writes} times since the lab started"),
    )


def _row_state(known: Known, stored: Seconds | None, now: Seconds) -> tuple[str, Tone]:
    if stored is not None and stored <= now:
        return "expired; it stays until it is pruned, but no request gets it", "warn"
    return ("there", "good") if known.ended is None else ("gone", "bad")


def claims_of(secret: Secret) -> dict[str, Json]:
    """Return the claims of a JWT without verifying it; empty when the text is none."""
    if not secret.is_at_hand:
        return {}
    parts = secret.reveal().split(".")
    if len(parts) != 3:
        return {}
    try:
        body = parts[1] + "=" * (-len(parts[1]) % 4)
        found = json.loads(base64.urlsafe_b64decode(body.encode()))
    except (ValueError, binascii.Error, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def tree_fields(name: str, value: Shown, depth: int, now: Seconds) -> list[Field]:
    """Return a JSON tree as fields, tokens with their claims, times with what is left."""
    label = safe(name, 60)
    if depth > DEEPEST:
        return [Field(depth=depth, label=label, value="… deeper than is shown", tone="dim")]
    if isinstance(value, Secret):
        return _token(label, value, depth, now)
    if isinstance(value, dict):
        head = Field(depth=depth, label=label, value="" if value else "{}", tone="accent")
        return [head, *(f for k, v in value.items() for f in tree_fields(k, v, depth + 1, now))]
    if isinstance(value, list):
        head = Field(
            depth=depth,
            label=label,
            value=f"{len(value)} entr{'y' if len(value) == 1 else 'ies'}",
            tone="accent",
        )
        return [
            head,
            *(f for n, v in enumerate(value) for f in tree_fields(f"[{n}]", v, depth + 1, now)),
        ]
    return [Field(depth=depth, label=label, value=_scalar(name, value, now))]


def _token(label: str, secret: Secret, depth: int, now: Seconds) -> list[Field]:
    claims = claims_of(secret)
    kind = "JWT" if claims else "opaque"
    fields = [Field(depth=depth, label=label, value=f"{kind} {secret}", secret=secret)]
    for name, value in claims.items():
        fields += tree_fields(name, _shown(value), depth + 1, now)
    return fields


def _shown(value: Json) -> Shown:
    if isinstance(value, dict):
        return {name: _shown(member) for name, member in value.items()}
    return [_shown(member) for member in value] if isinstance(value, list) else value


def _scalar(name: str, value: Shown, now: Seconds) -> str:
    if name in TIMES and is_number(value):
        return f"{value}  {_when(value, now)}"
    return safe(value if isinstance(value, str) else json.dumps(value))


def _when(at: Seconds, now: Seconds) -> str:
    left = at - now
    return f"{moment(at)} ({'in ' + duration(left) if left > 0 else duration(-left) + ' ago'})"


def _segments(values: list[Secret]) -> list[Field]:
    """Return the parts of the joined value, by their length in characters."""
    if not values or not all(value.is_at_hand for value in values):
        return []
    parts = "".join(value.reveal() for value in values).split(".")
    if len(parts) != len(PARTS):
        return []
    fields = [
        Field(depth=0, label="sealed value", value="compact JWE, dir + A256GCM", tone="accent")
    ]
    for name, text in zip(PARTS, parts, strict=True):
        shown = safe(text, 44) if name == "header" else f"{len(text)} characters"
        fields.append(Field(depth=1, label=name, value=shown if text else "(none: dir)"))
    return fields
