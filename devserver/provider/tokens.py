"""Mints and verifies the provider's tokens; every time comes from the injected clock."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Protocol

from joserfc import jwt
from joserfc.errors import JoseError

from session_inspector.devserver.core.clock import Clock
from session_inspector.devserver.core.errors import OAuthError
from session_inspector.devserver.core.json.reading import NO_JSON
from session_inspector.devserver.core.values import LOGOUT_EVENT, Json, JsonObject
from session_inspector.devserver.provider.keys import ALGORITHM, SigningKeys

PROFILE = frozenset(
    {"name", "family_name", "given_name", "middle_name", "nickname", "preferred_username"}
    | {"profile", "picture", "website", "gender", "birthdate", "zoneinfo", "locale", "updated_at"}
)
EMAIL = frozenset({"email", "email_verified"})
AUTHORIZATIONS = ("roles", "groups", "entitlements", "permissions")


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Who a token is about, and in which session at the provider."""

    sub: str
    claims: JsonObject
    sid: str
    auth_time: int
    audience: str = ""
    nonce: str = ""
    session_expiry: int | None = None
    jkt: str = ""
    """Thumbprint of the key that the tokens are bound to (RFC 9449); empty: bearer tokens."""
    org_id: str = ""
    org_name: str = ""
    acr: str = ""
    """The authentication that was reached; empty: one factor."""
    login: str = ""
    """Name of the login that they came of (name_login); empty: of none."""

    @property
    def token_type(self) -> str:
        """How its access tokens are sent (RFC 6750, RFC 9449 §5)."""
        if self.jkt:
            return "DPoP"
        return "Bearer"

    @property
    def organization(self) -> JsonObject:
        """The claims of the organisation that the user signed in for."""
        found: JsonObject = {"org_id": self.org_id, "org_name": self.org_name}
        return {name: value for name, value in found.items() if value}

    @property
    def authentication(self) -> JsonObject:
        """The claims `acr` and `amr`, where more than one factor was shown (OIDC Core §2)."""
        if not self.acr:
            return {}
        return {"acr": self.acr, "amr": ["mfa"]}


def claims_for(subject: Subject, scope: str) -> JsonObject:
    """Return the user claims that a scope asks for; claims of no standard scope always.

    Source: OpenID Connect Core §5.4.
    """
    scopes = scope.split()
    hidden: set[str] = set()
    if "profile" not in scopes:
        hidden |= PROFILE
    if "email" not in scopes:
        hidden |= EMAIL
    return {name: value for name, value in subject.claims.items() if name not in hidden}


def _authorizations_for(subject: Subject) -> JsonObject:
    """Return a user's roles and the like, for the API that a token is for (RFC 9068 §2.2.3.1).

    A token for userinfo only does not need them: userinfo returns them.
    """
    if not subject.audience:
        return {}
    return {name: subject.claims[name] for name in AUTHORIZATIONS if name in subject.claims}


def _confirmation_of(subject: Subject) -> JsonObject:
    """Return the claim that binds a token to a key (RFC 9449 §6.1)."""
    if not subject.jkt:
        return {}
    return {"cnf": {"jkt": subject.jkt}}


class TokenFaults(Protocol):
    """What may change a token before it is signed, to test how an app reacts."""

    def change_subject(self, subject: Subject) -> Subject:
        """Return who a token is about."""
        ...

    def change_id_claims(self, claims: JsonObject) -> JsonObject:
        """Return the claims of an ID token."""
        ...

    def change_access_claims(self, claims: JsonObject) -> JsonObject:
        """Return the claims of an access token."""
        ...

    def change_type(self, kind: str, right: str) -> str:
        """Return the `typ` of an ID or access token's header."""
        ...

    def change_logout_claims(self, claims: JsonObject) -> JsonObject:
        """Return the claims of a logout token."""
        ...

    def spoil_logout_token(self, token: str) -> str:
        """Return a signed logout token, damaged where a knob is set."""
        ...


class Minter:
    """Signs tokens for one issuer."""

    def __init__(
        self, issuer: str, keys: SigningKeys, clock: Clock, faults: TokenFaults | None = None
    ) -> None:
        self.issuer = issuer
        self._keys = keys
        self._clock = clock
        self._faults = faults

    def id_token(self, subject: Subject, client_id: str, scope: str, lifetime: int) -> str:
        """Return an ID token (OpenID Connect Core §2)."""
        now = int(self._clock.now())
        if self._faults is not None:
            subject = self._faults.change_subject(subject)
        claims: JsonObject = {
            **claims_for(subject, scope),
            **subject.organization,
            **subject.authentication,
            "iss": self.issuer,
            "sub": subject.sub,
            "aud": client_id,
            "iat": now,
            "exp": now + lifetime,
            "auth_time": subject.auth_time,
            "sid": subject.sid,
        }
        if subject.nonce:
            claims["nonce"] = subject.nonce
        if subject.session_expiry is not None:
            claims["session_expiry"] = subject.session_expiry
        if self._faults is not None:
            claims = self._faults.change_id_claims(claims)
        return self._sign(claims, self._choose_type("id", "JWT"))

    def access_token(self, subject: Subject, client_id: str, scope: str, lifetime: int) -> str:
        """Return an access token as a JWT (RFC 9068)."""
        now = int(self._clock.now())
        claims: JsonObject = {
            **_authorizations_for(subject),
            **subject.organization,
            **subject.authentication,
            **_confirmation_of(subject),
            "iss": self.issuer,
            "sub": subject.sub,
            "aud": self._list_audiences(subject),
            "client_id": client_id,
            "azp": client_id,
            "scope": scope,
            "iat": now,
            "exp": now + lifetime,
            "jti": secrets.token_urlsafe(12),
        }
        if subject.sid:
            claims["sid"] = subject.sid
            claims["auth_time"] = subject.auth_time
        if self._faults is not None:
            claims = self._faults.change_access_claims(claims)
        return self._sign(claims, self._choose_type("access", "at+jwt"))

    def _list_audiences(self, subject: Subject) -> list[Json]:
        """Return the API that was asked for, and userinfo where there is a user."""
        found: list[Json] = [name for name in (subject.audience,) if name]
        if subject.sid:
            found.append(f"{self.issuer}userinfo")
        return found or [self.issuer]

    def logout_token(self, sub: str, sid: str, client_id: str, lifetime: int = 120) -> str:
        """Return a logout token (OpenID Connect Back-Channel Logout §2.4)."""
        now = int(self._clock.now())
        claims: JsonObject = {
            "iss": self.issuer,
            "sub": sub,
            "aud": client_id,
            "iat": now,
            "exp": now + lifetime,
            "jti": secrets.token_urlsafe(12),
            "sid": sid,
            "events": {LOGOUT_EVENT: {}},
        }
        if self._faults is None:
            return self._sign(claims, "logout+jwt")
        claims = self._faults.change_logout_claims(claims)
        kind = self._faults.change_type("logout", "logout+jwt")
        return self._faults.spoil_logout_token(self._sign(claims, kind))

    def verify(self, token: str, *, may_be_expired: bool = False) -> JsonObject:
        """Return the claims of a token of ours, whichever of our keys signed it.

        Raises: OAuthError (invalid_token).
        """
        try:
            found = jwt.decode(token, self._keys.key_set(), algorithms=[ALGORITHM])
        except (JoseError, *NO_JSON) as error:
            raise OAuthError(
                f"not a token of ours: {error}", code="invalid_token", status=401
            ) from error
        claims: JsonObject = found.claims
        expires = claims.get("exp")
        if claims.get("iss") != self.issuer or not isinstance(expires, int):
            raise OAuthError(
                "the token has another issuer, or no exp", code="invalid_token", status=401
            )
        if not may_be_expired and expires <= self._clock.now():
            raise OAuthError("the token has expired", code="invalid_token", status=401)
        begins = claims.get("nbf")
        if not may_be_expired and isinstance(begins, int) and begins > self._clock.now():
            raise OAuthError("the token is not valid yet (nbf)", code="invalid_token", status=401)
        return claims

    def _choose_type(self, kind: str, right: str) -> str:
        if self._faults is None:
            return right
        return self._faults.change_type(kind, right)

    def _sign(self, claims: JsonObject, kind: str) -> str:
        key = self._keys.current
        header = {"alg": ALGORITHM, "typ": kind, "kid": key.kid}
        return jwt.encode(header, claims, key, algorithms=[ALGORITHM])
