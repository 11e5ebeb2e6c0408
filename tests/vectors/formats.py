"""Golden cases of other formats: cookies made by the real packages, recognised and opened here."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from session_inspector.devserver.cookies.jar import RequestJar
from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.values import Json, JsonObject
from session_inspector.devserver.decoders.base import Decoded, Decoder, Material
from session_inspector.devserver.decoders.registry import load_decoders, open_cookies

FOLDER = Path(__file__).parent
NAMES = {
    "express-openid-connect": "express-openid-connect",
    "express-openid-connect-stateful": "express-openid-connect (stateful)",
    "express-openid-connect-transient": "express-openid-connect (transaction)",
    "nextjs-auth0-v3": "nextjs-auth0 v3",
    "nextjs-auth0-v3-stateful": "nextjs-auth0 v3 (stateful)",
    "next-auth-v4": "next-auth v4",
    "authjs-v5": "Auth.js v5",
    "iron-session-v8": "iron-session",
    "auth0-server-python": "auth0-server-python",
    "auth0-server-python-transaction": "auth0-server-python (transaction)",
    "auth0-fastapi-stateful": "auth0-fastapi (stateful)",
    "starlette-session": "Starlette",
    "starsessions-cookie": "starsessions",
    "starsessions-cookie-fernet": "starsessions (Fernet)",
    "starsessions-cookie-aesgcm": "starsessions (AES-GCM)",
    "starsessions-redis": "starsessions (id)",
    "flask-session-cookie": "Flask",
    "flask-session-redis": "Flask-Session",
    "django-signed-cookies": "Django (signed cookies)",
    "django-db": "Django (db)",
    "django-cached-db": "Django (cached_db)",
    "django-cache-redis": "Django (cache)",
    "rails-encrypted-cookie": "Rails (AES-256-GCM",
    "rails-signed-cookie": "Rails (signed",
    "express-session": "express-session",
    "laravel-encrypted-cookie": "Laravel (",
    "oauth2-proxy-cookie": "oauth2-proxy",
    "oauth2-proxy-ticket": "oauth2-proxy (ticket)",
    "clerk": "Clerk",
    "react-router": "React Router",
    "react-router-value": "React Router (signed value)",
    "iron-value": "iron (sealed value)",
    "workos": "WorkOS AuthKit",
    "react-router-id": "React Router (id)",
    "cookie-session": "cookie-session",
    "koa-session": "koa-session",
    "koa-session-id": "koa-session (id)",
    "fastify-session": "@fastify/session",
    "fastify-secure-session": "@fastify/secure-session",
    "fastify-cookie-value": "@fastify/cookie (signed value)",
    "hono-value": "Hono (signed value)",
    "cookies-value": "cookies (signed value)",
    "supabase": "Supabase",
    "iron-session-v5": "iron-session (before v6)",
    "h3-v1": "h3 1",
    "h3-v2": "h3 2",
    "better-auth-token": "better-auth (token",
    "better-auth-compact": "better-auth (compact",
    "better-auth-jwt": "better-auth (jwt",
    "better-auth-jwe": "better-auth (",
}
SEALED = {"ERR_JWE_DECRYPTION_FAILED"}
"""What nextjs-auth0's own decoder calls another secret or a change: it keeps jose's codes."""
VALUES = {
    "cookies-value",
    "fastify-cookie-value",
    "hono-value",
    "iron-value",
    "react-router-value",
}
"""What a framework signs beside its sessions: no session until its secret verifies it."""
REFUSALS = {
    "tampered": {"tampered", "wrong_secret", "wrong_name", "chunk_gap", "truncated"} | SEALED,
    "wrong-secret": {"wrong_secret", "wrong_name"} | SEALED,
    "orphan-chunks": {"orphan_chunks"},
}


def load_raw_cases() -> list[JsonObject]:
    """Return the cases of the first file, and those that the scripts in js made."""
    return _read_all([FOLDER / "other-formats.json", *sorted((FOLDER / "js").glob("*.json"))])


def load_family_cases() -> list[JsonObject]:
    """Return the cases that the scripts in makers made."""
    return _read_all(sorted((FOLDER / "families").glob("*.json")))


def _read_all(files: Sequence[Path]) -> list[JsonObject]:
    return [raw for path in files for raw in json.loads(path.read_text())]


def name_of(raw: JsonObject) -> str:
    """Return how the name of an opened case's format starts."""
    called = raw.get("called")
    if isinstance(called, str):
        return called
    return NAMES.get(str(raw["format"]), str(raw["format"]))


@dataclass(frozen=True)
class FormatCase:
    """The members of a case, narrowed."""

    raw: JsonObject
    decoders: Sequence[Decoder] = field(default_factory=load_decoders)

    @property
    def name(self) -> str:
        return str(self.raw["name"])

    def material(self) -> Material:
        """Return what a person would give the decoder: a Cookie header, secrets, rows."""
        raw = self.raw
        header = "; ".join(f"{name}={value}" for name, value in _table(raw, "cookies").items())
        salt = raw.get("salt")
        now = raw["minted_at"]
        age = raw.get("max_age")
        is_aged = "max_age" in raw and (age is None or isinstance(age, (int, float)))
        assert isinstance(now, (int, float))
        return Material(
            cookies=dict(RequestJar.parse(header).items()),
            secrets=self.secrets(),
            salts=[salt] if isinstance(salt, str) else [],
            now=now,
            max_age=age if is_aged and not isinstance(age, (str, list, dict)) else "default",
            rows=rows_of(raw),
        )

    def secrets(self) -> list[str]:
        """Return the secrets in the order they are tried; a map's highest id first."""
        secret = self.raw.get("secret")
        found = [str(one) for one in secret] if isinstance(secret, list) else []
        if isinstance(secret, dict):
            found = [str(secret[name]) for name in sorted(secret, key=int, reverse=True)]
        if isinstance(secret, str):
            found = [secret]
        key = self.raw.get("encryption_key")
        return [*found, key] if isinstance(key, str) else found


def rows_of(raw: JsonObject) -> dict[str, bytes]:
    """Return the store rows of a case by key."""
    rows: dict[str, bytes] = {}
    for key, value in _table(raw, "store").items():
        if isinstance(value, dict) and "session_data" in value:
            rows[f"{key}/{value['session_key']}"] = str(value["session_data"]).encode()
        else:
            rows[key] = value.encode() if isinstance(value, str) else json.dumps(value).encode()
    for key, value in _table(raw, "store_b64").items():
        rows[key] = base64.b64decode(str(value))
    return rows


def run_format_case(case: FormatCase) -> list[str]:
    """Return what differs from what the real package holds, empty when nothing does."""
    outcome = str(case.raw.get("outcome"))
    if outcome != "ok" and outcome not in REFUSALS:
        return [f"outcome {outcome!r} is not known"]
    try:
        found = open_cookies(case.decoders, case.material())
    except DecodeError as error:
        if outcome == "ok":
            return [f"does not open: {error.code}: {error.message}"]
        if error.code not in REFUSALS[outcome]:
            return [f"refused as {error.code}, expected one of {sorted(REFUSALS[outcome])}"]
        return _prefix(case.raw, error)
    if outcome != "ok":
        return [f"opens as {found.format}, expected {outcome}"]
    return _differences(case.raw, found)


def _prefix(raw: JsonObject, error: DecodeError) -> list[str]:
    expected = raw.get("expected_if_prefix")
    if expected is None or is_equal(error.payload, expected):
        return []
    return [f"the chunks that open alone hold {_short(error.payload)}, not {_short(expected)}"]


def _differences(raw: JsonObject, found: Decoded) -> list[str]:
    problems: list[str] = []
    family = name_of(raw)
    if not found.format.startswith(family):
        problems.append(f"format {found.format!r}, expected {family!r}")
    problems += _content(raw, found)
    times = {"iat": found.issued, "uat": found.updated, "exp": found.expires}
    for name, value in times.items():
        expected = raw.get(name)
        is_endless = name in raw and expected is None and not raw.get("max_age")
        if (isinstance(expected, (int, float)) or is_endless) and value != expected:
            problems.append(f"{name} {value}, expected {expected}")
    if bool(found.problem) != bool(raw.get("expired")):
        problems.append(f"problem {found.problem!r}, expected expired={bool(raw.get('expired'))}")
    session_id = raw.get("session_id")
    if isinstance(session_id, str) and found.session_id != session_id:
        problems.append(f"session id {found.session_id!r}, expected {session_id!r}")
    chunks = raw.get("chunks")
    if isinstance(chunks, int) and len(found.cookies) != chunks:
        problems.append(f"{len(found.cookies)} chunks, expected {chunks}")
    for name, wanted in {**_table(raw, "header"), "purpose": raw.get("purpose")}.items():
        if wanted is not None and found.header.get(name) != wanted:
            problems.append(f"header {name} {found.header.get(name)!r}, expected {wanted!r}")
    if found.salt and isinstance(raw.get("salt"), str) and found.salt != raw["salt"]:
        problems.append(f"salt {found.salt!r}, expected {raw['salt']!r}")
    return problems


def _content(raw: JsonObject, found: Decoded) -> list[str]:
    expected = raw.get("expected")
    marshal = raw.get("expected_marshal_b64")
    if isinstance(expected, str):
        return _compare_text(found.text, expected)
    if isinstance(marshal, str):
        return _compare_marshal(found.payload.get("__marshal__"), marshal)
    if isinstance(expected, dict) and not is_equal(found.payload, expected):
        return [f"payload {_short(found.payload)}, expected {_short(expected)}"]
    subset = raw.get("expected_subset")
    if isinstance(subset, dict):
        return _compare_subset(found.payload, subset)
    return []


def _compare_text(text: str, expected: str) -> list[str]:
    if text == expected:
        return []
    return [f"text {text[:60]!r}, not {expected[:60]!r}"]


def _compare_marshal(shown: Json, expected: str) -> list[str]:
    if shown == expected:
        return []
    return [f"marshal {shown!r}, expected {expected!r}"]


def _compare_subset(payload: JsonObject, subset: JsonObject) -> list[str]:
    held: JsonObject = {name: payload.get(name) for name in subset}
    if is_equal(held, subset):
        return []
    return [f"payload has {_short(held)}, expected {_short(subset)}"]


def is_equal(one: object, other: object) -> bool:
    """Compare JSON values: 1 is 1.0, but true is not 1."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(is_equal(one[n], other[n]) for n in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(is_equal, one, other))
    return isinstance(one, bool) == isinstance(other, bool) and one == other


def _short(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)[:160]


def _table(raw: JsonObject, key: str) -> Mapping[str, Json]:
    found = raw.get(key)
    return found if isinstance(found, dict) else {}
