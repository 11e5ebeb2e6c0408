"""ASP.NET Core's cookies, sealed by Data Protection: which key of the ring did it is readable.

    09 F0 C9 F0, 16 bytes key id, 16 bytes key modifier, IV, ciphertext, MAC   (base64url: CfDJ8…)

A secret is the XML of a key (`key-….xml`). The keys bind a chain of purposes: the application's
name (SetApplicationName, or its folder) when there is one, then the middleware's, the scheme and
`v2`. The application's name is given as a salt.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from session_inspector.devserver.cookies.chunk_rules import ASPNET_CORE
from session_inspector.devserver.core.errors import DecodeError
from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.decoders.base import (
    CookieGroup,
    Decoded,
    Material,
)
from session_inspector.devserver.decoders.bundles import (
    Bundle,
    joined_first,
    open_bundle,
    split_value,
)
from session_inspector.devserver.decoders.claims import (
    NOT_MINE,
    Claim,
    choose,
    looks_like,
    strongest,
)
from session_inspector.devserver.decoders.codecs.base64_text import from_base64url, to_base64url
from session_inspector.devserver.decoders.codecs.data_protection import (
    DataKey,
    Opened,
    open_payload,
    protect,
    read_keys,
)
from session_inspector.devserver.decoders.content import keep_content
from session_inspector.devserver.decoders.formats.dotnet.tickets import (
    ends_of,
    issued_of,
    read_ticket,
    write_ticket,
)
from session_inspector.devserver.decoders.traits import TimeMembers, Traits

MAGIC = b"\x09\xf0\xc9\xf0"
START = "CfDJ8"
SHORTEST = 100
HEADER = 20
"""Bytes of the mark and the key's id."""
KEY_ID_TEXT = 28
"""Characters of base64url that hold them."""
VALUE = re.compile(r"CfDJ8[A-Za-z0-9_-]+")
MIDDLEWARE = "Microsoft.AspNetCore.Authentication.Cookies.CookieAuthenticationMiddleware"
SCHEMES = ("Cookies", "Identity.Application", "Identity.External", "External")
VERSION = "v2"
SESSION_PURPOSES = ("SessionMiddleware",)
PREFIX = ".AspNetCore."
SESSION_NAME = ".AspNetCore.Session"
NO_SESSIONS = (".AspNetCore.Antiforgery.", ".AspNetCore.Correlation.", ".AspNetCore.OpenIdConnect.")
"""Beginnings of names that Data Protection seals as well: antiforgery, the state of a login."""
WHY = "base64url of 09 F0 C9 F0 and a key's id, as ASP.NET Core's Data Protection seals"


class AspNetCoreDecoder:
    """`.AspNetCore.Cookies`, `.AspNetCore.Identity.Application`, `.AspNetCore.Session`, …"""

    name = "aspnet-core"
    traits = Traits(
        cookie_names=(".AspNetCore.Cookies", ".AspNetCore.Identity.Application", SESSION_NAME),
        chunks=ASPNET_CORE,
        is_issued_anew=True,
        time_members=TimeMembers(
            inside="properties", created=".issued", expires=".expires", is_http_date=True
        ),
    )

    def claim(self, cookies: CookieGroup) -> Claim | None:
        """Claim the mark that Data Protection writes; without any key it names the key."""
        return strongest(_claim_bundle(one) for one in joined_first(cookies, ASPNET_CORE))

    def decode(self, material: Material) -> Decoded:
        """Open the likeliest of the cookies. Raises: DecodeError."""
        bundle = choose(joined_first(material.cookies, ASPNET_CORE), _claim_bundle)
        if bundle.gap:
            raise _refuse_gap(bundle)
        return open_bundle(bundle, lambda value: _open(bundle, value, material))

    def seal(self, found: Decoded, secrets: Sequence[str]) -> CookieGroup:
        """Return the cookies of an edited ticket, sealed by a key of the ring.

        Raises: DecodeError (not_sealable).
        """
        key = _choose_key(str(found.header.get("key_id")), secrets)
        purposes = found.header.get("purposes")
        chain = [str(one) for one in purposes] if isinstance(purposes, list) else []
        head = MAGIC + uuid.UUID(key.id).bytes_le
        raw = protect(_write_content(found), head, key, chain)
        return split_value(found.cookies, to_base64url(raw), ASPNET_CORE)


@dataclass(frozen=True, slots=True)
class _Found:
    opened: Opened
    index: int
    purposes: tuple[str, ...]


def _claim_bundle(bundle: Bundle) -> Claim | None:
    value = bundle.value
    if bundle.name.startswith(NO_SESSIONS) or not VALUE.fullmatch(value):
        return NOT_MINE
    if len(value) < SHORTEST and not bundle.parts:
        return NOT_MINE
    rate = 1.0 if bundle.name.startswith(PREFIX) else 0.8
    return looks_like(WHY, rate)


def _refuse_gap(bundle: Bundle) -> DecodeError:
    """Return what is missing, and which key sealed it: the first chunk tells."""
    key_id = _read_key_id(from_base64url(bundle.value[:KEY_ID_TEXT]) or b"")
    if not key_id:
        return DecodeError(bundle.gap, code="chunk_gap")
    return DecodeError(
        f"{bundle.gap}. Sealed by Data Protection's key {key_id}",
        code="chunk_gap",
        payload={"key_id": key_id},
    )


def _read_key_id(raw: bytes) -> str:
    """Return the id of the key that sealed a payload, empty for what is none."""
    if not raw.startswith(MAGIC) or len(raw) < HEADER:
        return ""
    return str(uuid.UUID(bytes_le=raw[len(MAGIC) : HEADER]))


def _open(bundle: Bundle, value: str, material: Material) -> Decoded:
    raw = from_base64url(value) or b""
    key_id = _read_key_id(raw)
    if not key_id:
        raise DecodeError(
            "it has not the mark and the key's id of Data Protection", code="tampered"
        )
    readable: JsonObject = {"key_id": key_id}
    found = _unseal(raw, key_id, bundle.name, material, readable)
    ticket = _read_content(found.opened.text)
    scheme = found.purposes[-2] if len(found.purposes) > 1 else found.purposes[-1]
    return Decoded(
        format="ASP.NET Core",
        cookies=tuple(bundle.names),
        header={**readable, "purposes": [*found.purposes], "cipher": found.opened.cipher},
        payload=ticket,
        key_index=found.index,
        size=len(value),
        salt=found.purposes[0],
        issued=issued_of(ticket),
        session_id=str(ticket.get("id") or ""),
        content=found.opened.text,
        notes=(f"sealed by the key {key_id} of the ring, for {scheme}",),
    ).with_end(ends_of(ticket), ".expires in its properties", material.now)


def _unseal(raw: bytes, key_id: str, name: str, material: Material, readable: JsonObject) -> _Found:
    """Return what a key of the ring opens. Raises: DecodeError (no_secret, wrong_secret, …)."""
    if not material.secrets:
        raise DecodeError(
            f"the key {key_id} sealed it; without its XML (key-{key_id}.xml) nothing of it opens",
            code="no_secret",
            payload=readable,
        )
    ring = list(_ring(material))
    mine = [(key, index) for key, index in ring if key.id == key_id]
    if not mine:
        raise DecodeError(
            f"the key {key_id} sealed it, and it is {_describe_ring(ring)}: another ring, or the"
            " key was lost with its folder or container",
            code="wrong_secret",
            payload=readable,
        )
    for key, index in mine:
        for purposes in _purposes(name, material):
            opened = open_payload(raw, HEADER, key, purposes)
            if opened is not None:
                return _Found(opened, index, purposes)
    raise DecodeError(
        f"its key {key_id} is in the ring, and it does not open for the purposes of a cookie: give"
        " the application's name (SetApplicationName, or its folder) by --salt; or it was changed",
        code="not_certain",
        payload=readable,
    )


def _describe_ring(ring: list[tuple[DataKey, int]]) -> str:
    if not ring:
        return "in none of the secrets: none is the XML of a key"
    return f"not among the {len(ring)} keys given"


def _ring(material: Material) -> Iterator[tuple[DataKey, int]]:
    """Yield (key, which secret it is of)."""
    for index, secret in enumerate(material.secrets):
        for key in read_keys(secret):
            yield key, index


def _choose_key(key_id: str, secrets: Sequence[str]) -> DataKey:
    """Return the key that sealed it, where the first ring has it, else that ring's first.

    Raises: DecodeError (not_sealable) where the secret is no ring.
    """
    ring = read_keys(secrets[0])
    if not ring:
        raise DecodeError("the secret is not the XML of a key ring", code="not_sealable")
    return next((key for key in ring if key.id == key_id), ring[0])


def _write_content(found: Decoded) -> bytes:
    if "properties" in found.payload:
        return write_ticket(found.content, found.payload)
    if set(found.payload) == {"id"}:
        return str(found.payload["id"]).encode("utf-8", "replace")
    return keep_content(found, _read_content)


def _purposes(name: str, material: Material) -> Iterator[tuple[str, ...]]:
    """Yield chains of purposes that may have been bound, each without and with a name before it."""
    schemes = dict.fromkeys((name.removeprefix(PREFIX), *SCHEMES, *material.salts))
    chains: list[tuple[str, ...]] = [(MIDDLEWARE, name, VERSION) for name in schemes if name]
    chains.append(SESSION_PURPOSES)
    for chain in chains:
        yield chain
        for salt in material.salts:
            yield (salt, *chain)


def _read_content(text: bytes) -> JsonObject:
    """Return the ticket, or the id of a session."""
    ticket = read_ticket(text)
    if ticket is not None:
        return ticket
    try:
        return {"id": text.decode()}
    except UnicodeDecodeError:
        return {"bytes": len(text)}
