"""Our own formats: session cookies of nextjs-auth0 v4 and v3, chunks, ids, transactions."""

from __future__ import annotations

import re
from collections.abc import Sequence

from session_inspector.devserver.cookies.chunk_rules import (
    EXPRESS_OIDC,
    FULL,
    NEXTJS_AUTH0,
    group_chunks,
)
from session_inspector.devserver.cookies.chunks import JoinedCookie, read_chunked
from session_inspector.devserver.cookies.jar import RequestJar
from session_inspector.devserver.cookies.sealed import (
    TOLERANCE,
    KeyRing,
    OpenedSeal,
    open_sealed,
    seal,
)
from session_inspector.devserver.cookies.signed import verify_signed
from session_inspector.devserver.core.errors import DecodeError, SealError
from session_inspector.devserver.core.numbers import to_number
from session_inspector.devserver.core.values import JsonObject, Seconds
from session_inspector.devserver.decoders.base import (
    CookieGroup,
    Decoded,
    Material,
    Role,
    ago,
)
from session_inspector.devserver.decoders.bundles import open_lone, split_value
from session_inspector.devserver.decoders.claims import (
    NOT_MINE,
    Claim,
    could_be,
    looks_like,
    strongest,
)
from session_inspector.devserver.decoders.codecs.json_text import object_member
from session_inspector.devserver.decoders.codecs.jwe import check_whole, header_of
from session_inspector.devserver.decoders.codecs.jwe_tag import GCM
from session_inspector.devserver.decoders.formats.js.express_oidc import seal_sealed as seal_v3
from session_inspector.devserver.decoders.traits import TimeMembers, Traits

V3_COOKIE = "appSession"
CONNECTION = "__FC_"
TRANSACTION = "__txn_"
ENC_FIRST = "eyJlbmMi"
"""How a header starts that nextjs-auth0 wrote: enc first. next-auth writes alg first."""
WHY_SEALED = "a JWE of dir and A256GCM, without times in its header"
SIGNED_ID = re.compile(r"[^.]+\.[A-Za-z0-9_-]{43}")
PIECE = re.compile(r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]{22})?")
WHY = {
    "ERR_JWE_DECRYPTION_FAILED": "none of the secrets opens it: another secret sealed it, or it was"
    " changed, or a chunk of another write is among its chunks",
    "ERR_JWE_INVALID": "it is no sealed cookie (five parts with dots, base64url)",
    "ERR_JOSE_NOT_SUPPORTED": "its header asks for another encryption than dir + A256GCM",
    "ERR_JWT_INVALID": "it opens, but holds no JSON object",
}


class NextjsAuth0Decoder:
    """@auth0/nextjs-auth0 v4 and v3; the cookie name may differ from `__session`."""

    name = "nextjs-auth0"
    traits = Traits(
        json="strict",
        reads="last",
        cookie_names=("__session",),
        chunks=NEXTJS_AUTH0,
        time_members=TimeMembers(inside="internal", created="createdAt"),
    )

    def __init__(self, cookie_name: str = "__session") -> None:
        self._cookie_name = cookie_name

    def claim(self, cookies: CookieGroup) -> Claim | None:
        """Claim a JWE of dir and A256GCM, whole or cut, whatever the cookie is called.

        v3's own cookie is left to its decoder, unless it is the only one there is.
        """
        claims = [_claim_value(name, value) for name, value in cookies.items()]
        return strongest([*claims, self._claim_chunks(cookies)])

    def decode(self, material: Material) -> Decoded:
        """Open the session cookie: the configured name, v3's, else the first JWE of our kind.

        Raises: DecodeError, with the code of jose, or chunk_gap, no_cookie, no_secret.
        """
        secrets = [secret for secret in material.secrets if secret]
        if not secrets:
            raise DecodeError("no secret was given to open it with", code="no_secret")
        ring = KeyRing(secrets)
        joined = self._find_cookie(RequestJar(material.cookies.items()))
        if joined.gap:
            whole = _open_lone(joined, material.cookies, ring, material.now)
            if whole is not None:
                return whole
            lost = _missing_chunks(material.cookies, joined.names)
            raise DecodeError(f"{', '.join(lost)} is missing. {joined.gap}", code="chunk_gap")
        if joined.value is None:
            raise DecodeError("there is no session cookie among these", code="no_cookie")
        for index, secret in enumerate(secrets):
            signed = verify_signed(joined.names[0], joined.value, KeyRing([secret]))
            if signed:
                return Decoded(
                    format="nextjs-auth0 v3 (stateful)",
                    cookies=joined.names,
                    payload={"id": signed},
                    key_index=index,
                    session_id=signed,
                    size=len(joined.value),
                )
        return _open_sealed(joined, joined.value, ring, material.now)

    def seal(self, found: Decoded, secrets: Sequence[str]) -> CookieGroup:
        """Return the cookies of an edited session, in chunks as the SDK makes them."""
        if "iat" in found.header:
            return seal_v3(found, secrets)
        ring = KeyRing(secrets[:1])
        value = seal(found.payload, ring, exp=found.expires)
        return split_value(found.cookies, value, NEXTJS_AUTH0)

    def _claim_chunks(self, cookies: CookieGroup) -> Claim | None:
        """Claim chunks of which some may be missing: those that are there are of a JWE."""
        jar = RequestJar(cookies.items())
        joined = read_chunked(jar, self._cookie_name)
        if joined.value is not None and len(joined.names) > 1 and is_sealed(joined.value):
            return looks_like(WHY_SEALED, 0.95)
        pieces = [v for n, v in cookies.items() if NEXTJS_AUTH0.split_name(n) is not None]
        if joined.gap and all(map(_is_piece, pieces)) and any(map(_is_telling, pieces)):
            return looks_like("chunks NAME__N with pieces of a JWE", 0.9)
        return NOT_MINE

    def _find_cookie(self, jar: RequestJar) -> JoinedCookie:
        found = read_chunked(jar, self._cookie_name)
        if _counts(found):
            return found
        third = read_chunked(jar, V3_COOKIE, rule=EXPRESS_OIDC)
        if _counts(third):
            return third
        for name, value in jar.items():
            if is_sealed(value):
                return JoinedCookie(value=_without_timestamp(value), names=(name,))
        return found


def _open_lone(
    joined: JoinedCookie, cookies: CookieGroup, ring: KeyRing, now: Seconds
) -> Decoded | None:
    """Open a cookie whose own name ends in a number (`app__1`); None: it is a chunk, or several."""
    parts = [cookies[name] for name in joined.names]
    return open_lone(parts, lambda value: _open_sealed(joined, value, ring, now))


def is_stateful(payload: JsonObject) -> bool:
    """Report whether a cookie holds only the id of a row."""
    return "id" in payload and set(payload) <= {"id", "exp", "iat"}


def _open_sealed(joined: JoinedCookie, value: str, ring: KeyRing, now: Seconds) -> Decoded:
    opened = _open_jwe(value, ring, now)
    expires = to_number(opened.payload.get("exp")) or to_number(opened.header.get("exp"))
    problem, reason = _check_times(opened.payload, expires, now)
    session_id = ""
    if is_stateful(opened.payload):
        session_id = str(opened.payload["id"])
    format_name, role = _name_format(joined.names[0], opened)
    return Decoded(
        format=format_name,
        role=role,
        cookies=joined.names,
        header=opened.header,
        payload=opened.payload,
        key_index=opened.key_index,
        session_id=session_id,
        issued=to_number(object_member(opened.payload, "internal").get("createdAt")),
        ends_by="exp" if expires is not None else "",
        size=len(value),
        expires=expires,
        problem=problem,
        reason=reason,
    )


def _open_jwe(value: str, ring: KeyRing, now: Seconds) -> OpenedSeal:
    """Open a sealed value. Raises: DecodeError, with the code of jose."""
    if header_of(value):
        check_whole(value)
    try:
        return open_sealed(value, ring, now=now, is_timeless=True)
    except SealError as error:
        reason = WHY.get(error.code, error.message)
        raise DecodeError(reason, code=error.code, payload=error.payload) from error


def _check_times(payload: JsonObject, expires: float | None, now: Seconds) -> tuple[str, str]:
    """Return (code, sentence) of why a server refuses it; empty when it accepts."""
    starts = to_number(payload.get("nbf"))
    if starts is not None and starts > now + TOLERANCE:
        return "ERR_JWT_CLAIM_VALIDATION_FAILED", "it is not valid yet (nbf)"
    if expires is not None and expires <= int(now) - TOLERANCE:
        return "ERR_JWT_EXPIRED", f"it expired {ago(now - expires)} ago (exp)"
    return "", ""


def _name_format(name: str, opened: OpenedSeal) -> tuple[str, Role]:
    """Return what a cookie is, and what it is for."""
    if opened.header.get("iat"):
        return "nextjs-auth0 v3", "session"
    if name.startswith(TRANSACTION) or "codeVerifier" in opened.payload:
        return "nextjs-auth0 v4 (transaction)", "transaction"
    if name.startswith(CONNECTION):
        return "nextjs-auth0 v4 (connection token)", "token"
    if is_stateful(opened.payload):
        return "nextjs-auth0 v4 (stateful)", "session"
    return "nextjs-auth0 v4 (stateless)", "session"


def _without_timestamp(value: str) -> str:
    """Strip the time stamp of a transaction cookie."""
    stamp, colon, rest = value.partition(":")
    if colon and stamp.isdecimal():
        return rest
    return value


def _missing_chunks(cookies: CookieGroup, names: Sequence[str]) -> list[str]:
    """Return the names of the chunks that should be among some and are not."""
    groups = group_chunks(cookies, (NEXTJS_AUTH0, EXPRESS_OIDC))
    known = [group for group in groups if set(group.names) & set(names)]
    return [name for group in known for name in group.missing]


def is_sealed(value: str) -> bool:
    """Check for a JWE as this SDK makes it, whole or cut: dir, A256GCM, no kid."""
    header = header_of(_without_timestamp(value))
    return header is not None and header.get("enc") == GCM and "kid" not in header


def _claim_value(name: str, value: str) -> Claim | None:
    if name == V3_COOKIE and SIGNED_ID.fullmatch(value):
        return looks_like(f"an id and a signature of 43 characters, named {V3_COOKIE}", 0.7)
    if not is_sealed(value):
        return NOT_MINE
    if name.startswith(("__session", TRANSACTION, CONNECTION)):
        return looks_like(WHY_SEALED, 1.0)
    if _without_timestamp(value).startswith(ENC_FIRST):
        return looks_like(f"{WHY_SEALED}, enc first as this SDK writes it", 0.8)
    return could_be(WHY_SEALED, 0.3)


def _is_piece(value: str) -> bool:
    """Check for a piece of a JWE: its start, or much of the alphabet and little else."""
    return header_of(value) is not None or PIECE.fullmatch(value) is not None


def _is_telling(value: str) -> bool:
    """Check for a piece that shows by itself what it is of: the start, or a full chunk."""
    return header_of(value) is not None or len(value) >= FULL


def _counts(found: JoinedCookie) -> bool:
    """Check that a cookie of the library's name has its structure too, or lacks a chunk."""
    if found.value is None:
        return bool(found.gap)
    return is_sealed(found.value) or SIGNED_ID.fullmatch(found.value) is not None
