"""Supabase: the session in JSON, raw or as `base64-` and base64url; of the auth helpers a list.

Nothing seals it and no secret protects it: what counts is the signature of its access token, which
the project's keys verify. The access token ends after an hour, and the refresh token renews it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from session_inspector.devserver.cookies.chunk_rules import SUPABASE
from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.numbers import to_number
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.decoders.base import (
    CookieGroup,
    Decoded,
    Material,
)
from session_inspector.devserver.decoders.bundles import (
    Bundle,
    base_name,
    bundles,
    has_full_chunk,
    open_bundle,
    whole_first,
)
from session_inspector.devserver.decoders.claims import (
    NOT_MINE,
    Claim,
    choose,
    could_be,
    looks_like,
    strongest,
)
from session_inspector.devserver.decoders.codecs.base64_text import from_base64url, to_base64url
from session_inspector.devserver.decoders.codecs.json_text import (
    compact_json,
    object_member,
    parse_json,
    parse_object,
)
from session_inspector.devserver.decoders.evidence import NO_SEAL, Unverified
from session_inspector.devserver.decoders.formats.jwt import check_token
from session_inspector.devserver.decoders.subject import token_claims
from session_inspector.devserver.decoders.traits import Traits

MARK = "base64-"
NAME = re.compile(r"sb-[A-Za-z0-9-]+-auth-token|supabase-auth-token")
VERIFIER = "-code-verifier"
FIRST_MEMBERS = (b'{"access_token"', b'{"provider_token"', b'{"user"', b'{"expires_in"')
"""How auth-js' session starts; its order changed with versions."""
BASE64URL = "base64url"
RAW = "raw"
LIST = "list"
"""How the auth helpers before @supabase/ssr wrote it: the texts of a session in their order."""
LIST_START = '["eyJ'
LIST_MEMBERS = (
    "access_token",
    "refresh_token",
    "provider_token",
    "provider_refresh_token",
    "factors",
)
UNSIGNED = "user and the rest are not signed: anybody can change them, the access token cannot"
RENEWED = "the access token ends, not the session: the refresh token renews it"
SAFE = "!'()*~"
"""What encodeURIComponent leaves as it is, beside letters, digits, - _ and dots."""


@dataclass(frozen=True, slots=True)
class _Trust:
    unverified: Unverified | None
    key_index: int | None
    note: str


class SupabaseDecoder:
    """sb-PROJECT-auth-token, whole or as .0, .1, …"""

    name = "supabase"
    traits = Traits(json="strict", chunks=SUPABASE, is_percent_encoded=True, is_issued_anew=True)

    def claim(self, cookies: CookieGroup) -> Claim | None:
        """Claim `base64-` and a session; raw JSON of one by its name and members together."""
        if not any(_may_be_mine(name, value) for name, value in cookies.items()):
            return NOT_MINE
        return strongest(map(_claim_bundle, bundles(cookies, SUPABASE)))

    def decode(self, material: Material) -> Decoded:
        """Read the likeliest of the cookies. Raises: DecodeError."""
        likeliest = choose(bundles(material.cookies, SUPABASE), _claim_bundle)
        found = whole_first(likeliest, material.cookies)
        if found.name.endswith(VERIFIER):
            return _read_verifier(found)
        return open_bundle(found, lambda value: _read_session(found, value, material))

    def seal(self, found: Decoded, secrets: Sequence[str]) -> CookieGroup:
        """Return the cookies of an edited session, in the encoding it had."""
        text = compact_json(found.payload)
        if found.role == "transaction":
            text = compact_json(found.payload["code_verifier"])
        value = text.decode()
        if found.header.get("encoding") == LIST:
            value = _write_list(found.payload)
        if found.header.get("encoding") == BASE64URL:
            value = MARK + to_base64url(text)
        return _split(base_name(found.cookies[0], SUPABASE), value)


def _write_list(payload: JsonObject) -> str:
    """Return the auth helpers' list. Raises: DecodeError for a member that it has no place for."""
    others = [name for name in payload if name not in LIST_MEMBERS]
    if others:
        raise DecodeError(
            f"the auth helpers' list has no place for {', '.join(others)}: it holds tokens only",
            code="not_sealable",
        )
    return compact_json([payload.get(name) for name in LIST_MEMBERS]).decode()


def _may_be_mine(name: str, value: str) -> bool:
    """Check what costs nothing, before chunks are joined."""
    return value.startswith((MARK, '{"', LIST_START)) or name.startswith("sb-")


def _claim_bundle(bundle: Bundle) -> Claim | None:
    is_named = NAME.fullmatch(bundle.name) is not None
    if bundle.gap and (is_named or (bundle.name.startswith("sb-") and has_full_chunk(bundle))):
        return looks_like(f"chunks of {bundle.name}, numbered from 0, one of which is missing", 2)
    more = 0.01 * len(bundle.parts)
    value = bundle.value
    if value.startswith(MARK):
        return _claim_marked(bundle, more)
    if value.startswith('{"') and _is_session(value[:400]):
        if is_named:
            return looks_like(f"a session of auth-js in JSON, named {bundle.name}", 0.9 + more)
        return could_be("an object with tokens and a user in JSON", 0.5 + more)
    if value.startswith(LIST_START):
        if is_named:
            return looks_like(f"a list that starts with a token, named {bundle.name}", 0.9 + more)
        return could_be("a list in JSON that starts with a token", 0.3 + more)
    return NOT_MINE


def _claim_marked(bundle: Bundle, more: float) -> Claim | None:
    start = from_base64url(bundle.value[len(MARK) : len(MARK) + 64]) or b""
    if start.startswith(FIRST_MEMBERS):
        return looks_like("base64- and a session of auth-js in base64url", 1 + more)
    if bundle.name.endswith(VERIFIER) and start.startswith(b'"'):
        return looks_like("base64- and a text in base64url, named …-code-verifier", 0.8)
    return NOT_MINE


def _is_session(start: str) -> bool:
    """Check the start of a text in JSON: it may be cut."""
    return start.startswith('{"access_token":"eyJ') or '"access_token":"eyJ' in start


def _read_json(value: str) -> tuple[str, str]:
    """Return (JSON text, encoding). Raises: DecodeError."""
    if value.startswith(LIST_START):
        return value, LIST
    if not value.startswith(MARK):
        return value, RAW
    raw = from_base64url(value.removeprefix(MARK))
    if raw is None:
        raise DecodeError("behind base64- there is no base64url: it was changed", code="tampered")
    return raw.decode("utf-8", "replace"), BASE64URL


def _read_session(bundle: Bundle, value: str, material: Material) -> Decoded:
    text, encoding = _read_json(value)
    payload = _parse_session(text)
    if payload is None:
        raise DecodeError(
            "its JSON is cut, or mixed of chunks of two writes: Supabase reads no session from it",
            code="truncated",
        )
    token = str(payload.get("access_token") or "")
    claims = token_claims(token)
    trust = _check_access_token(token, claims, material)
    return Decoded(
        format="Supabase",
        cookies=bundle.names,
        header={"encoding": encoding},
        payload=payload,
        key_index=trust.key_index,
        unverified=trust.unverified,
        size=bundle.size,
        issued=to_number(claims.get("iat")),
        notes=(trust.note, *_describe_foreign_user(payload, claims), RENEWED),
    )


def _parse_session(text: str) -> JsonObject | None:
    """Return the session of a text: an object, or the list of the auth helpers."""
    if not text.startswith(LIST_START):
        return parse_object(text)
    try:
        found = parse_json(text)
    except ValueError:
        return None
    if not isinstance(found, list) or len(found) > len(LIST_MEMBERS):
        return None
    return dict(zip(LIST_MEMBERS, found, strict=False))


def _describe_foreign_user(payload: JsonObject, claims: JsonObject) -> tuple[str, ...]:
    """Return a note where the user is not the one that the token is for."""
    user = object_member(payload, "user").get("id")
    subject = claims.get("sub")
    if not isinstance(user, str) or not isinstance(subject, str) or user == subject:
        return ()
    return ("its user is another one than the sub of its access token: the app must ask the token",)


def _check_access_token(token: str, claims: JsonObject, material: Material) -> _Trust:
    """Return whether a key of the project verifies the token; the cookie itself has no seal."""
    if not claims or not (material.secrets or material.keys):
        return _Trust(NO_SEAL, None, "--jwks or the project's JWT secret verifies its access token")
    try:
        check = check_token(token, material, claims)
    except DecodeError as error:
        return _Trust(NO_SEAL, None, f"its access token is not verified: {error.message}")
    if check.unverified is not None:
        return _Trust(NO_SEAL, None, check.unverified.reason)
    return _Trust(None, check.key_index, f"its access token is verified; {UNSIGNED}")


def _read_verifier(bundle: Bundle) -> Decoded:
    """Return the verifier of a login under way. Raises: DecodeError."""
    text, encoding = _read_json(bundle.value)
    try:
        found = parse_json(text)
    except ValueError as error:
        raise DecodeError("its JSON is cut: the value was changed", code="truncated") from error
    return Decoded(
        format="Supabase (code verifier)",
        role="transaction",
        cookies=bundle.names,
        header={"encoding": encoding},
        payload={"code_verifier": found},
        unverified=NO_SEAL,
        size=bundle.size,
        notes=("a login that has not come back yet",),
    )


def _split(base: str, value: str) -> dict[str, str]:
    """Return the cookies of a value: chunks are counted in percent-encoded characters."""
    if _encoded_size(value) <= SUPABASE.size:
        return {base: value}
    pieces = [""]
    size = 0
    for letter in value:
        width = _encoded_size(letter)
        if size + width > SUPABASE.size:
            pieces.append("")
            size = 0
        pieces[-1] += letter
        size += width
    return {SUPABASE.chunk_name(base, number): piece for number, piece in enumerate(pieces)}


def _encoded_size(text: str) -> int:
    return len(quote(text, safe=SAFE, errors="replace"))
