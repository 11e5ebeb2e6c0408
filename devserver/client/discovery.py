"""The provider from the client's side: its metadata and keys, fetched once and kept."""

from __future__ import annotations

from dataclasses import dataclass, field

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import extract_compact

from session_inspector.devserver.client.urls.issuer import is_same_issuer
from session_inspector.devserver.client.urls.reach import explain_failure
from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.errors import OAuthError
from session_inspector.devserver.core.json.reading import NO_JSON, read_json
from session_inspector.devserver.core.numbers import is_number
from session_inspector.devserver.core.values import Json, JsonObject

ALGORITHMS = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}
    | {"Ed25519"}
)
"""What tokens may be signed with: with a pair of keys, never with a secret."""
DISCOVERY_FAILED = "discovery_error"
ENDPOINT_MISSING = "endpoint_missing"
KEYS_MISSING = "jwks_error"
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
            url = self.below(".well-known/openid-configuration")
            found = await self._get(url, code=DISCOVERY_FAILED)
            if not is_same_issuer(found.get("issuer"), self.url):
                raise OAuthError(
                    f"discovery names issuer {found.get('issuer')!r}, not {self.url!r}",
                    code=DISCOVERY_FAILED,
                )
            self._metadata = found
        return self._metadata

    @property
    def identifier(self) -> str:
        """The issuer as its document names it, as configured until that is known."""
        return str(self._metadata.get("issuer", self.url))

    def below(self, path: str) -> str:
        """Return the URL of a path below the issuer, whether that ends in a slash or not."""
        return f"{self.url.rstrip('/')}/{path}"

    async def endpoint(self, name: str) -> str:
        """Return an endpoint's URL, empty when the provider has none."""
        found = (await self.metadata()).get(name)
        if not isinstance(found, str):
            return ""
        return found

    async def required_endpoint(self, name: str) -> str:
        """Return an endpoint's URL. Raises: OAuthError when the provider has none."""
        found = await self.endpoint(name)
        if not found:
            raise OAuthError(
                f"the discovery document of {self.url} names no {name}", code=ENDPOINT_MISSING
            )
        return found

    async def verify(self, token: str, *, kind: str, tolerance: float | None = None) -> JsonObject:
        """Return the claims of a token that the issuer signed, iss and aud checked.

        Of the algorithms those that it announces, RS256 where it announces none.
        `tolerance` (seconds) takes the place of the issuer's. Keys are fetched again once when none
        fits: the provider may have rotated.
        Raises: OAuthError (invalid_token).
        """
        try:
            claims = await self._decode(token)
        except (JoseError, *NO_JSON) as error:
            raise OAuthError(
                f"the {kind} does not verify: {error}", code="invalid_token"
            ) from error
        self.check_claims(claims, kind, tolerance=tolerance)
        return claims

    def check_claims(
        self, claims: JsonObject, kind: str, *, tolerance: float | None = None
    ) -> None:
        """Check iss, aud, iat, exp and nbf (OpenID Connect Core §3.1.3.7).

        An iat in the future is taken, as by the SDK: it only says that the clocks differ.
        Raises: OAuthError (invalid_token).
        """
        if tolerance is None:
            tolerance = self.tolerance
        problem = self._find_problem(claims, tolerance)
        if problem:
            raise OAuthError(f"the {kind} is refused: {problem}", code="invalid_token")

    def _find_problem(self, claims: JsonObject, tolerance: float) -> str:
        now = self.clock.now()
        expires = claims.get("exp")
        issued = claims.get("iat")
        issuer = self.identifier
        not_before = claims.get("nbf", 0)
        if claims.get("iss") != issuer:
            return f"its iss is {claims.get('iss')!r}, not {issuer!r}"
        if not self._is_audience(claims.get("aud")):
            return "its aud is another client"
        if not is_number(issued):
            return "it has no iat"
        if expires is not None and not _is_later(expires, now - tolerance):
            return "it has expired"
        if not is_number(not_before) or not_before > now + tolerance:
            return "it does not count yet (nbf): the provider's clock is ahead of ours"
        return ""

    def _is_audience(self, audience: Json) -> bool:
        if isinstance(audience, list):
            return self.client_id in audience
        return audience == self.client_id

    async def _decode(self, token: str) -> JsonObject:
        algorithms = choose_algorithms(await self.metadata())
        extract_compact(token.encode())  # what is no JWS fails before keys are fetched
        keys = self._keys or await self._fetch_keys()
        try:
            found: JsonObject = jwt.decode(token, keys, algorithms=algorithms).claims
        except (JoseError, *NO_JSON):
            found = jwt.decode(token, await self._fetch_keys(), algorithms=algorithms).claims
        return found

    async def _fetch_keys(self) -> KeySet:
        url = await self.required_endpoint("jwks_uri")
        found = await self._get(url, code=KEYS_MISSING)
        try:
            self._keys = KeySet.import_key_set(found)  # type: ignore[arg-type]  # joserfc checks
        except (KeyError, TypeError, JoseError, ValueError) as error:
            raise OAuthError(f"{url} is no key set: {error}", code=KEYS_MISSING) from error
        return self._keys

    async def _get(self, url: str, *, code: str) -> JsonObject:
        try:
            answer = await self.http.get(url, follow_redirects=False)
            answer.raise_for_status()
            if answer.status_code != httpx.codes.OK:
                raise ValueError(f"it answered {answer.status_code}")
            found = read_json(answer.content)
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise OAuthError(explain_failure(url, error), code=code) from error
        if not isinstance(found, dict):
            raise OAuthError(f"{url} is no JSON object", code=code)
        return found


def choose_algorithms(metadata: JsonObject) -> list[str]:
    """Return with which algorithms a provider may sign tokens."""
    announced = metadata.get("id_token_signing_alg_values_supported")
    found: list[str] = []
    if isinstance(announced, list):
        found = [alg for alg in announced if isinstance(alg, str) and alg in ALGORITHMS]
    return found or ["RS256"]


def _is_later(value: Json, moment: float) -> bool:
    return is_number(value) and value > moment
