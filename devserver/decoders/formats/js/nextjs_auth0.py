"""Our own formats: session cookies of nextjs-auth0 v4 and v3, chunks, ids, transactions."""

from __future__ import annotations

from collections.abc import Sequence

from session_inspector.devserver.cookies.chunk_rules import EXPRESS_OIDC, NEXTJS_AUTH0
from session_inspector.devserver.cookies.chunks import Joined, read_chunked
from session_inspector.devserver.cookies.jar import RequestJar
from session_inspector.devserver.cookies.sealed import (
    TOLERANCE,
    KeyRing,
    open_sealed,
    protected_header,
    seal,
)
from session_inspector.devserver.cookies.signed import verify_signed
from session_inspector.devserver.core.errors import DecodeError, SealError
from session_inspector.devserver.core.numbers import to_number
from session_inspector.devserver.core.values import JsonObject, Seconds
from session_inspector.devserver.decoders.base import CookieGroup, Decoded, Material, ago
from session_inspector.devserver.decoders.bundles import split
from session_inspector.devserver.decoders.codecs.jwe import check_whole, header_of
from session_inspector.devserver.decoders.formats.js.express_oidc import seal_sealed as seal_v3

V3_COOKIE = "appSession"
CONNECTION = "__FC_"
TRANSACTION = "__txn_"
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

    def __init__(self, cookie_name: str = "__session") -> None:
        self._cookie_name = cookie_name

    def likeness(self, cookies: CookieGroup) -> float:
        """Return 1 for a cookie of a known name, less for a JWE of our kind under another.

        v3's own cookie is left to its decoder, unless it is the only one there is.
        """
        names = (self._cookie_name, TRANSACTION, CONNECTION)
        if any(name.startswith(names) for name in cookies):
            return 1.0
        ours = [value for value in cookies.values() if _is_ours(_bare(value))]
        if not ours:
            return -1.0
        # ours writes enc first, next-auth alg
        return 0.6 if ours[0].startswith("eyJlbmMi") else 0.3

    def decode(self, material: Material) -> Decoded:
        """Open the session cookie: the configured name, v3's, else the first JWE of our kind.

        Raises: DecodeError, with the code of jose, or chunk_gap, no_cookie, no_secret.
        """
        cookies, now = material.cookies, material.now
        secrets = [secret for secret in material.secrets if secret]
        if not secrets:
            raise DecodeError("no secret was given to open it with", code="no_secret")
        jar, ring = RequestJar(cookies.items()), KeyRing(secrets)
        joined = self._joined(jar)
        if joined.gap:
            raise DecodeError(joined.gap, code="chunk_gap")
        if joined.value is None:
            raise DecodeError("there is no session cookie among these", code="no_cookie")
        signed = verify_signed(joined.names[0], joined.value, ring)
        if signed:
            return Decoded(
                format="nextjs-auth0 v3 (stateful)",
                cookies=joined.names,
                payload={"id": signed},
                session_id=signed,
                size=len(joined.value),
            )
        return _opened(joined, ring, now)

    def seal(self, found: Decoded, secrets: Sequence[str]) -> CookieGroup:
        """Return the cookies of an edited session, in chunks as the SDK makes them."""
        if "iat" in found.header:
            return seal_v3(found, secrets)
        ring = KeyRing(secrets[:1])
        value = seal(found.payload, ring, exp=found.expires)
        return split(found.cookies, value, size=NEXTJS_AUTH0.size, separator="__")

    def _joined(self, jar: RequestJar) -> Joined:
        found = read_chunked(jar, self._cookie_name)
        if found.value is None and not found.gap:
            found = read_chunked(jar, V3_COOKIE, rule=EXPRESS_OIDC)
        if found.value is None and not found.gap:
            for name, value in jar.items():
                if _is_ours(_bare(value)):
                    return Joined(value=_bare(value), names=(name,))
        return found


def _opened(joined: Joined, ring: KeyRing, now: Seconds) -> Decoded:
    value = joined.value or ""
    if header_of(value):
        check_whole(value)
    try:
        opened = open_sealed(value, ring, now=now, is_timeless=True)
    except SealError as error:
        reason = WHY.get(error.code, error.message)
        raise DecodeError(reason, code=error.code, payload=error.payload) from error
    expires = to_number(opened.payload.get("exp")) or to_number(opened.header.get("exp"))
    problem, reason = _judged(opened.payload, expires, now)
    return Decoded(
        format=_format(joined.names[0], opened.header, opened.payload),
        cookies=joined.names,
        header=opened.header,
        payload=opened.payload,
        key_index=opened.key_index,
        session_id=str(opened.payload["id"]) if is_stateful(opened.payload) else "",
        issued=_created(opened.payload),
        ends_by="exp" if expires is not None else "",
        size=len(value),
        expires=expires,
        problem=problem,
        reason=reason,
    )


def _judged(payload: JsonObject, expires: float | None, now: Seconds) -> tuple[str, str]:
    """Return (code, sentence) of what a server would say; empty when it accepts."""
    starts = to_number(payload.get("nbf"))
    if starts is not None and starts > now + TOLERANCE:
        return "ERR_JWT_CLAIM_VALIDATION_FAILED", "it is not valid yet (nbf)"
    if expires is not None and expires <= int(now) - TOLERANCE:
        return "ERR_JWT_EXPIRED", f"it expired {ago(now - expires)} ago (exp)"
    return "", ""


def _format(name: str, header: JsonObject, payload: JsonObject) -> str:
    if header.get("iat"):
        return "nextjs-auth0 v3"
    if name.startswith(TRANSACTION) or "codeVerifier" in payload:
        return "nextjs-auth0 v4 (transaction)"
    if name.startswith(CONNECTION):
        return "nextjs-auth0 v4 (connection token)"
    return f"nextjs-auth0 v4 ({'stateful' if is_stateful(payload) else 'stateless'})"


def is_stateful(payload: JsonObject) -> bool:
    """Say whether a cookie holds only the id of a row."""
    return "id" in payload and set(payload) <= {"id", "exp", "iat"}


def _created(payload: JsonObject) -> float | None:
    internal = payload.get("internal")
    return to_number(internal.get("createdAt")) if isinstance(internal, dict) else None


def _bare(value: str) -> str:
    """Strip the time stamp of a transaction cookie."""
    stamp, colon, rest = value.partition(":")
    return rest if colon and stamp.isdecimal() else value


def _is_ours(value: str) -> bool:
    return protected_header(value) is not None
