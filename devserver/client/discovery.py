"""The provider as a client sees it: metadata and keys, fetched once and kept."""

from __future__ import annotations

from dataclasses import dataclass, field

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import extract_compact

from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.errors import OAuthError
from session_inspector.devserver.core.numbers import is_number
from session_inspector.devserver.core.values import Json, JsonObject

TOLERANCE = 30
"""Seconds an issuer's clock may be wrong."""


@dataclass(slots=True)
class Issuer:
    """Metadata and keys of one issuer."""

    url: str
    http: httpx.AsyncClient
    clock: Clock
    client_id: str
    tolerance: int = TOLERANCE
    _metadata: JsonObject = field(default_factory=dict)
    _keys: KeySet | None = None

    async def metadata(self) -> JsonObject:
        """Return the discovery document.

        Raises: OAuthError (discovery_error) when there is none, or of another issuer.
        """
        if not self._metadata:
            found = await self._get(f"{self.url.rstrip('/')}/.well-known/openid-configuration")
            if found.get("issuer") != self.url:
                raise OAuthError(
                    f"discovery names issuer {found.get('issuer')!r}, not {self.url!r}",
                    code="discovery_error",
                )
            self._metadata = found
        return self._metadata

    async def endpoint(self, name: str) -> str:
        """Return an endpoint's URL, empty when the provider has none."""
        found = (await self.metadata()).get(name)
        return found if isinstance(found, str) else ""

    async def verify(self, token: str, *, kind: str) -> JsonObject:
        """Return the claims of a token that the issuer signed with RS256, iss and aud checked.

        Keys are fetched again once when none fits: the provider may have rotated.
        Raises: OAuthError (invalid_token).
        """
        try:
            claims = await self._decoded(token)
        except (JoseError, ValueError) as error:
            raise OAuthError(
                f"the {kind} does not verify: {error}", code="invalid_token"
            ) from error
        self.check_claims(claims, kind)
        return claims

    def check_claims(self, claims: JsonObject, kind: str) -> None:
        """Check iss, aud, iat and exp (OpenID Connect Core §3.1.3.7).

        Raises: OAuthError (invalid_token).
        """
        now, expires, issued = self.clock.now(), claims.get("exp"), claims.get("iat")
        audience = claims.get("aud")
        named = audience if isinstance(audience, list) else [audience]
        problem = ""
        if claims.get("iss") != self.url:
            problem = f"its iss is {claims.get('iss')!r}, not {self.url!r}"
        elif self.client_id not in named:
            problem = "its aud is another client"
        elif not is_number(issued):
            problem = "it has no iat"
        elif expires is not None and not _is_later(expires, now - self.tolerance):
            problem = "it has expired"
        elif _is_later(issued, now + self.tolerance):
            problem = "it was issued in the future: the provider's clock is ahead of ours"
        if problem:
            raise OAuthError(f"the {kind} is refused: {problem}", code="invalid_token")

    async def _decoded(self, token: str) -> JsonObject:
        await self.metadata()
        extract_compact(token.encode())  # what is no JWS needs no keys
        keys = self._keys or await self._fetch_keys()
        try:
            found: JsonObject = jwt.decode(token, keys, algorithms=["RS256"]).claims
        except (JoseError, ValueError):
            found = jwt.decode(token, await self._fetch_keys(), algorithms=["RS256"]).claims
        return found

    async def _fetch_keys(self) -> KeySet:
        url = await self.endpoint("jwks_uri")
        found = await self._get(url)
        try:
            self._keys = KeySet.import_key_set(found)  # type: ignore[arg-type]  # joserfc checks
        except (KeyError, TypeError, JoseError, ValueError) as error:
            raise OAuthError(f"{url} is no key set: {error}", code="discovery_error") from error
        return self._keys

    async def _get(self, url: str) -> JsonObject:
        try:
            answer = await self.http.get(url)
            answer.raise_for_status()
            found: Json = answer.json()
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise OAuthError(f"{url}: {error}", code="discovery_error") from error
        if not isinstance(found, dict):
            raise OAuthError(f"{url} is no JSON object", code="discovery_error")
        return found


def _is_later(value: Json, moment: float) -> bool:
    return is_number(value) and value > moment
