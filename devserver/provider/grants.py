"""The rules of code, ID token, refresh and revocation on Authlib's grant machinery; no HTTP.

A refresh token that comes back after its rotation (and grace) has leaked: its whole family dies
(OAuth 2.0 Security BCP §4.14). A code that comes back revokes what it was exchanged for.
"""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from authlib.oauth2.rfc6749 import (
    InvalidClientError,
    InvalidGrantError,
    InvalidRequestError,
    OAuth2Request,
)
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant, RefreshTokenGrant
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core.grants import OpenIDCode, OpenIDImplicitGrant

from session_inspector.devserver.core.values import JsonObject
from session_inspector.devserver.provider.registrations import (
    ClientRegistration,
    Code,
    IssuedAccessToken,
    IssuedRefreshToken,
)
from session_inspector.devserver.provider.requests.audience import choose_audience, narrow_audience
from session_inspector.devserver.provider.token_storage import TokenStorage
from session_inspector.devserver.provider.tokens import Subject

METHODS = ["client_secret_basic", "client_secret_post", "none"]
CHALLENGE_METHODS = ["S256"]
NO_METHOD = "code_challenge_method is missing, which means plain: only S256 is supported"
NO_REFRESH = "the refresh token is unknown, expired, revoked, or was exchanged before"
NO_CHALLENGE = "code_challenge is missing: a client without a secret must use PKCE"


class CodeGrant(AuthorizationCodeGrant):
    """Authorization code (RFC 6749 §4.1); PKCE and the ID token are extensions of it."""

    TOKEN_ENDPOINT_AUTH_METHODS = METHODS

    @property
    def storage(self) -> TokenStorage:
        """The provider's tokens."""
        storage: TokenStorage = self.server.storage
        return storage

    def answer_consent(self, subject: Subject) -> dict[str, str]:
        """Return what a subject's consent gives the app: a code."""
        self.request.user = subject
        code = str(self.generate_authorization_code())
        self.save_authorization_code(code, self.request)
        return {"code": code}

    def save_authorization_code(self, code: str, request: OAuth2Request) -> Code:
        """Keep a code for its 60 seconds."""
        data = request.payload.data
        issued = Code(
            code=code,
            client_id=request.client.client_id,
            redirect_uri=request.payload.redirect_uri or "",
            scope=request.payload.scope or "",
            subject=request.user,
            expires=self.storage.code_expiry(),
            code_challenge=data.get("code_challenge"),
            code_challenge_method=data.get("code_challenge_method"),
        )
        self.storage.add_code(issued)
        return issued

    def query_authorization_code(self, code: str, client: ClientRegistration) -> Code | None:
        """Return a code that may be exchanged, once, by that client."""
        return self.storage.take_code(code, client.client_id)

    def delete_authorization_code(self, authorization_code: Code) -> None:
        """Do nothing: a used code is kept, so that its replay is noticed."""

    def authenticate_user(self, authorization_code: Code) -> Subject:
        """Return who the code is about, with the API this request names if the login named none.

        Raises: InvalidGrantError for another key's proof.
        """
        subject = authorization_code.subject
        audience = narrow_audience(self.request.payload.datalist, subject.audience)
        return confirm(replace(subject, audience=audience), self.request)


class IdTokenGrant(OpenIDImplicitGrant):
    """An ID token straight from the authorization endpoint (OpenID Connect Core §3.2).

    No access token: what express-openid-connect requests by default. The nonce is
    required, for nothing else ties the token to the app's request.
    """

    RESPONSE_TYPES: ClassVar[set[str]] = {"id_token"}

    @property
    def storage(self) -> TokenStorage:
        """The provider's tokens."""
        storage: TokenStorage = self.server.storage
        return storage

    def exists_nonce(self, nonce: str, request: OAuth2Request) -> bool:
        """Return whether a client used that nonce before."""
        return self.storage.is_nonce_used(request.payload.client_id, nonce)

    def authenticate_token_endpoint_client(self) -> ClientRegistration:
        """Return the client by its id: Authlib allows public ones only, but here a form post is
        also for those that have a secret, and no secret goes through a browser.
        """
        found = self.server.query_client(self.request.payload.client_id or "")
        if not isinstance(found, ClientRegistration):
            raise InvalidClientError()
        return found

    def answer_consent(self, subject: Subject) -> dict[str, str]:
        """Return what a subject's consent gives the app: the ID token."""
        payload = self.request.payload
        scope = payload.scope or ""
        token = self.storage.issue_front_channel_id_token(subject, payload.client_id, scope)
        return {"id_token": token}


class Challenges(CodeChallenge):
    """PKCE by S256 only (RFC 7636); a public client must use it."""

    SUPPORTED_CODE_CHALLENGE_METHOD: ClassVar[list[str]] = CHALLENGE_METHODS

    def validate_code_challenge(self, grant: CodeGrant, redirect_uri: str) -> None:
        """Refuse what the token endpoint could not check. Raises: InvalidRequestError."""
        fields = grant.request.payload.data
        if fields.get("code_challenge") and not fields.get("code_challenge_method"):
            raise InvalidRequestError(NO_METHOD)
        if not fields.get("code_challenge") and not grant.request.client.client_secret:
            raise InvalidRequestError(NO_CHALLENGE)
        super().validate_code_challenge(grant, redirect_uri)


class IdTokens(OpenIDCode):
    """Adds the ID token to answers of the openid scope, minted on the lab's clock."""

    def __init__(self, storage: TokenStorage) -> None:
        super().__init__(require_nonce=False)
        self.storage = storage

    def exists_nonce(self, nonce: str, request: OAuth2Request) -> bool:
        """Return False: the back button repeats a request, and a code counts once anyway."""
        return False

    def encode_id_token(self, token: JsonObject, request: OAuth2Request) -> str:
        """Return the ID token for the user of the request."""
        return self.storage.issue_id_token(
            request.user, request.client.client_id, str(token.get("scope") or "")
        )


class RefreshGrant(RefreshTokenGrant):
    """Refresh with rotation (RFC 6749 §6), audience and scope of choice (MRRT)."""

    TOKEN_ENDPOINT_AUTH_METHODS = METHODS
    INCLUDE_NEW_REFRESH_TOKEN = True

    @property
    def storage(self) -> TokenStorage:
        """The provider's tokens."""
        storage: TokenStorage = self.server.storage
        return storage

    def authenticate_refresh_token(self, refresh_token: str) -> IssuedRefreshToken | None:
        """Return a refresh token that still counts. Raises: InvalidGrantError."""
        found = self.storage.accept_refresh_token(refresh_token)
        if found is None:
            raise InvalidGrantError(NO_REFRESH)
        return found

    def _validate_token_scope(self, token: IssuedRefreshToken) -> None:
        """Allow any scope: a multi-resource refresh token covers the scopes of other audiences."""

    def authenticate_user(self, refresh_token: IssuedRefreshToken) -> Subject:
        """Return who the token is about, with the audience this request asks for."""
        subject = refresh_token.subject
        audience = choose_audience(self.request.payload.datalist, subject.audience)
        subject = replace(subject, audience=audience, nonce="")
        if self.request.client.client_secret:  # its secret binds the token already
            subject = replace(subject, jkt="")
        return confirm(subject, self.request)

    def issue_token(self, user: Subject, refresh_token: IssuedRefreshToken) -> JsonObject:
        """Return the new tokens, the ID token with them."""
        scope = self.request.payload.scope or refresh_token.scope
        token: JsonObject = self.storage.issue_tokens(
            user, self.request.client, scope, parent=refresh_token
        )
        if "openid" in refresh_token.scope.split():
            client_id = self.request.client.client_id
            token["id_token"] = self.storage.issue_id_token(
                user, client_id, refresh_token.scope, parent=refresh_token
            )
        return token

    def revoke_old_credential(self, refresh_token: IssuedRefreshToken) -> None:
        """Mark the presented token as rotated."""
        self.storage.rotate(refresh_token)


def confirm(subject: Subject, request: OAuth2Request) -> Subject:
    """Return the subject bound to the key of the request's DPoP proof (RFC 9449 §5, §10).

    Raises: InvalidGrantError when it is bound to another key, or there is no proof.
    """
    if subject.jkt and subject.jkt != request.jkt:
        raise InvalidGrantError("It is bound to a key: send a DPoP proof made with that key")
    if request.client.requires_proofs and not request.jkt:
        raise InvalidRequestError("This client gets tokens for a DPoP proof only")
    return replace(subject, jkt=request.jkt)


def require_token(request: OAuth2Request) -> None:
    """Check that a request names a token; its hint is not needed (RFC 7009 §2.1, RFC 7662 §2.1).

    Raises: InvalidRequestError.
    """
    if "token" not in request.form:
        raise InvalidRequestError("token is missing")


class Revocation(RevocationEndpoint):
    """Token revocation (RFC 7009); an API that checks only the signature takes one still."""

    CLIENT_AUTH_METHODS = METHODS

    def check_params(self, request: OAuth2Request, client: ClientRegistration) -> None:
        """Check that there is a token. Raises: InvalidRequestError."""
        require_token(request)

    def query_token(
        self, token_string: str, token_type_hint: str | None
    ) -> IssuedRefreshToken | IssuedAccessToken | None:
        """Return a token of ours, None for anything else (answered 200 too, §2.2)."""
        storage: TokenStorage = self.server.storage
        return storage.refresh_tokens.get(token_string) or storage.access.find(token_string)

    def revoke_token(
        self, token: IssuedRefreshToken | IssuedAccessToken, request: OAuth2Request
    ) -> None:
        """Revoke a refresh token and its family, or an access token."""
        storage: TokenStorage = self.server.storage
        if isinstance(token, IssuedAccessToken):
            storage.access.revoke(token)
        else:
            storage.revoke_family(token)
