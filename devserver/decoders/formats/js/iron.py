"""iron-session 6 to 9, and iron of hapi: Fe26.2 seals whose key is derived with one round."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.values import Json, JsonObject
from session_inspector.devserver.decoders.base import (
    CookieGroup,
    Decoded,
    Material,
    with_any_secret,
)
from session_inspector.devserver.decoders.claims import (
    NOT_MINE,
    Claim,
    choose_cookie,
    looks_like,
    strongest_cookie,
)
from session_inspector.devserver.decoders.codecs.iron import (
    FEW,
    PREFIX,
    SKEW,
    Seal,
    is_seal,
    make_seal,
    split_seal,
)
from session_inspector.devserver.decoders.codecs.json_text import (
    compact_json,
    object_member,
    parse_json,
    parse_object,
)
from session_inspector.devserver.decoders.codecs.timestamp import from_iso, to_iso
from session_inspector.devserver.decoders.traits import Traits

VERSION = "~2"
"""What iron-session 6 and later write behind the seal."""
BEFORE_V6 = "(before v6)"
"""Those wrote no ~2, and the session in a member `persistent`."""
CIPHER = "aes-128-ctr"
"""What hapi's iron takes instead of its default, in the header of what was opened."""
WRONG = (
    "its HMAC is of another password than these (it names password {}), of other options of iron"
    " than its own, or a field was changed: ciphertext, end or salt"
)

SEALED_TEXT = "iron (sealed value)"
HONO = "hono-sessions"
HELD = "held"
"""The member of the header with all that hono-sessions keeps beside what its app does."""
NO_MARK = f"without {VERSION} at its end: hapi and iron-session 9 read it, 8 and older none"
"""As the packages do (8.0.4 and 9.0.1); a copy that lost its end looks so too."""


class IronDecoder:
    """Fe26.2*password id*salt*iv*ciphertext*end*salt*mac, then ~2."""

    name = "iron-session"
    # of equal names it reads the first of a request, but the last of Next.js' cookies()
    traits = Traits(json="strict", reads="")

    def claim(self, cookies: CookieGroup) -> Claim | None:
        """Claim whatever starts as a seal; without ~2 it may be h3's as well."""
        return strongest_cookie(cookies, _claim_cookie)

    def decode(self, material: Material) -> Decoded:
        """Open the first seal. Raises: DecodeError."""
        name, value = choose_cookie(material.cookies, _claim_cookie)
        text, mark, version = value.partition("~")
        seal = split_seal(text)
        if mark and not version.isdigit():
            raise DecodeError(
                f"it was cut: {VERSION} ends it, and iron-session reads no session without",
                code="truncated",
            )
        inside, index = open_value(seal, material, FEW)
        if isinstance(inside, str):
            return _describe_text(name, value, seal, inside, index, material)
        if not isinstance(inside, dict):
            return _describe_value(name, value, seal, inside, index, material)
        persistent = inside.get("persistent")
        format_name = "iron-session"
        payload = inside
        if not mark and isinstance(persistent, dict):
            format_name = f"iron-session {BEFORE_V6}"
            payload = persistent
        notes = describe_end(seal)
        if not mark and payload is inside:
            notes = (*notes, NO_MARK)
        header: JsonObject = {"password_id": seal.password_id, "version": version}
        if seal.is_ctr(material.secrets[index], FEW):
            header["cipher"] = CIPHER
        return Decoded(
            format=format_name,
            cookies=(name,),
            header=header,
            payload=payload,
            key_index=index,
            size=len(value),
            notes=notes,
        ).with_end(seal.ends, "the seal's end", material.now, SKEW)

    def seal(self, found: Decoded, secrets: Sequence[str]) -> CookieGroup:
        """Return the cookie of an edited session; it is never in chunks."""
        payload: Json = found.payload
        if found.role == "token" or found.format == SEALED_TEXT:
            payload = _value_of(found)
        if HELD in found.header:
            payload = compact_json(_to_hono(found)).decode()
        if BEFORE_V6 in found.format:
            payload = {"persistent": found.payload}
        value = make_seal(
            compact_json(payload),
            secrets[0],
            ends=None if HELD in found.header else found.expires,
            password_id=str(found.header.get("password_id") or ""),
            rounds=FEW,
            is_ctr=found.header.get("cipher") == CIPHER,
        )
        if found.header.get("version"):
            value = f"{value}{VERSION}"
        return {found.cookies[0]: value}


def describe_end(seal: Seal) -> tuple[str, ...]:
    """Return a note for a seal without end, none for any other."""
    if seal.ends is None:
        return ("the seal never ends (ttl 0)",)
    return ()


def open_seal(seal: Seal, material: Material, *rounds: int) -> tuple[JsonObject, int]:
    """Return (session, index of the secret) of a seal. Raises: DecodeError."""
    inside, index = open_value(seal, material, *rounds)
    if not isinstance(inside, dict):
        raise DecodeError("it opens, but holds no JSON object", code="not_a_session")
    return inside, index


def open_value(seal: Seal, material: Material, *rounds: int) -> tuple[Json, int]:
    """Return (content, index of the secret); all secrets with the fewest rounds first.

    Raises: DecodeError.
    """
    for count in rounds[:-1]:
        for index, secret in enumerate(material.secrets):
            found = seal.unseal(secret, count)
            if found is not None:
                return _parse_content(found), index
    raw, index = with_any_secret(
        material.secrets,
        lambda secret: seal.unseal(secret, rounds[-1]),
        WRONG.format(repr(seal.password_id)),
    )
    return _parse_content(raw), index


def _parse_content(raw: bytes) -> Json:
    try:
        return parse_json(raw)
    except ValueError as error:
        raise DecodeError("it opens, but holds no JSON", code="not_a_session") from error


def _describe_text(
    name: str, value: str, seal: Seal, text: str, index: int, material: Material
) -> Decoded:
    """Return the session that a text is: hono-sessions', or one that only its app can explain.

    An empty one is of nobody: hono-sessions writes it where a session ends.
    """
    held = parse_object(text) or {}
    data = held.get("_data")
    found = Decoded(
        format=SEALED_TEXT,
        cookies=(name,),
        header={"password_id": seal.password_id, "version": value.partition("~")[2]},
        payload={"value": text},
        key_index=index,
        size=len(value),
        text=text,
        notes=describe_end(seal),
    )
    if not isinstance(data, dict):
        return found.with_end(seal.ends, "the seal's end", material.now, SKEW)
    members = {key: object_member(data, key).get("value") for key in data}
    found = replace(
        found,
        format=HONO,
        header={**found.header, HELD: held},
        payload=members,
        text="",
        notes=(),
    )
    if held.get("_delete") is True:
        return replace(found, payload={})
    return found.with_end(from_iso(held.get("_expire")), "_expire", material.now)


def _value_of(found: Decoded) -> Json:
    """Return what was sealed. Raises: DecodeError for a member that it has no place for."""
    others = sorted(found.payload.keys() - {"value"})
    if others:
        raise DecodeError(
            f"a sealed value has no place for {', '.join(others)}: it is one `value`",
            code="not_sealable",
        )
    return found.payload.get("value")


def _to_hono(found: Decoded) -> JsonObject:
    """Return what hono-sessions holds of an edited session, with its own members."""
    held = object_member(found.header, HELD)
    before = object_member(held, "_data")
    data: JsonObject = {
        key: {"flash": False, **object_member(before, key), "value": value}
        for key, value in found.payload.items()
    }
    expire = held.get("_expire")
    if found.expires is not None and from_iso(expire) != found.expires:
        expire = to_iso(found.expires)
    return {**held, "_data": data, "_expire": expire}


def _describe_value(
    name: str, value: str, seal: Seal, inside: Json, index: int, material: Material
) -> Decoded:
    """Return what a seal holds that is no session: a number, a list."""
    return Decoded(
        format="iron (sealed value)",
        role="token",
        cookies=(name,),
        header={"password_id": seal.password_id, "version": value.partition("~")[2]},
        payload={"value": inside},
        key_index=index,
        size=len(value),
        notes=("no session by its content", *describe_end(seal)),
    ).with_end(seal.ends, "the seal's end", material.now, SKEW)


def _claim_cookie(name: str, value: str) -> Claim | None:
    if not is_seal(value):
        return NOT_MINE
    rate = 1.0 if value.endswith(VERSION) else 0.9
    return looks_like(f"it starts with {PREFIX}*, as iron's seals do", rate)
