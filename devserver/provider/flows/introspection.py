"""Token introspection (RFC 7662): a resource server asks whether a token counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from authlib.oauth2 import OAuth2Request
from authlib.oauth2.rfc7662 import IntrospectionEndpoint

from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.errors import OAuthError
from session_inspector.devserver.core.events.login import TokenIntrospected
from session_inspector.devserver.core.journal import Publish
from session_inspector.devserver.core.values import Json, JsonObject, Seconds, fingerprint
from session_inspector.devserver.provider.grants import require_token
from session_inspector.devserver.provider.registrations import (
    ClientRegistration,
    IssuedRefreshToken,
)
from session_inspector.devserver.provider.token_storage import TokenStorage

METHODS = ["client_secret_basic", "client_secret_post"]
COPIED = ("sub", "iss", "aud", "client_id", "scope", "exp", "iat", "nbf", "jti", "sid", "cnf")
COPIED_TOO = ("org_id", "org_name", "acr", "amr", "auth_time", "roles", "permissions")


@dataclass(frozen=True, slots=True)
class FoundToken:
    """A token that counts, as the answer describes it; Authlib asks for the methods."""

    description: JsonObject

    def is_expired(self) -> bool:
        """Return False."""
        return False

    def is_revoked(self) -> bool:
        """Return False."""
        return False


class Introspection(IntrospectionEndpoint):
    """Any client that has a secret may ask about any token: a lab's API has no registration."""

    CLIENT_AUTH_METHODS: ClassVar[list[str]] = METHODS

    def __init__(self, storage: TokenStorage, clock: Clock, publish: Publish) -> None:
        super().__init__()
        self._storage = storage
        self._clock = clock
        self._publish = publish

    def check_params(self, request: OAuth2Request, client: ClientRegistration) -> None:
        """Check that there is a token. Raises: InvalidRequestError."""
        require_token(request)

    def check_permission(
        self, token: FoundToken, client: ClientRegistration, request: OAuth2Request
    ) -> bool:
        """Return True."""
        return True

    def query_token(self, token_string: str, token_type_hint: str | None) -> FoundToken | None:
        """Return a token that counts, None for any other text; the hint is not needed."""
        refresh = self._storage.refresh_tokens.get(token_string)
        if refresh is not None:
            return self._describe_refresh_token(refresh)
        try:
            claims = self._storage.read_access_token(token_string)
        except OAuthError:
            return None
        names = (*COPIED, *COPIED_TOO)
        found: JsonObject = {name: claims[name] for name in names if name in claims}
        kind = "Bearer"
        if "cnf" in claims:
            kind = "DPoP"
        return FoundToken({**found, "token_type": kind, "username": claims.get("sub")})

    def introspect_token(self, token: FoundToken) -> JsonObject:
        """Return the members of the answer."""
        return dict(token.description)

    def authenticate_token(
        self, request: OAuth2Request, client: ClientRegistration
    ) -> FoundToken | None:
        """Return the token that is asked about, and report the question."""
        found: FoundToken | None = super().authenticate_token(request, client)
        sub: Json = ""
        if found is not None:
            sub = found.description.get("sub")
        self._publish(
            TokenIntrospected(
                at=self._clock.now(),
                cause=self._storage.report.cause,
                digest=fingerprint(request.form["token"]),
                client_id=client.client_id,
                is_active=found is not None,
                sub=str(sub),
            )
        )
        return found

    def _describe_refresh_token(self, token: IssuedRefreshToken) -> FoundToken | None:
        if not self._counts(token):
            return None
        return FoundToken(
            {
                "sub": token.subject.sub,
                "iss": self._storage.minter.issuer,
                "client_id": token.client_id,
                "scope": token.scope,
                "exp": int(token.expires),
                "sid": token.subject.sid,
                "username": token.subject.sub,
                "token_type": "refresh_token",
            }
        )

    def _counts(self, token: IssuedRefreshToken) -> bool:
        now: Seconds = self._clock.now()
        if token.is_revoked or token.expires <= now:
            return False
        if token.rotated_at is None:
            return True
        return now < token.rotated_at + self._storage.rules.reuse_grace
