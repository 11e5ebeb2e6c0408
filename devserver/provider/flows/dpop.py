"""DPoP at the provider (RFC 9449): who asks for a token, or uses one, proves that it has a key.

The provider's nonce is always asked for: it dates a proof on the provider's own clock, so that a
lab that travels in time still gets along with apps that do not.
"""

from __future__ import annotations

import hmac
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey, import_key

from session_inspector.devserver.cookies.url_parts import split_url
from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.errors import OAuthError
from session_inspector.devserver.core.json.reading import NO_JSON, read_json
from session_inspector.devserver.core.values import JsonObject, Seconds
from session_inspector.devserver.provider.token_reports import TokenReports

ALGORITHMS = ("ES256", "ES384", "ES512", "PS256", "RS256", "Ed25519")
NONCE_HEADER = "dpop-nonce"
WINDOW = 300
"""Seconds after which a new nonce is given; the one before it still counts."""
NO_KEY = "the DPoP proof has no public key (jwk) in its header"
LARGEST_HEADER = 4096
"""Characters: the RSA key of a proof is in its header, and joserfc's own limit is 512."""


class ProofRegistry(jws.JWSRegistry):
    """The algorithms and the limits of proofs."""

    max_header_length = LARGEST_HEADER


REGISTRY = ProofRegistry(algorithms=list(ALGORITHMS))
PublicKey = ECKey | OKPKey | RSAKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Proven:
    """The request that a proof must be about."""

    method: str
    uri: str
    access_token: str = ""
    """At a resource: the token that comes with the proof."""


class DpopProofs:
    """Checks proofs, gives nonces, and remembers which proofs were used."""

    def __init__(self, clock: Clock, report: TokenReports) -> None:
        self._clock = clock
        self._report = report
        self._key = secrets.token_bytes(32)
        self._seen: dict[str, Seconds] = {}
        """Thumbprint and `jti` of used proofs, and until when their nonce counts."""

    def nonce(self) -> str:
        """Return the nonce of now (RFC 9449 §8)."""
        return self._make_nonce(self._window())

    def check(self, proofs: Sequence[str], proven: Proven) -> str:
        """Return the thumbprint of the key of a request's DPoP headers; empty without one.

        Raises: OAuthError (invalid_dpop_proof, use_dpop_nonce).
        """
        if not proofs:
            return ""
        try:
            return self._check_one(proofs, proven)
        except OAuthError as error:
            self._report.report_refused("proof", proofs[0], error.code, error.message)
            raise

    def _check_one(self, proofs: Sequence[str], proven: Proven) -> str:
        if len(proofs) > 1:
            raise _refuse("there is more than one DPoP header")
        key, claims = _open_proof(proofs[0])
        _check_request(claims, proven)
        self._check_nonce(claims.get("nonce"))
        thumbprint = key.thumbprint()
        self._use(thumbprint, claims.get("jti"))
        return thumbprint

    def _check_nonce(self, nonce: object) -> None:
        if nonce is None:
            raise _ask_for_nonce("the DPoP proof needs a nonce: that of the header DPoP-Nonce")
        window = self._window()
        counting = (self._make_nonce(window), self._make_nonce(window - 1))
        given = str(nonce).encode("utf-8", "replace")
        if not any(hmac.compare_digest(given, each.encode()) for each in counting):
            raise _ask_for_nonce("the nonce of the DPoP proof is not the provider's, or too old")

    def _use(self, thumbprint: str, jti: object) -> None:
        if not isinstance(jti, str) or not jti:
            raise _refuse("the DPoP proof has no jti")
        now = self._clock.now()
        self._seen = {name: end for name, end in self._seen.items() if end > now}
        name = f"{thumbprint} {jti}"
        if name in self._seen:
            raise _refuse("this DPoP proof was used before (jti)")
        self._seen[name] = now + 2 * WINDOW

    def _window(self) -> int:
        return int(self._clock.now() // WINDOW)

    def _make_nonce(self, window: int) -> str:
        mac = hmac.digest(self._key, str(window).encode(), "sha256")
        return urlsafe_b64encode(mac[:18]).decode()


def _open_proof(proof: str) -> tuple[PublicKey, JsonObject]:
    """Return the key and the claims of a proof whose signature is that key's (RFC 9449 §4.3)."""
    try:
        header = jws.extract_compact(proof.encode(), registry=REGISTRY).headers()
        key = _read_key(header.get("jwk"))
        signed = jws.deserialize_compact(proof, key, registry=REGISTRY)
        claims = read_json(signed.payload)
    except (JoseError, *NO_JSON, TypeError, KeyError) as error:
        reason = str(error) or type(error).__name__
        raise _refuse(f"the DPoP proof does not verify: {reason}") from error
    if header.get("typ") != "dpop+jwt":
        raise _refuse("the typ of the DPoP proof must be dpop+jwt")
    if not isinstance(claims, dict):
        raise _refuse("the DPoP proof holds no JSON object")
    return key, claims


def _read_key(jwk: object) -> PublicKey:
    if not isinstance(jwk, dict):
        raise _refuse(NO_KEY)
    key = import_key(jwk)
    if isinstance(key, (ECKey, OKPKey, RSAKey)) and not key.is_private:
        return key
    raise _refuse(NO_KEY)


def _check_request(claims: JsonObject, proven: Proven) -> None:
    """Check that a proof is about this request. Raises: OAuthError."""
    if claims.get("htm") != proven.method:
        raise _refuse(f"htm of the DPoP proof is {claims.get('htm')!r}, not {proven.method}")
    if _bare(str(claims.get("htu"))) != _bare(proven.uri):
        raise _refuse(f"htu of the DPoP proof is {claims.get('htu')!r}, not {proven.uri}")
    if not isinstance(claims.get("iat"), (int, float)):
        raise _refuse("the DPoP proof has no iat")
    if proven.access_token and claims.get("ath") != hash_token(proven.access_token):
        raise _refuse("ath of the DPoP proof is not the hash of the access token")


def hash_token(token: str) -> str:
    """Return what `ath` must be for an access token (RFC 9449 §4.2)."""
    return urlsafe_b64encode(sha256(token.encode()).digest()).rstrip(b"=").decode()


def _bare(uri: str) -> tuple[str, str, str]:
    """Return a URI as it is compared: without query and fragment (RFC 3986 §6.2)."""
    parts = split_url(uri)
    host = parts.netloc.lower()
    for scheme, port in (("http", ":80"), ("https", ":443")):
        if parts.scheme == scheme:
            host = host.removesuffix(port)
    return parts.scheme, host, parts.path


def _refuse(reason: str) -> OAuthError:
    return OAuthError(reason, code="invalid_dpop_proof")


def _ask_for_nonce(reason: str) -> OAuthError:
    return OAuthError(reason, code="use_dpop_nonce")
